import { z } from 'zod'
import { MigrationError } from './errors.ts'
import { shorten, visibleLine } from './visible-text.ts'

const maxKey = 512
const maxPart = 200
/** Safe in a path, in the key of an object and in a shell; no part is hidden, an option or `..`. */
const part = '[A-Za-z0-9_%][A-Za-z0-9._~%@=+,-]*'
const wholeKey = new RegExp(`^${part}(/${part})*$`)
const startOfKey = new RegExp(`^(${part}/)*(${part})?$`)
const allowed = `parts of letters, digits and . _ ~ % @ = + , - with / between them, each at most ${maxPart} long and none with . or - first, ${maxKey} in all`

/** The name of an object in a store of artifacts: `RUN/NODE/VOLUME/data.tar.zst`. */
export const ArtifactKey = z
  .string()
  .max(maxKey)
  .regex(wholeKey)
  .refine((key) => hasShortParts(key), `expected ${allowed}`)
export type ArtifactKey = z.infer<typeof ArtifactKey>

/** The beginning of keys, which may end anywhere: `RUN/`, `RUN/no`, or nothing. */
const ArtifactPrefix = z.string().max(maxKey).regex(startOfKey).refine(hasShortParts)

function hasShortParts(key: string): boolean {
  return key.split('/').every(({ length }) => length <= maxPart)
}

/** The key when it is one; throws ARTIFACT_KEY_INVALID with the name of the store. */
export function checkedKey(key: string, store: string): ArtifactKey {
  return checked(ArtifactKey, key, { store, what: 'name of an object' })
}

/** The same for the beginning of keys. */
export function checkedPrefix(prefix: string, store: string): string {
  return checked(ArtifactPrefix, prefix, { store, what: 'beginning of names' })
}

function checked(
  schema: z.ZodType<string>,
  text: string,
  { store, what }: { store: string; what: string },
): string {
  const result = schema.safeParse(text, { jitless: true })
  if (result.success) return result.data
  const shown = shorten(visibleLine(text), 80)
  throw new MigrationError('ARTIFACT_KEY_INVALID', `${store}: "${shown}" is no ${what} in a store`, {
    hint: `allowed are ${allowed}`,
    cause: result.error,
  })
}
