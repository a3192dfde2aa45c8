import { builtInProfiles } from '../ignition/built-in-profiles.ts'
import { profileRows, type ProfileRow } from '../model/profile-fields.ts'
import { defineCommand, documentFormats, done } from './define-command.ts'
import { findProfile } from './find-profile.ts'
import { isForMachines, jsonText, printDocument, printTable, type Column } from './output.ts'

/** `osferry profile show NAME`: every field with its source; `-o yaml` is a file to change and to name by its path. */
export const profileShow = defineCommand({
  path: 'profile show',
  formats: documentFormats,
  arguments: [
    {
      name: 'profile',
      words: builtInProfiles.map(({ name }) => name),
      text: {
        en: 'name of a built-in os profile, or path of your own',
        zh: '内置系统描述的名称，或自己的文件路径',
      },
    },
  ],
  examples: ['osferry profile show lifseaos', 'osferry profile show lifseaos -o yaml > ours.yaml'],
  async run(context, input) {
    const { say } = context
    const { profile, file } = await findProfile(input.arguments[0] ?? '', context)
    if (isForMachines(context)) {
      await printDocument(context, profile)
      return done
    }
    const columns: readonly Column<ProfileRow>[] = [
      { key: 'field', title: { en: 'FIELD', zh: '字段' }, value: ({ path }) => path },
      {
        key: 'value',
        title: { en: 'VALUE', zh: '值' },
        value: ({ field }) =>
          'value' in field ? valueText(field.value) : say({ en: 'not known', zh: '未知' }),
        wrap: true,
      },
      {
        key: 'source',
        title: { en: 'SOURCE, OR HOW TO FIND OUT', zh: '来源或查明方法' },
        value: ({ field }) => ('value' in field ? field.source : field.unknown),
        wrap: true,
      },
    ]
    context.stdout.write(`${profile.name}  ${say(profile.title)}${file === null ? '' : `\n${file}`}\n\n`)
    await printTable(context, { columns, items: profileRows(profile), name: ({ path }) => path })
    return done
  },
})

function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null ? '-' : jsonText(value)
}
