import type { Boot } from '../model/facts-storage.ts'
import { shellWords } from '../model/shell-words.ts'

type GrubDefault = NonNullable<Boot['grubDefault']>

/** /etc/default/grub is sourced by a shell: a quote that is not closed breaks grub2-mkconfig. */
export function grubDefault(text: string): GrubDefault {
  const values = new Map<string, string>()
  const problems: string[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const [, key, value] = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? []
    if (key === undefined || value === undefined) {
      problems.push(`line ${index + 1} is no setting`)
      continue
    }
    if (!isQuotedWell(value)) problems.push(`line ${index + 1}: a quote of ${key} is not closed`)
    if (values.has(key)) problems.push(`line ${index + 1} sets ${key} again`)
    values.set(key, unquote(value))
  }
  const bls = values.get('GRUB_ENABLE_BLSCFG')?.toLowerCase()
  const cmdline = ['GRUB_CMDLINE_LINUX', 'GRUB_CMDLINE_LINUX_DEFAULT'].flatMap((key) =>
    shellWords(values.get(key) ?? ''),
  )
  return {
    cmdline: cmdline.slice(0, 500),
    blscfg: bls === undefined ? null : bls === 'true' || bls === '1' || bls === 'yes',
    problems: problems.slice(0, 20),
  }
}

function isQuotedWell(value: string): boolean {
  const rest = value
    .replace(/\\./g, '')
    .replace(/"[^"]*"|'[^']*'/g, '')
    .replace(/\s#.*$/, '')
  return !/["']/.test(rest)
}

/** Takes off the outer quotes; quotes within stay for the words of the command line. */
function unquote(value: string): string {
  const [, double, single] = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/.exec(value) ?? []
  return (double?.replace(/\\(["$`\\])/g, '$1') ?? single ?? value.replace(/\s#.*$/, '')).trim()
}
