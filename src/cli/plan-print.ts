import type { Plan, PlannedWave } from '../model/plan.ts'
import { counted, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import { waveKindTexts } from '../model/wave-kind-texts.ts'
import { ageText } from './age-text.ts'
import { asListedText } from './as-listed.ts'
import type { CommandContext } from './context.ts'
import { printTable, type Column } from './output.ts'

/** The plan for people: waves, who is left out and why, what it adds up to, and the digest that is approved. */
export async function printPlan(
  context: CommandContext,
  plan: Plan,
  { digest, path }: { digest: string; path: string },
): Promise<void> {
  const { say, stdout } = context
  const name = (wave: PlannedWave): string => String(wave.index)
  if (plan.waves.length > 0) await printTable(context, { columns: waveColumns(say), items: plan.waves, name })
  const warnings = plan.waves.flatMap(({ index, simulated }) =>
    simulated.warnings.map((warning) =>
      visibleLine(`${say({ en: 'wave', zh: '波次' })} ${index}: ${say(warning)}`),
    ),
  )
  const asListed = asListedText(plan)
  if (asListed !== undefined) warnings.push(visibleLine(say(asListed)))
  if (warnings.length > 0) stdout.write(`\n${warnings.map((line) => `! ${line}\n`).join('')}`)
  if (plan.leftOut.length > 0) {
    stdout.write('\n')
    const name = ({ host }: Plan['leftOut'][number]): string => host
    await printTable(context, { columns: leftOutColumns(say), items: plan.leftOut, name })
  }
  stdout.write(`\n${say(sentence(plan))}\n${path}  sha256 ${digest}\n`)
}

type Say = (text: Text) => string

function waveColumns(say: Say): Column<PlannedWave>[] {
  return [
    { key: 'wave', title: { en: 'WAVE', zh: '波次' }, value: ({ index }) => String(index), number: true },
    { key: 'kind', title: { en: 'KIND', zh: '类型' }, value: ({ kind }) => say(waveKindTexts[kind]) },
    { key: 'nodes', title: { en: 'NODES', zh: '节点' }, value: ({ nodes }) => nodes.join(', '), wrap: true },
    {
      key: 'at-a-time',
      title: { en: 'AT A TIME', zh: '并发' },
      value: ({ maxUnavailable }) => String(maxUnavailable),
      number: true,
    },
    {
      key: 'evictions',
      title: { en: 'EVICTIONS', zh: '驱逐' },
      value: ({ simulated }) => String(simulated.evictions),
      number: true,
    },
    {
      key: 'p50',
      title: { en: 'P50', zh: 'P50' },
      value: ({ estimate }) => ageText(estimate.p50Ms),
      number: true,
    },
    {
      key: 'p90',
      title: { en: 'P90', zh: 'P90' },
      value: ({ estimate }) => ageText(estimate.p90Ms),
      number: true,
    },
    {
      key: 'at-least',
      title: { en: 'AT LEAST', zh: '下限' },
      value: ({ lowerBoundMs }) => ageText(lowerBoundMs),
      number: true,
    },
    { key: 'soak', title: { en: 'SOAK', zh: '静置' }, value: ({ soakMs }) => ageText(soakMs), number: true },
  ]
}

function leftOutColumns(say: Say): Column<Plan['leftOut'][number]>[] {
  return [
    { key: 'host', title: { en: 'NOT PLANNED', zh: '未纳入计划' }, value: ({ host }) => host },
    {
      key: 'reasons',
      title: { en: 'WHY', zh: '原因' },
      value: ({ reasons }) => reasons.map(say).join('; '),
      wrap: true,
    },
  ]
}

function sentence({ nodes, waves, playbook, estimate, bounds }: Plan): Text {
  const what = {
    en: `${nodes.length} to ${playbook.target} in ${counted(waves.length, 'wave')}`,
    zh: `${nodes.length} 台主机分 ${waves.length} 个波次迁移到 ${playbook.target}`,
  }
  const isAssumed = estimate.basis === 'assumed'
  return {
    en: `${what.en}: P50 ${ageText(estimate.p50Ms)}, P90 ${ageText(estimate.p90Ms)}${isAssumed ? ' (assumed, not measured)' : ''}; no order makes it shorter than ${ageText(bounds.makespanMs)}, or ${counted(bounds.waves, 'wave')}.`,
    zh: `${what.zh}：P50 ${ageText(estimate.p50Ms)}，P90 ${ageText(estimate.p90Ms)}${isAssumed ? '（假定值，未经实测）' : ''}；任何顺序都不会短于 ${ageText(bounds.makespanMs)} 或 ${bounds.waves} 个波次。`,
  }
}
