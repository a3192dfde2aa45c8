import { builtInProfiles } from '../ignition/built-in-profiles.ts'
import { unknownFields, type ProfilePath } from '../model/profile-fields.ts'
import { defineCommand } from './define-command.ts'
import { findProfile } from './find-profile.ts'
import { validateDocuments } from './validate-documents.ts'

interface Told {
  /** Fields that nobody has filled in: valid, and refused by name when they are needed. */
  unknown: readonly ProfilePath[]
}

const builtIn = builtInProfiles.map(({ name }) => name)

/** `osferry profile validate [PATH...]`: each one is read as `ignition render` would read it; nothing is contacted. */
export const profileValidate = defineCommand({
  path: 'profile validate',
  arguments: [
    {
      name: 'profile',
      many: true,
      optional: true,
      words: builtIn,
      text: { en: 'paths or names; the built-in ones when left out', zh: '路径或名称，省略时为内置系统描述' },
    },
  ],
  examples: ['osferry profile validate ./ours.yaml', 'osferry profile validate profiles/*.yaml -o json'],
  async run(context, input) {
    return await validateDocuments<Told>(context, input.arguments, {
      noun: { en: 'profile', zh: '系统描述' },
      builtIn,
      async read(name) {
        const { profile } = await findProfile(name, context)
        return { unknown: unknownFields(profile).map(({ path }) => path) }
      },
      untold: { unknown: [] },
      columns: [
        {
          key: 'unknown',
          title: { en: 'NOT KNOWN', zh: '未知项' },
          value: ({ told }) => told.unknown.join(', '),
          wrap: true,
        },
      ],
      next: 'osferry schema os-profile',
    })
  },
})
