import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Names ethX are given in the order in which drivers load: with several cards they can be swapped. */
export const nicNamingEthx = defineCheck({
  id: 'nic-naming-ethx',
  domain: 'network',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['nics'],
  uses: ['networkConfig'],
  severity: 'high',
  worstSeverity: { 'anolis-rhck': 'medium' },
  title: { en: 'Several network cards use kernel names', zh: '多块网卡使用内核命名 ethX' },
  what: {
    en: 'The kernel numbers eth0, eth1 … in the order in which drivers find the cards. Another kernel or built-in driver can change that order, and addresses end up on the wrong card.',
    zh: '内核按驱动发现网卡的顺序编号 eth0、eth1……。更换内核或驱动改为内建后顺序可能改变，地址会配到错误的网卡上。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Bind each name to its MAC address by a .link file, or match connections by MAC instead of by name.',
        zh: '用 .link 文件将名称与 MAC 绑定，或让网络配置按 MAC 而非名称匹配。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 10 },
  sources: [
    'systemd.link(5)',
    'https://github.com/oamg/leapp-repository (persistentnetnamesdisable)',
    'https://github.com/cpanel/elevate/issues/166',
  ],
  evaluate({ nics, networkConfig }, { target }) {
    const physical = nics.interfaces.filter(({ kind }) => kind === 'physical')
    const kernelNamed = physical.filter(({ name }) => /^eth\d+$/.test(name))
    if (physical.length < 2 || kernelNamed.length === 0) return pass
    const pinned = (networkConfig?.linkFiles.length ?? 0) + (networkConfig?.udevNetRules.length ?? 0) > 0
    if (pinned && target !== 'containeros') return pass
    return {
      status: 'fail',
      severity: target === 'anolis-rhck' ? 'medium' : 'high',
      here: {
        en: `${physical.length} cards, ${nameSome(kernelNamed.map(({ name }) => name))} named by the kernel.`,
        zh: `共 ${physical.length} 块网卡，其中 ${nameSome(kernelNamed.map(({ name }) => name))} 使用内核命名。`,
      },
      evidence: [
        {
          fact: 'nics',
          excerpt: excerptOf(
            physical.map(
              (n) => `${n.name} ${n.permanentMac ?? n.mac ?? '-'} ${n.driver ?? '-'} ${n.slot ?? '-'}`,
            ),
          ),
        },
      ],
    }
  },
})
