import type { PlanFile } from '../inventory/plan-file.ts'
import { durationText } from '../model/duration-text.ts'
import type { Estimate, Plan, PlannedNode, PlannedWave } from '../model/plan.ts'
import { visibleLine } from '../model/visible-text.ts'
import { asListedText } from './as-listed.ts'
import type { CommandContext } from './context.ts'
import { planSentence } from './plan-sentence.ts'

/** What a plan is about, in a few lines: what cannot be taken back stands among them. */
export function planHead(context: CommandContext, { plan, path, digest }: PlanFile): string {
  const { say } = context
  const { bounds, estimate, inputs, playbook } = plan
  const cluster = inputs.cluster === null ? '' : `; ${inputs.cluster.context} (${inputs.cluster.server})`
  const basis = say(
    estimate.basis === 'measured' ? { en: 'measured', zh: '实测' } : { en: 'assumed', zh: '估计' },
  )
  const [time, bound] = [timeText(estimate), durationText(bounds.makespanMs)]
  const asListed = asListedText(plan)
  return [
    `${path}  ${playbook.name}${cluster}`,
    say(planSentence({ plan, digest })),
    say({
      en: `time P50/P90 ${time} (${basis}), at least ${bound}; ${bounds.evictions} evictions`,
      zh: `时间 P50/P90 ${time}（${basis}），至少 ${bound}；驱逐 ${bounds.evictions} 次`,
    }),
    ...(asListed === undefined ? [] : [`! ${say(asListed)}`]),
  ]
    .map(visibleLine)
    .join('\n')
}

/** `1h/1h30m`: what half of all and nine of ten such runs take. */
export function timeText({ p50Ms, p90Ms }: Estimate): string {
  return `${durationText(p50Ms)}/${durationText(p90Ms)}`
}

/** How a node comes back once it is past its point of no return, and who accepts that it does not. */
export function wayBackText({ say }: CommandContext, { rollback }: PlannedNode): string {
  if (rollback.means !== 'none') return rollback.means
  const who = rollback.acceptedBy ?? '-'
  return say({ en: `NONE (accepted by ${who})`, zh: `无（由 ${who} 接受）` })
}

/** How often which decision was taken; what nobody has decided is named. */
export function dataText({ say }: CommandContext, { data }: PlannedNode): string {
  if (data.length === 0) return '-'
  const open = data.filter(({ action }) => action === null).map(({ id }) => id)
  const counts = new Map<string, number>()
  for (const { action } of data) if (action !== null) counts.set(action, (counts.get(action) ?? 0) + 1)
  const decided = [...counts].map(([action, count]) => `${action} ${count}`)
  const undecided = open.join(', ')
  return [
    ...decided,
    ...(open.length === 0 ? [] : [say({ en: `UNDECIDED ${undecided}`, zh: `未决定 ${undecided}` })]),
  ].join('; ')
}

/** What is known of a wave before it begins: one line, and one for each warning. */
export function waveText({ say }: CommandContext, wave: PlannedWave): string[] {
  const { index, kind, nodes, simulated, soakMs, lowerBoundMs } = wave
  const { evictions, headroom, budgets, warnings } = simulated
  const share = (value: number | null): string =>
    value === null ? say({ en: 'unknown', zh: '未知' }) : `${Math.round(value * 100)}%`
  const [cpu, memory] = [share(headroom.cpu), share(headroom.memory)]
  const [time, bound, soak] = [timeText(wave.estimate), durationText(lowerBoundMs), durationText(soakMs)]
  const line = say({
    en: `${index} ${kind}: ${nodes.length} of them, ${wave.maxUnavailable} away at a time; ${evictions} evictions; free afterwards cpu ${cpu}, memory ${memory}; P50/P90 ${time}, at least ${bound}; rest ${soak}`,
    zh: `${index} ${kind}：共 ${nodes.length} 个，同时最多 ${wave.maxUnavailable} 个；驱逐 ${evictions} 次；之后空闲 CPU ${cpu}、内存 ${memory}；P50/P90 ${time}，至少 ${bound}；之后静置 ${soak}`,
  })
  const tight = budgets.map(({ namespace, name, allowed, evictions: count }) => {
    const at = allowed === null ? say({ en: 'unknown', zh: '未知' }) : String(allowed)
    return say({
      en: `budget ${namespace}/${name}: ${count} pods must go, ${at} at a time`,
      zh: `中断预算 ${namespace}/${name}：需驱逐 ${count} 个 Pod，每次允许 ${at} 个`,
    })
  })
  const notes = [...tight, ...warnings.map((text) => say({ en: `! ${text.en}`, zh: `! ${text.zh}` }))]
  return [line, ...notes.map((note) => `  ${note}`)]
}

/** How much may be away or fail, and when nodes may start. */
export function limitLines({ say }: CommandContext, { limits }: Plan): string[] {
  const { maxUnavailable, failureBudget, windows, freezes } = limits
  return [
    say({
      en: `${maxUnavailable} away at a time; none is started after ${failureBudget + 1} ${failureBudget === 0 ? 'failure' : 'failures'}`,
      zh: `同时最多 ${maxUnavailable} 个；失败达到 ${failureBudget + 1} 个后不再开始新的节点`,
    }),
    ...windows.map(({ days, start, lengthMs, timeZone }) => {
      const when = `${days.join(',')} ${start} + ${durationText(lengthMs)} ${timeZone}`
      return say({ en: `window ${when}`, zh: `时间窗 ${when}` })
    }),
    ...freezes.map(({ from, until, reason }) =>
      say({ en: `freeze ${from} to ${until}: ${reason}`, zh: `冻结 ${from} 至 ${until}：${reason}` }),
    ),
  ]
}
