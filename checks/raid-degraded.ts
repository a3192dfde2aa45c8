import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** A degraded array has no reserve for the reboots and rewrites of a move. */
export const raidDegraded = defineCheck({
  id: 'raid-degraded',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['raid'],
  severity: 'high',
  title: { en: 'A RAID array is degraded', zh: 'RAID 阵列处于降级状态' },
  what: {
    en: 'With a member missing, the next failure loses the data, and an array may not start by itself with another kernel or initramfs.',
    zh: '阵列缺少成员盘时，再坏一块就会丢失数据；换了内核或 initramfs 后，降级阵列也可能无法自动启动。',
  },
  remedies: [
    {
      kind: 'hint',
      text: { en: 'Replace the member and wait for the rebuild.', zh: '更换成员盘并等待重建完成。' },
    },
    { kind: 'command', argv: ['cat', '/proc/mdstat'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 60 },
  sources: ['md(4)', 'mdadm(8)'],
  evaluate({ raid }) {
    const degraded = raid.arrays.filter((array) => array.degraded)
    if (degraded.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Degraded: ${nameSome(degraded.map(({ name, level }) => `${name} (${level})`))}.`,
        zh: `降级阵列：${nameSome(degraded.map(({ name, level }) => `${name}（${level}）`))}。`,
      },
      evidence: [
        {
          fact: 'raid',
          excerpt: excerptOf(degraded.map((a) => `${a.name} ${a.level} ${a.state} ${a.devices.join(' ')}`)),
        },
      ],
    }
  },
})
