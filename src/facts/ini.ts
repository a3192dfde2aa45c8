/** One `[section]` of an INI file as dnf and yum read it; the part before the first header has the name ''. */
export interface IniSection {
  name: string
  /** Key (lower case) -> lines of its value: the first and the indented ones below it. The last setting wins. */
  values: ReadonlyMap<string, readonly string[]>
}

/** Sections in order; a line that is neither header, setting, continuation nor comment is skipped. */
export function parseIni(text: string): IniSection[] {
  const sections: { name: string; values: Map<string, string[]> }[] = []
  let current = { name: '', values: new Map<string, string[]>() }
  let value: string[] | null = null
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#;].*)?$/.test(line)) continue
    const header = /^\[([^\]]+)\]/.exec(line)?.[1]
    if (header !== undefined) {
      current = { name: header.trim(), values: new Map() }
      sections.push(current)
      value = null
      continue
    }
    if (/^\s/.test(line)) {
      value?.push(line.trim())
      continue
    }
    const [, key, first] = /^([^=\s:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line) ?? []
    value = null
    if (key === undefined || first === undefined) continue
    value = [first.trim()]
    current.values.set(key.toLowerCase(), value)
  }
  return sections
}

/** The words of a list setting: separated by white space or commas, over any number of lines. */
export function iniWords(section: IniSection | undefined, ...keys: string[]): string[] {
  return keys.flatMap((key) =>
    (section?.values.get(key) ?? []).flatMap((line) => line.split(/[\s,]+/)).filter((word) => word !== ''),
  )
}

/** The first line of a setting; null when unset or empty. */
export function iniText(section: IniSection | undefined, key: string): string | null {
  const first = section?.values.get(key)?.[0]
  return first === undefined || first === '' ? null : first
}

/** dnf's booleans (1/0, yes/no, true/false, on/off); null when unset or none of them. */
export function iniBoolean(section: IniSection | undefined, key: string): boolean | null {
  const word = iniText(section, key)?.toLowerCase()
  if (word === undefined) return null
  if (['1', 'yes', 'true', 'on', 'enabled'].includes(word)) return true
  return ['0', 'no', 'false', 'off', 'disabled'].includes(word) ? false : null
}
