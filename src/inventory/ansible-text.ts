/**
 * The small languages inside Ansible's INI inventory, as ansible-core reads them: shlex words, `[a:b:step]` ranges,
 * `host:port` and Python literals (lib/ansible/plugins/inventory/ini.py and __init__.py).
 */

const asciiLetters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const maxNames = 100_000

/** Words as Python's `shlex.split(line, comments=True)`: `#` starts a comment outside quotes, even inside a word. */
export function shellWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? ''
    if (char === '#') break
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (char === "'" || char === '"') {
      const [text, end] = quoted(line, at)
      word = (word ?? '') + text
      at = end
    } else if (char === '\\') {
      at += 1
      if (at >= line.length) throw new Error('no escaped character')
      word = (word ?? '') + (line[at] ?? '')
    } else word = (word ?? '') + char
  }
  return word === undefined ? words : [...words, word]
}

/** `name:port` and `[address]:port`; an address with several colons is IPv6 without a port. */
export function splitPort(pattern: string): { pattern: string; port?: number } {
  const bracketed = /^\[([0-9A-Fa-f:.%]+)\](?::(\d+))?$/.exec(pattern)
  const found = bracketed ?? /^((?:[^:[\]]|\[[^\]]*\])+):(\d+)$/.exec(pattern)
  if (!found) return { pattern }
  const [, name = '', port] = found
  if (bracketed && !name.includes('::') && /^[^:]*:[^:]*(:[^:]*)?$/.test(name)) return { pattern }
  return { pattern: name, ...(port !== undefined && { port: Number(port) }) }
}

/** Expands `[02:05]`, `[a:f]`, `[0:10:2]`, several in one name. Throws Error with Ansible's own wording. */
export function expandAnsibleRange(pattern: string): string[] {
  const open = pattern.indexOf('[')
  if (open < 0) return [pattern]
  const close = pattern.indexOf(']', open)
  if (close < 0) throw new Error('host range has no closing bracket')
  const tails = expandAnsibleRange(pattern.slice(close + 1))
  const values = rangeValues(pattern.slice(open + 1, close).split(':'))
  if (values.length * tails.length > maxNames) throw new Error(`host range names more than ${maxNames} hosts`)
  return values.flatMap((value) => tails.map((tail) => `${pattern.slice(0, open)}${value}${tail}`))
}

/** A value as `ast.literal_eval` reads it: quoted text, numbers, True, False, None; anything else is the text itself. */
export function pythonLiteral(text: string): string | number | boolean | null {
  const bare = text.replace(/\s*#.*$/s, '').trim()
  if (/^[+-]?(0|[1-9]\d*(_\d+)*)$/.test(bare)) return Number(bare.replaceAll('_', ''))
  if (/^[+-]?(\d+\.\d*|\.\d+)([eE][+-]?\d+)?$/.test(bare)) return Number(bare)
  if (bare === 'True') return true
  if (bare === 'False') return false
  if (bare === 'None') return null
  const string = /^(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")\s*(?:#.*)?$/s.exec(text.trim())
  const inner = string?.[1] ?? string?.[2]
  return inner === undefined
    ? text
    : inner.replaceAll(/\\(.)/g, (whole, char: string) => unescape(whole, char))
}

function unescape(whole: string, char: string): string {
  const known: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\', "'": "'", '"': '"' }
  return known[char] ?? whole
}

function quoted(line: string, start: number): [text: string, end: number] {
  const quote = line[start]
  let text = ''
  for (let at = start + 1; at < line.length; at += 1) {
    const char = line[at] ?? ''
    if (char === quote) return [text, at]
    const next = line[at + 1] ?? ''
    if (quote === '"' && char === '\\' && (next === '"' || next === '\\')) {
      text += next
      at += 1
    } else text += char
  }
  throw new Error('no closing quotation')
}

function rangeValues(bounds: readonly string[]): string[] {
  if (bounds.length !== 2 && bounds.length !== 3)
    throw new Error('host range must be begin:end or begin:end:step')
  const [begin = '', end = '', stepText = '1'] = bounds
  if (end === '') throw new Error('host range must specify end value')
  const step = Number(stepText)
  if (!/^\d+$/.test(stepText) || step < 1) throw new Error('host range must have a positive step')
  const first = asciiLetters.indexOf(begin)
  const last = asciiLetters.indexOf(end)
  if (begin.length === 1 && end.length === 1 && first >= 0 && last >= 0) {
    if (first > last) throw new Error('host range must have begin <= end')
    return Array.from(asciiLetters.slice(first, last + 1)).filter((_, index) => index % step === 0)
  }
  return numberValues(begin === '' ? '0' : begin, end, step)
}

function numberValues(begin: string, end: string, step: number): string[] {
  if (!/^\d{1,15}$/.test(begin) || !/^\d{1,15}$/.test(end))
    throw new Error('host range must be numbers or letters')
  const padded = begin.startsWith('0') && begin.length > 1
  if (padded && begin.length !== end.length)
    throw new Error('host range must specify equal-length begin and end formats')
  const count = Math.max(0, Math.floor((Number(end) - Number(begin)) / step) + 1)
  if (count > maxNames) throw new Error(`host range names more than ${maxNames} hosts`)
  return Array.from({ length: count }, (_, index) =>
    String(Number(begin) + index * step).padStart(padded ? begin.length : 0, '0'),
  )
}
