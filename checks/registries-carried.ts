import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Mirrors and insecure registries: the first image pull of the new system needs them. */
export const registriesCarried = defineCheck({
  id: 'registries-carried',
  domain: 'runtime',
  targets: ['containeros'],
  needs: ['containerRuntimes'],
  severity: 'medium',
  title: { en: 'Registry settings must be carried over', zh: '镜像仓库配置需要随迁' },
  what: {
    en: 'Mirrors, insecure registries and their certificates are settings of this host. Without them the new system pulls from the public registry, or not at all, and its network plugin does not start.',
    zh: '镜像加速、不安全仓库及其证书都是本机的配置。缺少它们，新系统只能从公网仓库拉取，甚至无法拉取，网络插件也就起不来。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Write /etc/containerd/certs.d/<registry>/hosts.toml by Ignition; skip_verify replaces insecure-registries.',
        zh: '由 Ignition 写入 /etc/containerd/certs.d/<仓库>/hosts.toml；用 skip_verify 替代 insecure-registries。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 1 },
  sources: ['https://github.com/containerd/containerd/blob/main/docs/hosts.md'],
  evaluate({ containerRuntimes: { docker, containerd } }) {
    const lines = [
      ...(docker?.registryMirrors ?? []).map((url) => `docker mirror ${url}`),
      ...(docker?.insecureRegistries ?? [])
        .filter((name) => !/^(127\.|::1)/.test(name))
        .map((name) => `docker insecure ${name}`),
      ...(containerd?.registries ?? []).map((name) => `containerd ${name}`),
    ]
    if (lines.length === 0) return pass
    return {
      status: 'fail',
      here: { en: `To carry: ${nameSome(lines)}.`, zh: `需要随迁：${nameSome(lines)}。` },
      evidence: [{ fact: 'containerRuntimes', excerpt: excerptOf(lines) }],
    }
  },
})
