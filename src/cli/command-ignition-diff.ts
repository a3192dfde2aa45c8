import { buildIgnition } from '../ignition/build-config.ts'
import { diffConfigs, type ConfigChange } from '../ignition/diff-configs.ts'
import { lintIgnitionText } from '../ignition/lint.ts'
import { MigrationError } from '../model/errors.ts'
import { changeKindTexts, changesExit, changesFlag } from './changes-found.ts'
import type { CommandContext } from './context.ts'
import { defineCommand } from './define-command.ts'
import { readIgnitionFile } from './ignition-file.ts'
import { ignitionFlags, ignitionRequestOf } from './ignition-request.ts'
import { printListIfAny, tellExit, type Column } from './output.ts'

/** `osferry ignition diff NODE FILE`: what the configuration of a node would be otherwise than in a file. */
export const ignitionDiff = defineCommand({
  path: 'ignition diff',
  arguments: [
    { name: 'node', text: { en: 'node of the plan, or host', zh: '计划中的节点，或主机' } },
    { name: 'file', text: { en: 'configuration that was rendered before', zh: '之前生成的配置' } },
  ],
  flags: [...ignitionFlags, changesFlag],
  examples: ['osferry ignition diff worker-1 worker-1.ign --profile ./ours.yaml --settings ignition.yaml'],
  async run(context, input) {
    const file = input.arguments[1] ?? ''
    const { config: before } = lintIgnitionText(await readIgnitionFile(context, file))
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
    const exit = changesExit(context, changes.length, {
      isDetailed: input.on('--detailed-exitcode'),
      none: { en: 'no changes', zh: '没有差异' },
    })
    const columns = columnsOf(context)
    await printListIfAny(context, { columns, items: changes, name: ({ what }) => what, exit })
    tellExit(context, exit)
    return exit
  },
})

function columnsOf({ say }: CommandContext): Column<ConfigChange>[] {
  return [
    { key: 'kind', title: { en: 'CHANGE', zh: '差异' }, value: ({ kind }) => say(changeKindTexts[kind]) },
    { key: 'what', title: { en: 'WHAT', zh: '内容' }, value: ({ what }) => what, wrap: true },
    { key: 'lines', title: { en: 'LINES', zh: '行' }, value: ({ lines }) => lines.join(' | '), wrap: true },
  ]
}
