import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Units that fail before the move cannot be told from those that the move broke. */
export const failedUnits = defineCheck({
  id: 'failed-units',
  domain: 'services',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['units'],
  severity: 'low',
  title: { en: 'Units are failing already', zh: '已有服务处于失败状态' },
  what: {
    en: 'The move is verified by comparing what ran before with what runs after it. Units that fail now hide damage, and often point to a disk or network that is not in order.',
    zh: '迁移是否成功要靠前后运行状态对比来验证。迁移前就失败的单元会掩盖问题，也往往说明磁盘或网络存在异常。',
  },
  remedies: [
    { kind: 'command', argv: ['systemctl', '--failed'] },
    { kind: 'hint', text: { en: 'Repair, disable or mask each of them.', zh: '逐个修复、停用或屏蔽。' } },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 10 },
  sources: ['systemctl(1)'],
  evaluate({ units }) {
    if (!units.live) {
      return unknown('systemd could not be asked for the state of units.', '无法向 systemd 查询单元状态。')
    }
    const failed = units.units.filter(({ active }) => active === 'failed')
    if (failed.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Failed: ${nameSome(failed.map(({ name }) => name))}.`,
        zh: `失败的单元：${nameSome(failed.map(({ name }) => name))}。`,
      },
      evidence: [
        {
          fact: 'units',
          excerpt: excerptOf(failed.map(({ name, sub }) => `${name} failed ${sub ?? ''}`.trim())),
        },
      ],
      remedies: failed
        .slice(0, 10)
        .map(({ name }) => ({ kind: 'command', argv: ['systemctl', 'status', name] })),
    }
  },
})
