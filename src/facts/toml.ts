export type TomlValue = string | number | boolean | readonly string[]

/** One setting with its full path: `[a."b.c"]` + `d = 1` -> `['a', 'b.c', 'd']`. */
export interface TomlSetting {
  path: readonly string[]
  value: TomlValue
}

/** What a configuration in TOML says, for reading single settings: tables in order, settings in order. */
export interface TomlDocument {
  tables: readonly (readonly string[])[]
  settings: readonly TomlSetting[]
}

/**
 * Reads the part of TOML that containerd and CRI-O configurations use: tables, dotted and quoted keys, strings,
 * numbers, booleans, arrays of strings over several lines. Dates and inline tables are skipped, never misread.
 */
export function parseToml(text: string): TomlDocument {
  const tables: string[][] = []
  const settings: TomlSetting[] = []
  const lines = text.split(/\r?\n/)
  let table: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]?.trim() ?? ''
    if (line === '' || line.startsWith('#') || line.length > longestLine) continue
    const header = /^\[{1,2}([^[].*?)\]{1,2}\s*(?:#.*)?$/.exec(line)?.[1]
    if (header !== undefined) {
      table = pathOf(header)
      tables.push(table)
      continue
    }
    const { key, rest } = assignment(line)
    if (key.length === 0) continue
    let raw = rest
    const fence = /^("""|''')/.exec(raw)?.[1]
    if (fence !== undefined) {
      while (at + 1 < lines.length && !raw.slice(fence.length).includes(fence)) raw += `\n${lines[++at]}`
      continue
    }
    if (raw.startsWith('[')) {
      const more = [raw]
      for (
        let open = openBrackets(raw);
        open > 0 && at + 1 < lines.length;
        open += openBrackets(more.at(-1) ?? '')
      ) {
        more.push((lines[++at] ?? '').slice(0, longestLine))
      }
      raw = more.join('\n')
    }
    const value = valueOf(raw)
    if (value !== undefined) settings.push({ path: [...table, ...key], value })
  }
  return { tables, settings }
}

/** Lines beyond this are no setting that a person wrote. */
const longestLine = 8192

const keyPart = /"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w-]+)/g

function pathOf(dotted: string): string[] {
  return [...dotted.matchAll(keyPart)].map(([, double, single, bare]) => double ?? single ?? bare ?? '')
}

/** Splits at the first `=` outside of quotes. */
function assignment(line: string): { key: string[]; rest: string } {
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at)
    if (quote === '' && char === '=')
      return { key: pathOf(line.slice(0, at)), rest: line.slice(at + 1).trim() }
    if (quote === '' && (char === '"' || char === "'")) quote = char
    else if (char === quote) quote = ''
  }
  return { key: [], rest: '' }
}

/** Opening less closing brackets outside of quotes and comments. */
function openBrackets(line: string): number {
  const bare = withoutComments(line).replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '')
  return bare.split('[').length - bare.split(']').length
}

function withoutComments(raw: string): string {
  return raw.replaceAll(/("(?:[^"\\\n]|\\.)*"|'[^'\n]*')|#[^\n]*/g, '$1')
}

function valueOf(raw: string): TomlValue | undefined {
  const text = withoutComments(raw).trim()
  const string = /^"((?:[^"\\]|\\.)*)"$|^'([^']*)'$/.exec(text)
  if (string !== null) return unescaped(string[1]) ?? string[2] ?? ''
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^[+-]?\d{1,15}$/.test(text)) return Number(text)
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g)].map(
    ([, double, single]) => unescaped(double) ?? single ?? '',
  )
}

function unescaped(text: string | undefined): string | undefined {
  return text?.replaceAll(/\\(["\\])/g, '$1')
}
