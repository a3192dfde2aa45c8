import { MigrationError } from './errors.ts'

/** One comma-separated term. Terms on `host` and `group` look at the host's name (with `*` and `?`) and groups. */
type SelectorTerm =
  | { kind: 'everything' }
  | { kind: 'exists'; key: string; negated: boolean }
  | {
      kind: 'in'
      negated: boolean
      subject: 'label' | 'host' | 'group'
      key: string
      values: readonly string[]
    }

/** A parsed selector: a host is selected when every term holds. */
export interface Selector {
  text: string
  terms: readonly SelectorTerm[]
}

/** What a selector looks at. */
export interface Selectable {
  name: string
  groups: readonly string[]
  labels: Readonly<Record<string, string>>
}

/**
 * Parses kubectl's label selectors (`role=worker,zone in (a,b),!gpu,tier!=db,zone notin (c)`) plus `host=NAME|glob`,
 * `group=NAME` and `*`. As in kubectl, `!=` and `notin` also select hosts without the label. Values with spaces or
 * commas are written in double quotes. Throws SELECTOR_INVALID with the position.
 */
export function parseSelector(text: string): Selector {
  const reader = new SelectorReader(text)
  const terms: SelectorTerm[] = []
  do {
    terms.push(readTerm(reader))
  } while (reader.take(','))
  reader.expectEnd()
  return { text: text.trim(), terms }
}

/** True when every term of the selector holds for the host. */
export function selects(selector: Selector, host: Selectable): boolean {
  return selector.terms.every((term) => holds(term, host))
}

function holds(term: SelectorTerm, host: Selectable): boolean {
  if (term.kind === 'everything') return true
  if (term.kind === 'exists') return Object.hasOwn(host.labels, term.key) !== term.negated
  return isAmong(term, host) !== term.negated
}

function isAmong(term: Extract<SelectorTerm, { kind: 'in' }>, host: Selectable): boolean {
  if (term.subject === 'host') return term.values.some((pattern) => matchesGlob(host.name, pattern))
  if (term.subject === 'group') return term.values.some((group) => host.groups.includes(group))
  const value = Object.hasOwn(host.labels, term.key) ? host.labels[term.key] : undefined
  return value !== undefined && term.values.includes(value)
}

/** Linear two-pointer matching: a pattern of many stars cannot take exponential time. */
function matchesGlob(name: string, pattern: string): boolean {
  let position = 0
  let at = 0
  let star = -1
  let retry = 0
  while (position < name.length) {
    if (pattern[at] === '*') {
      star = at
      retry = position
      at += 1
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[position])) {
      at += 1
      position += 1
    } else if (star >= 0) {
      at = star + 1
      retry += 1
      position = retry
    } else return false
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}

function readTerm(reader: SelectorReader): SelectorTerm {
  if (reader.take('*')) return { kind: 'everything' }
  if (reader.take('!')) return { kind: 'exists', key: reader.labelKey(), negated: true }
  const key = reader.key()
  const subject = key === 'host' || key === 'group' ? key : 'label'
  if (reader.take('!=')) return { kind: 'in', negated: true, subject, key, values: [reader.value(subject)] }
  if (reader.take('==') || reader.take('='))
    return { kind: 'in', negated: false, subject, key, values: [reader.value(subject)] }
  if (reader.takeWord('in'))
    return { kind: 'in', negated: false, subject, key, values: reader.valueList(subject) }
  if (reader.takeWord('notin'))
    return { kind: 'in', negated: true, subject, key, values: reader.valueList(subject) }
  if (subject !== 'label') reader.fail(`"=", "!=", "in" or "notin" after ${key}`)
  return { kind: 'exists', key, negated: false }
}

class SelectorReader {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  take(token: string): boolean {
    this.#skipSpace()
    if (!this.#text.startsWith(token, this.#position)) return false
    this.#position += token.length
    return true
  }

  takeWord(word: string): boolean {
    this.#skipSpace()
    const pattern = new RegExp(String.raw`${word}(?=[\s(])`, 'y')
    return this.#match(pattern) !== undefined
  }

  key(): string {
    this.#skipSpace()
    return (
      this.#match(/[A-Za-z0-9][A-Za-z0-9._/-]*/y) ?? this.fail('a label name, "host", "group", "!" or "*"')
    )
  }

  labelKey(): string {
    this.#skipSpace()
    const start = this.#position
    const key = this.key()
    if (key !== 'host' && key !== 'group') return key
    this.#position = start
    return this.fail(`a label name; to leave a ${key} out write ${key}!=NAME`)
  }

  value(subject: 'label' | 'host' | 'group'): string {
    this.#skipSpace()
    const quoted = this.#match(/"(?:[^"\\]|\\["\\])*"/y)
    if (quoted !== undefined) return quoted.slice(1, -1).replaceAll(/\\(["\\])/g, '$1')
    const bare = this.#match(/[^\s,()=!"]+/y)
    if (bare !== undefined) return bare
    return subject === 'label' ? '' : this.fail(`the name of a ${subject}`)
  }

  valueList(subject: 'label' | 'host' | 'group'): string[] {
    if (!this.take('(')) this.fail('"("')
    const values: string[] = []
    do {
      values.push(this.value(subject))
    } while (this.take(','))
    if (!this.take(')')) this.fail('"," or ")"')
    return values
  }

  expectEnd(): void {
    this.#skipSpace()
    if (this.#position < this.#text.length) this.fail('"," or the end')
  }

  fail(expected: string): never {
    const position = this.#position + 1
    const found = this.#position >= this.#text.length ? 'the end' : JSON.stringify(this.#text[this.#position])
    throw new MigrationError(
      'SELECTOR_INVALID',
      `selector ${JSON.stringify(this.#text)}: expected ${expected} at position ${position}, found ${found}`,
      { hint: 'write for example: role=worker,zone in (a,b),!gpu,host=node0*', details: { position } },
    )
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#position] ?? '')) this.#position += 1
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#position += found.length
    return found
  }
}
