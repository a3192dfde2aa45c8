import { resolve } from 'node:path'
import { builtInProfiles } from '../ignition/built-in-profiles.ts'
import { isDocumentPath, noDocumentOfName } from '../inventory/name-or-path.ts'
import { readOsProfile } from '../inventory/os-profile-file.ts'
import type { MigrationError } from '../model/errors.ts'
import type { OsProfile } from '../model/os-profile.ts'
import type { Language } from '../model/text.ts'

/** An os profile, and where it comes from: null for a built-in one. */
export interface FoundProfile {
  profile: OsProfile
  file: string | null
}

/**
 * The os profile of that name, or of a path: what holds a slash or ends with .yaml, .yml or .json. Throws PROFILE_UNKNOWN, and
 * PROFILE_INVALID with file:line:column of everything that is wrong.
 */
export async function findProfile(
  nameOrPath: string,
  { cwd, language }: { cwd: string; language: Language },
): Promise<FoundProfile> {
  const builtIn = builtInProfiles.find(({ name }) => name === nameOrPath)
  if (builtIn !== undefined) return { profile: builtIn, file: null }
  if (!isDocumentPath(nameOrPath)) throw unknownProfile(nameOrPath)
  const file = resolve(cwd, nameOrPath)
  return { profile: await readOsProfile(file, { language }), file }
}

function unknownProfile(name: string): MigrationError {
  const names = builtInProfiles.map((profile) => profile.name)
  return noDocumentOfName(name, { code: 'PROFILE_UNKNOWN', kind: 'os profile', names })
}
