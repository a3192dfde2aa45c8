/** The words of the last ExecStart of a unit and its drop-ins, with `$NAME` and `${NAME}` put in from `variables`. */
export function unitWords(texts: readonly string[], variables: ReadonlyMap<string, string>): string[] {
  const lines = texts.flatMap((text) => text.replaceAll(/\\\n/g, ' ').split('\n'))
  const known = new Map([...lines.flatMap(environmentOf), ...variables])
  const command = lines
    .flatMap((line) => /^\s*ExecStart\s*=\s*[-@:+!]*(.*)$/.exec(line)?.[1] ?? [])
    .findLast((value) => value.trim() !== '')
  return splitWords(command ?? '').flatMap((word) => {
    const whole = /^\$(\w+)$/.exec(word)?.[1]
    if (whole !== undefined) return splitWords(known.get(whole) ?? '')
    return [word.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => known.get(name) ?? '')]
  })
}

/** `NAME=value` lines of an environment file, quotes removed. */
export function environmentFile(text: string): Map<string, string> {
  const variables = new Map<string, string>()
  for (const line of text.replaceAll(/\\\n/g, ' ').split('\n')) {
    const [, name, value] = /^\s*(?:export\s+)?(\w+)=(.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined)
      variables.set(name, value.trim().replaceAll(/^["']|["']$/g, ''))
  }
  return variables
}

/** Value of the last `--name=value` or `--name value`; null when the flag is not there or has no value. */
export function flagValue(words: readonly string[], name: string): string | null {
  return flagValues(words, name).at(-1) ?? null
}

/** Every value of a flag that may be repeated. */
export function flagValues(words: readonly string[], name: string): string[] {
  return words.flatMap((word, index) => {
    if (word.startsWith(`--${name}=`)) return [word.slice(name.length + 3)]
    const next = words[index + 1]
    return word === `--${name}` && next !== undefined && !next.startsWith('-') ? [next] : []
  })
}

/** Flags with their values in one word: `--v 2` becomes `--v=2`; words that belong to no flag are left out. */
export function joinedFlags(words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    if (!word.startsWith('-')) return []
    const next = words[index + 1]
    return [word.includes('=') || next === undefined || next.startsWith('-') ? word : `${word}=${next}`]
  })
}

/** Words as systemd and the shell split them: white space, quotes keep it. */
export function splitWords(text: string): string[] {
  return [...text.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
      (_, double?: string, single?: string) => double ?? single ?? '',
    ),
  )
}

function environmentOf(line: string): [string, string][] {
  const value = /^\s*Environment\s*=\s*(.*)$/.exec(line)?.[1]
  return splitWords(value ?? '').flatMap((word): [string, string][] => {
    const [, name, text] = /^(\w+)=(.*)$/s.exec(word) ?? []
    return name === undefined || text === undefined ? [] : [[name, text]]
  })
}
