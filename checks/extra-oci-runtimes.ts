import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** RuntimeClasses name handlers; each needs its binary on the node. Kata has a check of its own. */
export const extraOciRuntimes = defineCheck({
  id: 'extra-oci-runtimes',
  domain: 'runtime',
  targets: ['containeros'],
  needs: ['containerRuntimes'],
  severity: 'high',
  title: { en: 'More OCI runtimes than runc are configured', zh: '配置了 runc 以外的 OCI 运行时' },
  what: {
    en: 'Pods with a runtimeClassName need the handler and its binary (gVisor, crun, nvidia-container-runtime …) on the node. The image has runc only; /usr/local/bin is read-only.',
    zh: '使用 runtimeClassName 的 Pod 需要节点上有对应的 handler 及其程序（gVisor、crun、nvidia-container-runtime 等）。镜像只带 runc，且 /usr/local/bin 为只读。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Bring the binary in the image or below /var, or keep these pods on other nodes.',
        zh: '将程序打进镜像或放在 /var 下，或让这些 Pod 运行在其他节点。',
      },
    },
  ],
  effort: { onceMinutes: 240, perHostMinutes: 5 },
  sources: ['https://kubernetes.io/docs/concepts/containers/runtime-class/'],
  evaluate({ containerRuntimes: { docker, containerd } }) {
    const usual = /^(runc|io\.containerd\.runc.*|default|untrusted|kata.*)$/
    const extra = [
      ...(docker?.runtimes ?? []).map((name) => ({ name, line: `docker ${name}` })),
      ...(containerd?.runtimes ?? []).map(({ name, type }) => ({
        name,
        line: `containerd ${name} ${type ?? '-'}`,
      })),
    ].filter(({ name }) => !usual.test(name))
    if (extra.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Runtime handlers: ${nameSome([...new Set(extra.map(({ name }) => name))])}.`,
        zh: `运行时 handler：${nameSome([...new Set(extra.map(({ name }) => name))])}。`,
      },
      evidence: [{ fact: 'containerRuntimes', excerpt: excerptOf(extra.map(({ line }) => line)) }],
    }
  },
})
