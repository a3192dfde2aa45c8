import { MigrationError, type ErrorCode } from '../model/errors.ts'
import { nearestHint } from '../model/nearest.ts'

/** True for a path, which holds a slash or ends with .yaml, .yml or .json; everything else is the name of a built-in document. */
export function isDocumentPath(nameOrPath: string): boolean {
  return /[/\\]|\.(ya?ml|json)$/i.test(nameOrPath)
}

/** The error for a name that no built-in document of its kind has. */
export function noDocumentOfName(
  name: string,
  { code, kind, names }: { code: ErrorCode; kind: string; names: readonly string[] },
): MigrationError {
  const meant = nearestHint(name, names)
  return new MigrationError(code, `no ${kind} ${JSON.stringify(name)}`, {
    hint: `${meant}There are ${names.join(', ')}; one of your own is named by its path: ./${name}.yaml`,
  })
}
