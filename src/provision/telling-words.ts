import { redact } from '../model/redact.ts'

const lastLines = 5
const mostCharacters = 1500

/** The last lines of what a program wrote on stderr, without the values that it was given, which are no business of the journal. */
export function tellingWords(stderr: string, given: readonly string[]): string {
  const secrets = given.flatMap((value) => [value, ...value.split('\n')]).filter(({ length }) => length > 3)
  let text = stderr
  for (const secret of secrets.sort((a, b) => b.length - a.length)) text = text.replaceAll(secret, '***')
  return redact(text).trim().split('\n').slice(-lastLines).join('\n').slice(-mostCharacters)
}
