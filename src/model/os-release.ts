import { shellWords } from './shell-words.ts'

/** The fields of a text in the form of os-release(5); the last of two lines with one name counts, as in a shell. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\n').flatMap((line): [string, string][] => {
    const match = /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line)
    return match === null ? [] : [[match[1] ?? '', shellWords(match[2] ?? '')[0] ?? '']]
  })
  return new Map(pairs)
}
