import { OsProfile } from '../model/os-profile.ts'
import type { Language } from '../model/text.ts'
import { readYamlDocument } from './yaml-document.ts'

const maxBytes = 256 * 1024

/** Reads os-profile/v1 (YAML or JSON); throws PROFILE_INVALID with file:line:column, field and what is allowed. */
export async function readOsProfile(path: string, options: { language?: Language } = {}): Promise<OsProfile> {
  const { value } = await readYamlDocument({
    path,
    schema: OsProfile,
    name: 'os-profile',
    code: 'PROFILE_INVALID',
    maxBytes,
    ...options,
  })
  return value
}
