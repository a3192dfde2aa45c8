import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** RHCK carries BPF from far later kernels than 4.19, so that line is a step back for BPF. */
export const kernelBpfDowngrade = defineCheck({
  id: 'kernel-bpf-downgrade',
  domain: 'kernel',
  targets: ['anolis-anck'],
  needs: ['bpf'],
  severity: 'high',
  title: {
    en: 'ANCK 4.19 is a step back for the BPF programs in use',
    zh: 'ANCK 4.19 的 BPF 能力低于当前内核',
  },
  what: {
    en: 'CentOS 8.4 and later kernels carry BPF from 5.x: BTF, BPF LSM, ring buffers, fentry. ANCK 4.19 has no BPF LSM and no known BTF. CNI plug-ins and security agents built on these features fall back or fail.',
    zh: 'CentOS 8.4 及以后内核移植了 5.x 的 BPF 能力（BTF、BPF LSM、ring buffer、fentry）。ANCK 4.19 没有 BPF LSM，BTF 也无法确认。依赖这些特性的 CNI 插件与安全代理会降级或失败。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Use ANCK 5.10 or RHCK for these hosts, or prove every agent on one ANCK 4.19 node.',
        zh: '这些主机请使用 ANCK 5.10 或 RHCK，或在一台 ANCK 4.19 节点上逐一验证各代理。',
      },
    },
    { kind: 'command', argv: ['bpftool', 'feature', 'probe'] },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 0 },
  sources: [
    'Configuration of kernel ANCK 4.19.91: BPF_LSM does not exist',
    'https://docs.cilium.io/en/stable/operations/system_requirements/',
  ],
  evaluate({ bpf }, { kernelLine }) {
    if (kernelLine !== 'anck-4.19') {
      return notApplicable(
        `${kernelLine} is not behind CentOS 8 in BPF.`,
        `${kernelLine} 的 BPF 能力不低于 CentOS 8。`,
      )
    }
    const programs = (bpf.programs ?? []).filter(({ type }) => !ordinary.includes(type))
    const lines = [
      ...programs.map(({ type, count, names }) => `${type} x${count}: ${names.join(' ')}`),
      ...bpf.pinned,
    ]
    const evidence = [{ fact: 'bpf' as const, excerpt: excerptOf(lines) }]
    if (lines.length > 0) {
      const names = nameSome(programs.length > 0 ? programs.map(({ type }) => type) : bpf.pinned)
      return {
        status: 'fail',
        here: { en: `BPF is in use here: ${names}.`, zh: `该主机正在使用 BPF：${names}。` },
        evidence,
      }
    }
    if (bpf.programs !== null) return pass
    return unknown(
      'Nothing is pinned, but the loaded BPF programs could not be listed (bpftool as root).',
      '没有固定的 BPF 对象，但无法列出已加载的程序（需以 root 运行 bpftool）。',
      evidence,
    )
  },
})

/** systemd loads these on every host, and 4.19 has them. */
const ordinary: readonly string[] = ['cgroup_device', 'cgroup_skb', 'socket_filter']
