import { MigrationError } from './errors.ts'
import { profileGroups, type OsProfile, type ProfileField } from './os-profile.ts'

export type ProfileGroup = keyof typeof profileGroups
/** `ignition.maxSpec`, `network.stack`: every field by its path. */
export type ProfilePath = {
  [G in ProfileGroup]: `${G}.${keyof OsProfile[G] & string}`
}[ProfileGroup]

type FieldAt<P extends ProfilePath> = P extends `${infer G}.${infer F}`
  ? G extends ProfileGroup
    ? F extends keyof OsProfile[G]
      ? OsProfile[G][F]
      : never
    : never
  : never
type Known<F> = F extends { value: infer V } ? V : never

/** One field of a profile, as people read it. */
export interface ProfileRow {
  path: ProfilePath
  field: ProfileField<unknown>
}

/** Every field of a profile, in the order of its schema. */
export function profileRows(profile: OsProfile): ProfileRow[] {
  return Object.entries(profileGroups).flatMap(([group, { shape }]) =>
    Object.keys(shape).map((name) => {
      const path = `${group}.${name}` as ProfilePath
      return { path, field: fieldAt(profile, path) }
    }),
  )
}

/** The fields that nobody has filled in. */
export function unknownFields(profile: OsProfile): ProfileRow[] {
  return profileRows(profile).filter(({ field }) => 'unknown' in field)
}

/** The value of a field; throws PROFILE_INCOMPLETE with its name when the profile does not know it. */
export function profileValue<P extends ProfilePath>(profile: OsProfile, path: P): Known<FieldAt<P>> {
  requireKnown(profile, [path])
  const field = fieldAt(profile, path)
  return ('value' in field ? field.value : undefined) as Known<FieldAt<P>>
}

/** Throws PROFILE_INCOMPLETE naming all of these fields that the profile does not know, and how each is found out. */
export function requireKnown(profile: OsProfile, paths: readonly ProfilePath[]): void {
  const missing = [...new Set(paths)].flatMap((path) => {
    const field = fieldAt(profile, path)
    return 'unknown' in field ? [{ path, find: field.unknown }] : []
  })
  if (missing.length === 0) return
  const lines = missing.map(({ path, find }) => `${path} is not known: ${find}`)
  throw new MigrationError('PROFILE_INCOMPLETE', `os profile ${profile.name}: ${lines.join('\n')}`, {
    hint: `save it with osferry profile show ${profile.name} -o yaml > ours.yaml, write value and source of each, and name ./ours.yaml`,
    details: { profile: profile.name, fields: missing.map(({ path }) => path).join(',') },
  })
}

function fieldAt(profile: OsProfile, path: ProfilePath): ProfileField<unknown> {
  const [group = '', name = ''] = path.split('.')
  const fields = profile[group as ProfileGroup] as Record<string, ProfileField<unknown> | undefined>
  return fields[name] ?? { unknown: `no field ${path}` }
}
