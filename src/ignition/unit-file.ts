/** One `Key=value` of a unit file, with its section. */
export interface UnitSetting {
  section: string
  key: string
  value: string
}

/** The settings of a unit file; undefined when it is not one. Continued lines are joined, comments left out. systemd.syntax(7) */
export function parseUnitFile(text: string): UnitSetting[] | undefined {
  const settings: UnitSetting[] = []
  let section: string | undefined
  for (const line of joinedLines(text)) {
    const header = /^\[([^\]]+)\]$/.exec(line)
    if (header !== null) {
      section = header[1]
      continue
    }
    const setting = /^([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*)$/s.exec(line)
    if (setting === null || section === undefined) return undefined
    settings.push({ section, key: setting[1] ?? '', value: setting[2] ?? '' })
  }
  return settings
}

/** The words of every setting of that key: `After=a b` and `After=c` are a, b and c; an empty one takes back those before it. */
export function wordsOf(settings: readonly UnitSetting[], section: string, key: string): string[] {
  return settings
    .filter((setting) => setting.section === section && setting.key === key)
    .reduce<string[]>(
      (words, { value }) => (value === '' ? [] : [...words, ...value.split(/\s+/).filter(Boolean)]),
      [],
    )
}

/** The name of a mount unit: `/var/my-data` is `var-my\x2ddata`. systemd-escape(1) */
export function escapedPath(path: string): string {
  const bytes = [...new TextEncoder().encode(path.replace(/^\/+|\/+$/g, '').replace(/\/+/g, '/'))]
  return bytes
    .map((byte, index) => {
      const sign = String.fromCharCode(byte)
      if (sign === '/') return '-'
      const isPlain = /[A-Za-z0-9:_]/.test(sign) || (sign === '.' && index > 0)
      return isPlain ? sign : String.raw`\x` + byte.toString(16).padStart(2, '0')
    })
    .join('')
}

function joinedLines(text: string): string[] {
  const isComment = (line: string): boolean => /^\s*[#;]/.test(line)
  return text
    .split('\n')
    .filter((line) => !isComment(line))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
