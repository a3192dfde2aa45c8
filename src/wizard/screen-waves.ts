import { durationText } from '../model/duration-text.ts'
import type { Estimate, Plan, PlannedWave } from '../model/plan.ts'
import { counted, hostsInEnglish, inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import { waveKindTexts } from '../model/wave-kind-texts.ts'
import type { PlanDraft } from './move.ts'
import type { Screen } from './screen.ts'
import { targetNames } from './target-names.ts'
import { barColumns, bars, momentText } from './timeline.ts'
import { pad, padStart } from './width.ts'

/** Waves on a timeline, who is left out, and what it adds up to. */
export function wavesScreen(draft: PlanDraft, language: Language, command: string): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const { plan, slots, notes } = draft
  const drawn = bars(slots)
  const zone = zoneOf(plan)
  const [first] = slots
  const last = slots.at(-1)
  const ends =
    first === undefined || last === undefined
      ? []
      : [
          say({
            en: `Started now: from ${momentText(first.startsAt, zone)}, by P90 until ${momentText(last.p90At, zone)} (${zone}).`,
            zh: `若现在开始：${momentText(first.startsAt, zone)} 起，按 P90 至 ${momentText(last.p90At, zone)}（${zone}）。`,
          }),
        ]
  const never = plan.waves.length - slots.length
  if (never > 0)
    ends.push(
      say({
        en: `! No time within a year for ${counted(never, 'wave')}: look at windows and freezes.`,
        zh: `! ${never} 个波次在一年内没有可用时间：请检查时间窗和冻结期。`,
      }),
    )
  const passing = slots.filter(({ mayPassEnd }) => mayPassEnd).length
  if (passing > 0)
    ends.push(
      say({
        en: `! The window may end before ${counted(passing, 'wave')} is over: no node starts then.`,
        zh: `! ${passing} 个波次在时间窗结束时可能仍未完成：此后不再开始新的节点。`,
      }),
    )
  const goOn = { en: 'Go on to the review', zh: '继续：复核' }
  return {
    stage: 'waves',
    body: [
      say(sentence(plan)),
      ...ends,
      ...notes.map((note) => `! ${visibleLine(note)}`),
      '',
      ...(plan.waves.length > 0
        ? [
            `  ${pad(say({ en: 'Wave', zh: '波次' }), 15)} ${padStart(say({ en: 'Nodes', zh: '节点' }), 5)}    ${pad('▇ P50  ░ P90', barColumns)} ${say({ en: 'P50/P90', zh: 'P50/P90' })}`,
          ]
        : []),
    ],
    rows: [
      ...plan.waves.map((wave) => ({
        id: `wave ${wave.index}`,
        text: waveRow(wave, drawn.get(wave.index), language),
      })),
      ...(plan.leftOut.length > 0
        ? [
            {
              id: 'left-out',
              text: say({
                en: `! ${hostsInEnglish(plan.leftOut.length)} left out: why …`,
                zh: `! ${plan.leftOut.length} 台主机未纳入：原因 …`,
              }),
            },
          ]
        : []),
      { id: 'settings', text: say({ en: 'Change how the move goes …', zh: '修改迁移方式 …' }) },
      ...(plan.nodes.length > 0 ? [{ id: 'next', text: say(goOn) }] : []),
    ],
    keys: plan.nodes.length > 0 ? [{ key: 'n', label: { en: 'review', zh: '复核' } }] : [],
    command,
  }
}

