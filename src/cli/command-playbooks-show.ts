import { readPlaybook } from '../inventory/playbook-file.ts'
import { durationText } from '../model/duration-text.ts'
import { builtInPlaybooks } from '../model/playbook-names.ts'
import { phases, type Phase, type Playbook, type PlaybookStep } from '../model/playbook.ts'
import { plannedParameters, stepRow } from '../model/step-parameters.ts'
import type { Text } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, done } from './define-command.ts'
import { isForMachines, jsonText, printDocument, printTable, type Column } from './output.ts'

/** A step as it would be planned if nothing but the playbook said anything. */
interface ShownStep {
  phase: Phase
  uses: PlaybookStep['uses']
  title: Text
  /** With the defaults. */
  with: Record<string, unknown>
  timeout: string
  pointOfNoReturn: boolean
  /** Parameters that the options of the plan may still give. */
  fromOptions: string[]
  /** Of these, those without which there is no plan. */
  missing: string[]
}

/** `osferry playbooks show NAME`: its steps with every parameter, and what the options of a plan have to give. */
export const playbooksShow = defineCommand({
  path: 'playbooks show',
  formats: documentFormats,
  arguments: [
    {
      name: 'playbook',
      words: builtInPlaybooks,
      text: { en: 'name of a built-in playbook, or path of your own', zh: '内置剧本名称，或自己的剧本路径' },
    },
  ],
  examples: ['osferry playbooks show centos8-to-containeros', 'osferry playbooks show ./ours.yaml -o json'],
  async run(context, input) {
    const { cwd, language } = context
    const file = await readPlaybook(input.arguments[0] ?? '', { cwd, language })
    const { playbook, sha256, path } = file
    const steps = phases.flatMap((phase) => playbook.phases[phase].map((step) => shown(phase, step)))
    if (isForMachines(context)) {
      const { schema, name, title, target } = playbook
      await printDocument(context, { schema, name, title, target, sha256, path, steps, exit: done })
      return done
    }
    context.stdout.write(`${headline(context, playbook)}\n\n`)
    await printTable(context, { columns: columnsOf(context), items: steps, name: ({ uses }) => uses })
    context.stdout.write(leftToPlan(context, steps))
    return done
  },
})

function shown(phase: Phase, { uses, with: given = {}, timeout, pointOfNoReturn }: PlaybookStep): ShownStep {
  const { with: schema, fromOptions, title, timeoutMs } = stepRow(uses)
  const missing = plannedParameters({ uses, with: given }, {}).error?.issues ?? []
  return {
    phase,
    uses,
    title,
    with: schema.parse(given, { jitless: true }),
    timeout: timeout ?? durationText(timeoutMs),
    pointOfNoReturn: pointOfNoReturn === true,
    fromOptions: fromOptions.filter((name) => !Object.hasOwn(given, name)),
    missing: [...new Set(missing.map(({ path }) => String(path[0])))],
  }
}

function headline({ say }: CommandContext, { name, title, target }: Playbook): string {
  const nothing = say({ en: 'changes nothing', zh: '不做任何更改' })
  return `${name}  ${say(title)}\n${target === null ? nothing : `-> ${target}`}`
}

function columnsOf({ say }: CommandContext): Column<ShownStep>[] {
  return [
    { key: 'phase', title: { en: 'PHASE', zh: '阶段' }, value: ({ phase }) => phase },
    { key: 'uses', title: { en: 'STEP', zh: '步骤' }, value: ({ uses }) => uses },
    { key: 'timeout', title: { en: 'TIME', zh: '时限' }, value: ({ timeout }) => timeout },
    {
      key: 'title',
      title: { en: 'WHAT', zh: '说明' },
      wrap: true,
      value: ({ title, pointOfNoReturn }) =>
        pointOfNoReturn
          ? `${say(title)} (${say({ en: 'POINT OF NO RETURN', zh: '不可回退点' })})`
          : say(title),
    },
    {
      key: 'with',
      title: { en: 'WITH', zh: '参数' },
      wrap: true,
      value: ({ with: parameters }) =>
        Object.entries(parameters)
          // A list of nothing says nothing to people.
          .filter(([, value]) => !Array.isArray(value) || value.length > 0)
          .map(([name, value]) => `${name}: ${jsonText(value)}`)
          .join(', ') || '-',
    },
  ]
}

/** What a plan has to be told besides. */
function leftToPlan({ say }: CommandContext, steps: readonly ShownStep[]): string {
  const lines = steps
    .filter(({ missing }) => missing.length > 0)
    .map(({ uses, missing }) => `  ${uses}: ${missing.join(', ')}`)
  if (lines.length === 0) return ''
  const title = say({ en: 'to be given by the options of a plan:', zh: '需由计划的选项给出：' })
  return `\n${title}\n${lines.join('\n')}\n`
}
