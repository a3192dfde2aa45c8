import type { PlanFile } from '../inventory/plan-file.ts'
import type { Plan, PlannedNode, PlannedWave } from '../model/plan.ts'
import { visibleLine } from '../model/visible-text.ts'
import { defineCommand, done } from './define-command.ts'
import type { CommandContext } from './context.ts'
import { isForMachines, isForPeople, printDocument, printList, type Column } from './output.ts'
import { planArgument, planOf, digestFlag } from './plan-arguments.ts'
import { dataText, limitLines, planHead, timeText, wayBackText, waveText } from './plan-text.ts'

interface Row {
  wave: PlannedWave
  node: PlannedNode
}

/** `osferry plan show PLAN`: what would be done to which node, in which order, and what cannot be taken back. */
export const planShow = defineCommand({
  path: 'plan show',
  details: {
    en: 'Prints waves and nodes with their target and why, the way back, local data, times and bounds; then what the simulation of each wave has found and which hosts are left out. With -o json the whole plan and its digest.',
    zh: '输出各波次与节点的目标及原因、回退手段、本地数据、时间与下限，以及每个波次的模拟结果和未列入的主机。-o json 输出完整计划及其摘要。',
  },
  arguments: [planArgument],
  flags: [digestFlag],
  examples: ['osferry plan show plan.json', 'osferry plan show plan.json -o json | jq -r .digest'],
  async run(context, input) {
    const file = await planOf(context, input)
    const { plan, digest, path } = file
    if (isForMachines(context) && context.format !== 'ndjson') {
      await printDocument(context, { digest, path, plan, exit: done })
      return done
    }
    const forPeople = isForPeople(context)
    if (forPeople) context.stdout.write(`${planHead(context, file)}\n\n`)
    await printList(context, {
      columns: columnsOf(context),
      items: rowsOf(plan),
      name: ({ node }) => node.name,
      data: ({ wave, node }) => ({ wave: wave.index, ...node }),
    })
    if (forPeople) context.stdout.write(below(context, file))
    return done
  },
})

function rowsOf({ waves, nodes }: Plan): Row[] {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  return waves.flatMap((wave) =>
    wave.nodes.flatMap((name) => {
      const node = byName.get(name)
      return node === undefined ? [] : [{ wave, node }]
    }),
  )
}

function columnsOf(context: CommandContext): Column<Row>[] {
  const { say } = context
  return [
    { key: 'wave', title: { en: 'WAVE', zh: '波次' }, value: ({ wave }) => `${wave.index} ${wave.kind}` },
    { key: 'node', title: { en: 'NODE', zh: '节点' }, value: ({ node }) => node.name },
    { key: 'host', title: { en: 'HOST', zh: '主机' }, value: ({ node }) => node.host, wide: true },
    { key: 'role', title: { en: 'ROLE', zh: '角色' }, value: ({ node }) => node.role, wide: true },
    { key: 'zone', title: { en: 'ZONE', zh: '可用区' }, value: ({ node }) => node.zone ?? '-' },
    { key: 'target', title: { en: 'TARGET', zh: '目标' }, value: ({ node }) => node.target },
    {
      key: 'way-back',
      title: { en: 'WAY BACK', zh: '回退手段' },
      value: ({ node }) => wayBackText(context, node),
      wrap: true,
    },
    {
      key: 'data',
      title: { en: 'DATA', zh: '数据' },
      value: ({ node }) => dataText(context, node),
      wrap: true,
    },
    { key: 'time', title: { en: 'P50/P90', zh: 'P50/P90' }, value: ({ node }) => timeText(node.estimate) },
    {
      key: 'steps',
      title: { en: 'STEPS', zh: '步骤' },
      value: ({ node }) =>
        node.steps.map(({ uses, pointOfNoReturn }) => (pointOfNoReturn ? `!${uses}` : uses)).join(' '),
      wide: true,
    },
    { key: 'why', title: { en: 'WHY', zh: '原因' }, value: ({ node }) => say(node.why), wrap: true },
  ]
}

function below(context: CommandContext, { plan }: PlanFile): string {
  const { say } = context
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  ${visibleLine(line)}\n`).join('')}`
  const leftOut = plan.leftOut.map(({ host, reasons }) => `${host}: ${reasons.map(say).join('; ')}`)
  return [
    section(
      say({ en: 'Waves', zh: '波次' }),
      plan.waves.flatMap((wave) => waveText(context, wave)),
    ),
    section(say({ en: 'Limits', zh: '限制' }), limitLines(context, plan)),
    section(say({ en: 'Left out', zh: '未列入' }), leftOut),
  ].join('')
}