/** One wave: nodes, what the simulation found, times. */
export function waveScreen(wave: PlannedWave, draft: PlanDraft, language: Language): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const { simulated, nodes, maxUnavailable, soakMs, estimate, lowerBoundMs, index } = wave
  const slot = draft.slots.find((one) => one.index === index)
  const zone = zoneOf(draft.plan)
  const share = (value: number | null): string =>
    value === null ? say({ en: 'unknown', zh: '未知' }) : `${Math.round(value * 100)}%`
  const { cpu, memory } = simulated.headroom
  return {
    stage: 'waves',
    body: [
      `${index} ${say(waveKindTexts[wave.kind])}`,
      ...simulated.warnings.map((warning) => `! ${visibleLine(say(warning))}`),
      say({
        en: `${counted(nodes.length, 'node')}, ${maxUnavailable} away at a time; then ${durationText(soakMs)} of rest.`,
        zh: `${nodes.length} 个节点，同时最多 ${maxUnavailable} 个；之后静置 ${durationText(soakMs)}。`,
      }),
      say({
        en: `P50/P90 ${timesText(estimate)} (${basisText(estimate).en}); no order makes it shorter than ${durationText(lowerBoundMs)}.`,
        zh: `P50/P90 ${timesText(estimate)}（${basisText(estimate).zh}）；任何顺序都不会短于 ${durationText(lowerBoundMs)}。`,
      }),
      ...(slot === undefined
        ? [say({ en: '! There is no time for it within a year.', zh: '! 一年内没有可用时间。' })]
        : [
            say({
              en: `Started now, it would run from ${momentText(slot.startsAt, zone)} to ${momentText(slot.p50At, zone)} … ${momentText(slot.p90At, zone)} (${zone}).`,
              zh: `若现在开始，本波次为 ${momentText(slot.startsAt, zone)} 至 ${momentText(slot.p50At, zone)} … ${momentText(slot.p90At, zone)}（${zone}）。`,
            }),
          ]),
      say({
        en: `${simulated.evictions} evictions; free afterwards: cpu ${share(cpu)}, memory ${share(memory)}.`,
        zh: `驱逐 ${simulated.evictions} 次；之后空闲 CPU ${share(cpu)}、内存 ${share(memory)}。`,
      }),
      ...simulated.budgets.map(({ namespace, name, allowed, evictions }) => {
        const at = allowed === null ? say({ en: 'unknown', zh: '未知' }) : String(allowed)
        return say({
          en: `Budget ${visibleLine(`${namespace}/${name}`)}: ${evictions} pods must go, ${at} at a time.`,
          zh: `中断预算 ${visibleLine(`${namespace}/${name}`)}：需驱逐 ${evictions} 个 Pod，每次允许 ${at} 个。`,
        })
      }),
      '',
      nodes.map(visibleLine).join('  '),
    ],
    rows: [],
    keys: [],
    command: '',
  }
}

/** Hosts that are not planned, each with every reason. */
export function leftOutScreen({ leftOut }: Plan, language: Language, command: string): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  return {
    stage: 'waves',
    body: [
      say({
        en: `Chosen and not planned, ${hostsInEnglish(leftOut.length)}:`,
        zh: `所选主机中有 ${leftOut.length} 台未纳入计划：`,
      }),
      ...leftOut.flatMap(({ host, reasons }) => [
        visibleLine(host),
        ...reasons.map((reason) => `  - ${visibleLine(say(reason))}`),
      ]),
    ],
    rows: [],
    keys: [],
    command,
  }
}

function sentence({ nodes, leftOut, waves, playbook, estimate, bounds }: Plan): Text {
  const target = targetNames[playbook.target]
  if (nodes.length === 0)
    return {
      en: `No host can be planned for ${target}: ${leftOut.length} of ${leftOut.length} are left out.`,
      zh: `没有主机可纳入 ${target} 计划：${leftOut.length} 台全部未纳入。`,
    }
  const bound = durationText(bounds.makespanMs)
  return {
    en: `${nodes.length} of ${hostsInEnglish(nodes.length + leftOut.length)} to ${target} in ${counted(waves.length, 'wave')}: P50/P90 ${timesText(estimate)} (${basisText(estimate).en}), at least ${bound}.`,
    zh: `${nodes.length + leftOut.length} 台主机中 ${nodes.length} 台分 ${waves.length} 个波次迁移到 ${target}：P50/P90 ${timesText(estimate)}（${basisText(estimate).zh}），至少 ${bound}。`,
  }
}

function waveRow(wave: PlannedWave, bar: string | undefined, language: Language): string {
  const { index, kind, nodes, simulated, estimate } = wave
  const warnings = simulated.warnings.length
  const cells = [
    pad(`${index} ${inLanguage(waveKindTexts[kind], language)}`, 15),
    padStart(String(nodes.length), 5),
    pad(warnings === 0 ? '' : `!${Math.min(9, warnings)}`, 2),
    pad(bar ?? '?', barColumns),
    `${timesText(estimate)} ≥${durationText(wave.lowerBoundMs)}`,
  ]
  return cells.join(' ')
}

/** `1h/1h30m`: what half of all and nine of ten such runs take. */
function timesText({ p50Ms, p90Ms }: Estimate): string {
  return `${durationText(p50Ms)}/${durationText(p90Ms)}`
}

function basisText({ basis }: Estimate): Text {
  return basis === 'measured'
    ? { en: 'measured', zh: '实测' }
    : { en: 'assumed, not measured', zh: '假定值，未经实测' }
}

/** Windows are in a zone; without any, UTC. */
function zoneOf({ limits }: Plan): string {
  return limits.windows[0]?.timeZone ?? 'UTC'
}
