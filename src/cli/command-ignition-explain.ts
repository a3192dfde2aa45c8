import { buildIgnition, type BuiltConfig } from '../ignition/build-config.ts'
import { defineCommand } from './define-command.ts'
import { tellOpen } from './ignition-open.ts'
import { ignitionFlags, ignitionRequestOf } from './ignition-request.ts'
import { printList, tellExit, type Column } from './output.ts'

type Row = { part: string; path: string; from: readonly string[] }

/** `osferry ignition explain NODE`: of every part of its configuration, the facts and settings that it comes from. */
export const ignitionExplain = defineCommand({
  path: 'ignition explain',
  arguments: [{ name: 'node', text: { en: 'node of the plan, or host', zh: '计划中的节点，或主机' } }],
  flags: ignitionFlags,
  examples: ['osferry ignition explain worker-1 --profile ./ours.yaml --settings ignition.yaml'],
  async run(context, input) {
    const built = buildIgnition(await ignitionRequestOf(context, input))
    const columns: readonly Column<Row>[] = [
      { key: 'part', title: { en: 'PART', zh: '部分' }, value: ({ part }) => part },
      { key: 'path', title: { en: 'WHAT', zh: '内容' }, value: ({ path }) => path, wrap: true },
      { key: 'from', title: { en: 'FROM', zh: '来源' }, value: ({ from }) => from.join(', '), wrap: true },
    ]
    await printList(context, { columns, items: rowsOf(built), name: ({ path }) => path })
    const exit = tellOpen(context, built)
    tellExit(context, exit)
    return exit
  },
})

function rowsOf({ parts }: BuiltConfig): Row[] {
  return parts.flatMap(({ name, from, paths }) => paths.map((path) => ({ part: name, path, from })))
}
