import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import type { FactValue } from '../src/model/facts.ts'
import { hostInterfaces } from '../src/model/host-interfaces.ts'

const modules = { bond: 'bonding', vlan: '8021q', bridge: 'bridge', team: 'team' } as const

/** Bonds, VLANs, bridges and teams: they must be rebuilt from the Ignition configuration by the image's kernel. */
export const networkTopology = defineCheck({
  id: 'network-topology',
  domain: 'network',
  targets: ['containeros'],
  needs: ['nics'],
  severity: 'medium',
  worstSeverity: 'block',
  title: { en: 'Bonds, VLANs and bridges must be carried over', zh: 'bond、VLAN、网桥需要在新系统重建' },
  what: {
    en: 'The host reaches its network through a bond, VLAN, bridge or team. The new system must build the same from its configuration, its kernel needs the module, and a team needs teamd, which images rarely have.',
    zh: '主机通过 bond、VLAN、网桥或 team 接入网络。新系统要按配置重建同样的结构，内核必须有对应模块；team 还需要镜像中少见的 teamd。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Render keyfiles for each level; replace a team by a bond. Where the kernel’s data is silent, ask a node of the target: modinfo -n bonding 8021q bridge.',
        zh: '为每一层生成 keyfile；将 team 换成 bond。数据未说明时，请在目标节点上执行 modinfo -n bonding 8021q bridge 确认。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 10 },
  sources: [
    'nm-settings-keyfile(5)',
    'https://docs.fedoraproject.org/en-US/fedora-coreos/sysconfig-network-configuration/',
  ],
  evaluate({ nics }, { kernel, kernelLine }) {
    const layered = hostInterfaces(nics).flatMap((nic) =>
      nic.kind === 'bond' || nic.kind === 'vlan' || nic.kind === 'bridge' || nic.kind === 'team'
        ? [{ nic, module: modules[nic.kind] }]
        : [],
    )
    if (layered.length === 0) return pass
    const answers = [...new Set(layered.map(({ module }) => module))].map((module) => ({
      module,
      answer: kernel.module(module).answer,
    }))
    const absent = answers.filter(({ answer }) => answer === 'absent').map(({ module }) => module)
    const unproven = answers.filter(({ answer }) => answer === 'unknown').map(({ module }) => module)
    const team = layered.some(({ nic }) => nic.kind === 'team')
    const names = nameSome(layered.map(({ nic }) => `${nic.name} (${nic.kind})`))
    const evidence = [{ fact: 'nics' as const, excerpt: excerptOf(layered.map(({ nic }) => lineOf(nic))) }]
    if (absent.length === 0 && unproven.length > 0) {
      return unknown(
        `To rebuild: ${names}. The data of ${kernelLine} does not tell whether it has ${nameSome(unproven)}.`,
        `需要重建：${names}。${kernelLine} 的数据未说明内核是否有 ${nameSome(unproven)}。`,
        evidence,
      )
    }
    return {
      status: 'fail',
      severity: absent.length > 0 ? 'block' : team ? 'high' : 'medium',
      here: {
        en: `To rebuild: ${names}.${absent.length > 0 ? ` ${kernelLine} has no module ${absent.join(', ')}.` : ''}`,
        zh: `需要重建：${names}。${absent.length > 0 ? `${kernelLine} 内核没有模块 ${absent.join('、')}。` : ''}`,
      },
      evidence,
    }
  },
})

function lineOf(nic: FactValue<'nics'>['interfaces'][number]): string {
  const parts = nic.bond?.ports ?? nic.bridgePorts ?? (nic.vlan === null ? [] : [nic.vlan.parent])
  const detail = nic.bond?.mode ?? (nic.vlan === null ? '' : `id ${nic.vlan.id}`)
  return `${nic.name} ${nic.kind} ${detail} ${parts.join(' ')}`.replaceAll(/ +/g, ' ').trim()
}
