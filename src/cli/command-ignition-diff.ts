import { resolve } from 'node:path'
import { buildIgnition } from '../ignition/build-config.ts'
import { diffConfigs, type ConfigChange } from '../ignition/diff-configs.ts'
import { lintIgnitionText } from '../ignition/lint.ts'
import { readBounded } from '../inventory/read-bounded.ts'
import { MigrationError } from '../model/errors.ts'
import type { Text } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, type CommandExit } from './define-command.ts'
import { ignitionFlags, ignitionRequestOf } from './ignition-request.ts'
import { printListIfAny, tellExit, type Column } from './output.ts'

const maxBytes = 32 * 1024 * 1024
const kindTexts: Readonly<Record<ConfigChange['kind'], Text>> = {
  added: { en: 'added', zh: '新增' },
  removed: { en: 'removed', zh: '移除' },
  changed: { en: 'changed', zh: '更改' },
}

/** `osferry ignition diff NODE FILE`: what the configuration of a node would be otherwise than in a file. */
export const ignitionDiff = defineCommand({
  path: 'ignition diff',
  arguments: [
    { name: 'node', text: { en: 'node of the plan, or host', zh: '计划中的节点，或主机' } },
    { name: 'file', text: { en: 'configuration that was rendered before', zh: '之前生成的配置' } },
  ],
  flags: [
    ...ignitionFlags,
    {
      flags: '--detailed-exitcode',
      text: { en: 'exit code 2 when there are changes', zh: '有差异时退出码为 2' },
    },
  ],
  examples: ['osferry ignition diff worker-1 worker-1.ign --profile ./ours.yaml --settings ignition.yaml'],
  async run(context, input) {
    const file = input.arguments[1] ?? ''
    const { config: before } = lintIgnitionText(await readBounded(resolve(context.cwd, file), { maxBytes }))
    if (before === undefined)
      throw new MigrationError(
        'IGNITION_INVALID',
        `${file} is no Ignition configuration that osferry can read`,
        {
          hint: `osferry ignition validate ${file} names what is wrong`,
        },
      )
    const { config: after } = buildIgnition(await ignitionRequestOf(context, input))
    const changes = diffConfigs(before, after)
    const exit = exitOf(context, changes.length, input.on('--detailed-exitcode'))
    const columns = columnsOf(context)
    await printListIfAny(context, { columns, items: changes, name: ({ what }) => what, exit })
    tellExit(context, exit)
    return exit
  },
})

function columnsOf({ say }: CommandContext): Column<ConfigChange>[] {
  return [
    { key: 'kind', title: { en: 'CHANGE', zh: '差异' }, value: ({ kind }) => say(kindTexts[kind]) },
    { key: 'what', title: { en: 'WHAT', zh: '内容' }, value: ({ what }) => what, wrap: true },
    { key: 'lines', title: { en: 'LINES', zh: '行' }, value: ({ lines }) => lines.join(' | '), wrap: true },
  ]
}

function exitOf({ say }: CommandContext, count: number, isDetailed: boolean): CommandExit {
  if (count === 0) return { ...done, reason: say({ en: 'no changes', zh: '没有差异' }) }
  const reason = say({ en: `${count} ${count === 1 ? 'change' : 'changes'}`, zh: `${count} 处差异` })
  return { code: isDetailed ? 2 : 0, reason, next: [] }
}
