import { resolve } from 'node:path'
import { builtInProfiles } from '../ignition/built-in-profiles.ts'
import { isDocumentPath } from '../inventory/name-or-path.ts'
import { readOsProfile } from '../inventory/os-profile-file.ts'
import { MigrationError } from '../model/errors.ts'
import { nearestHint } from '../model/nearest.ts'
import type { OsProfile } from '../model/os-profile.ts'
import type { CommandContext } from './context.ts'

/** An os profile, and where it comes from: null for a built-in one. */
export interface FoundProfile {
  profile: OsProfile
  file: string | null
}

/**
 * The os profile of that name: one of `ignition.profiles`, a built-in one, or that of a path, which holds a slash or ends with
 * .yaml, .yml or .json. Throws PROFILE_UNKNOWN, and PROFILE_INVALID with file:line:column of everything that is wrong.
 */
export async function findProfile(
  nameOrPath: string,
  { cwd, language, settings }: Pick<CommandContext, 'cwd' | 'language' | 'settings'>,
): Promise<FoundProfile> {
  if (isDocumentPath(nameOrPath)) {
    const file = resolve(cwd, nameOrPath)
    return { profile: await readOsProfile(file, { language }), file }
  }
  const own: FoundProfile[] = []
  for (const file of settings.list('ignition.profiles'))
    own.push({ profile: await readOsProfile(file, { language }), file })
  const named = own.filter(({ profile }) => profile.name === nameOrPath)
  if (named.length > 1) throw ambiguousProfile(nameOrPath, named)
  const builtIn = builtInProfiles.find(({ name }) => name === nameOrPath)
  const [found = builtIn && { profile: builtIn, file: null }] = named
  if (found !== undefined) return found
  throw unknownProfile(nameOrPath, [...own.map(({ profile }) => profile), ...builtInProfiles])
}

function unknownProfile(name: string, known: readonly OsProfile[]): MigrationError {
  const names = [...new Set(known.map((profile) => profile.name))]
  const meant = nearestHint(name, names)
  return new MigrationError('PROFILE_UNKNOWN', `no os profile ${JSON.stringify(name)}`, {
    hint: `${meant}There are ${names.join(', ')}; one of your own is named by its path, ./${name}.yaml, or listed under ignition.profiles in osferry.yaml`,
  })
}

function ambiguousProfile(name: string, found: readonly FoundProfile[]): MigrationError {
  const files = found.map(({ file }) => file).join(', ')
  return new MigrationError('PROFILE_UNKNOWN', `${files} are all called ${name}`, {
    hint: 'leave one of them under ignition.profiles in osferry.yaml, or give the others another name',
  })
}
