import { builtInProfiles } from '../ignition/built-in-profiles.ts'
import type { OsProfile } from '../model/os-profile.ts'
import { profileRows, unknownFields } from '../model/profile-fields.ts'
import { defineCommand, done } from './define-command.ts'
import { printList, type Column } from './output.ts'

/** `osferry profile list`: the immutable systems that osferry has a description of. */
export const profileList = defineCommand({
  path: 'profile list',
  examples: ['osferry profile list', 'osferry profile list -o json'],
  async run(context) {
    const { say } = context
    const columns: readonly Column<OsProfile>[] = [
      { key: 'name', title: { en: 'PROFILE', zh: '系统描述' }, value: ({ name }) => name },
      {
        key: 'ignition',
        title: { en: 'IGNITION', zh: 'IGNITION' },
        value: ({ ignition: { maxSpec } }) =>
          'value' in maxSpec ? maxSpec.value : say({ en: 'not known', zh: '未知' }),
      },
      {
        key: 'known',
        title: { en: 'KNOWN', zh: '已知项' },
        value: (profile) => knownText(profile),
      },
      { key: 'title', title: { en: 'WHAT', zh: '说明' }, value: ({ title }) => say(title) },
    ]
    await printList(context, {
      columns,
      items: builtInProfiles,
      name: ({ name }) => name,
      data: (profile) => ({
        name: profile.name,
        title: profile.title,
        ignitionMaxSpec: 'value' in profile.ignition.maxSpec ? profile.ignition.maxSpec.value : null,
        fields: profileRows(profile).length,
        unknown: unknownFields(profile).map(({ path }) => path),
      }),
      exit: done,
    })
    return done
  },
})

function knownText(profile: OsProfile): string {
  const all = profileRows(profile).length
  return `${all - unknownFields(profile).length}/${all}`
}
