import type { CheckInfo } from '../model/assessment.ts'
import type { Remedy } from '../model/check.ts'
import type { ReportFinding } from '../model/report.ts'
import type { Language } from '../model/text.ts'
import { say } from './words.ts'

/** A fix as people read it: words, and the command to type where there is one. */
export interface Fix {
  text: string
  command: string | null
}

/** The fixes of a finding, those of the catalogue when it has none of its own. */
export function remediesOf(finding: ReportFinding, check: CheckInfo | undefined): readonly Remedy[] {
  return finding.remedies ?? check?.remedies ?? []
}

/** A remedy in one language. */
export function toFix(remedy: Remedy, language: Language): Fix {
  const text = remedy.text === undefined ? '' : say(remedy.text, language)
  if (remedy.kind === 'hint') return { text, command: null }
  const words = remedy.kind === 'command' ? remedy.argv : ['playbook', remedy.name]
  return { text, command: words.map(quoteForReading).join(' ') }
}

/** The fixes of a finding, one line each. */
export function fixesOf(
  finding: ReportFinding,
  check: CheckInfo | undefined,
  language: Language,
): readonly string[] {
  return remediesOf(finding, check)
    .map((remedy) => toFix(remedy, language))
    .map(({ text, command }) => [text, command].filter((part) => part !== null && part !== '').join(': '))
}

/** As a shell would need it, for people who copy the line; nothing runs it from here. */
function quoteForReading(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
