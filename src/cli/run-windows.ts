import type { RunWindows } from '../migrate/admission.ts'
import type { Plan } from '../model/plan.ts'
import { horizonDays, isOpen, nextStart } from '../plan/windows.ts'
import type { CommandContext } from './context.ts'

/** When nodes may start, by the windows and freezes of the plan. */
export function runWindows({ say }: Pick<CommandContext, 'say'>, { limits }: Plan): RunWindows {
  return {
    mayStart(now) {
      const nowMs = Date.parse(now)
      if (isOpen(nowMs, limits)) return { open: true }
      const nextMs = nextStart(nowMs, limits)
      if (nextMs === undefined) {
        const message = say({
          en: `no window of the plan opens within ${horizonDays} days`,
          zh: `计划的时间窗口在 ${horizonDays} 天内均不开放`,
        })
        return { open: false, opensAt: null, message }
      }
      const opensAt = new Date(nextMs).toISOString()
      const freeze = limits.freezes.find(
        ({ from, until }) => Date.parse(from) <= nowMs && nowMs < Date.parse(until),
      )
      const why = freeze === undefined ? '' : `: ${freeze.reason}`
      const message = say({
        en: `no node starts before ${opensAt}${why}`,
        zh: `${opensAt} 之前不启动任何节点${why}`,
      })
      return { open: false, opensAt, message }
    },
  }
}
