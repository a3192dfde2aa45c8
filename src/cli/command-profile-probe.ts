import { builtInProfiles } from '../ignition/built-in-profiles.ts'
import { probeProfile, type ProbedField, type ProbedProfile } from '../ignition/probe-profile.ts'
import { unknownFields } from '../model/profile-fields.ts'
import type { Text } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, done, type CommandExit } from './define-command.ts'
import { findProfile } from './find-profile.ts'
import { savedFacts } from './ignition-inputs.ts'
import { isForMachines, jsonText, printDocument, printTable, tellExit, type Column } from './output.ts'

const stateTexts: Readonly<Record<ProbedField['state'], Text>> = {
  filled: { en: 'filled in', zh: '补全' },
  same: { en: 'as the profile says', zh: '与描述一致' },
  differs: { en: 'differs', zh: '不一致' },
}

/** `osferry profile probe HOST`: fills a profile from a machine that runs the system, and tells where it says otherwise. */
export const profileProbe = defineCommand({
  path: 'profile probe',
  formats: documentFormats,
  details: {
    en: 'Compares an os profile with the saved facts of a machine that runs the system: osferry collect -l host=HOST --set full, as root. With -o yaml it prints the profile with everything that it did not know and the machine tells, each with its source. What the profile says otherwise stays as it is, and the exit code is 2.',
    zh: '将系统描述与一台运行该系统的机器的已保存事实比较：先以 root 权限执行 osferry collect -l host=HOST --set full。使用 -o yaml 时输出补全后的描述，补全的值都注明来源。描述与机器不一致的值保持不变，此时退出码为 2。',
  },
  settings: ['facts'],
  arguments: [{ name: 'host', text: { en: 'host with saved facts', zh: '已保存事实的主机' } }],
  flags: [
    {
      flags: '--profile <name>',
      text: {
        en: 'os profile to begin with: a name or a path; default: the built-in one with the ID of its os-release',
        zh: '作为起点的系统描述：名称或路径；默认取 os-release 的 ID 相同的内置描述',
      },
    },
  ],
  examples: [
    'osferry profile probe reference-1',
    'osferry profile probe reference-1 --profile lifseaos -o yaml > ours.yaml',
  ],
  async run(context, input) {
    const document = await savedFacts(context, input.arguments[0] ?? '')
    const { osRelease } = document.facts
    const id = osRelease?.status === 'ok' ? osRelease.value.id : undefined
    const own = builtInProfiles.find(
      ({ identity: { osReleaseId } }) => 'value' in osReleaseId && osReleaseId.value === id,
    )
    const name = input.value('--profile') ?? own?.name ?? id ?? ''
    const { profile } = await findProfile(name, context)
    const probed = probeProfile(profile, document)
    if (isForMachines(context)) await printDocument(context, probed.profile)
    else await printFields(context, probed)
    const exit = exitOf(context, probed)
    tellExit(context, exit)
    return exit
  },
})

async function printFields(context: CommandContext, { fields, profile }: ProbedProfile): Promise<void> {
  const { say } = context
  const columns: readonly Column<ProbedField>[] = [
    { key: 'field', title: { en: 'FIELD', zh: '字段' }, value: ({ path }) => path },
    { key: 'state', title: { en: 'STATE', zh: '状态' }, value: ({ state }) => say(stateTexts[state]) },
    {
      key: 'value',
      title: { en: 'ON THE MACHINE', zh: '机器上的值' },
      value: ({ value }) => valueText(value),
      wrap: true,
    },
    { key: 'source', title: { en: 'SOURCE', zh: '来源' }, value: ({ source }) => source, wrap: true },
  ]
  await printTable(context, { columns, items: fields, name: ({ path }) => path })
  const left = unknownFields(profile).map(({ path }) => path)
  if (left.length === 0) return
  const names = left.join(', ')
  context.stdout.write(
    `\n${say({ en: `Not known still: ${names}`, zh: `仍然未知：${names}` })}\n${say({ en: 'osferry profile show says how each is found out.', zh: 'osferry profile show 说明各项的查明方法。' })}\n`,
  )
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null ? '-' : jsonText(value)
}

function exitOf({ say }: CommandContext, { fields }: ProbedProfile): CommandExit {
  const other = fields.filter(({ state }) => state === 'differs').map(({ path }) => path)
  if (other.length === 0) return done
  const names = other.join(', ')
  const reason = say({
    en: `the machine says otherwise than the profile: ${names}`,
    zh: `机器与系统描述不一致：${names}`,
  })
  return { code: 2, reason, next: [] }
}
