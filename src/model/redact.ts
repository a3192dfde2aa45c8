import type { SecretForm } from './secret-forms.ts'
import { secretGroups, secretWords, shortWords } from './secret-forms.ts'

/** What stands where a secret was. */
const redacted = '***'

/** Look-behinds cost less than one character more in front. */
const word = [secretWords, ...shortWords.map(([notBefore, words]) => `(?<![${notBefore}])(?:${words})`)].join(
  '|',
)

/** A rule runs only where its `hint`, which is cheap, is found; a hint may find more than the rule, never less. */
interface Rule {
  hint: RegExp
  forms: readonly Replacement[]
}

interface Replacement {
  pattern: RegExp
  to: string
  behind: RegExp | null
}

const pemRule: Rule = {
  hint: /-----BEGIN/,
  forms: [
    {
      // Whole or cut off.
      pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
      to: redacted,
      behind: null,
    },
  ],
}

const groups = secretGroups({ word, blank: '[ \\t\\0]', begin: '^' })

const rules: readonly Rule[] = [
  pemRule,
  ...groups.map(({ hint, exact, forms }) => ({
    hint: new RegExp(hint, exact ? 'm' : 'mi'),
    forms: forms.map((form) => replacementOf(form, exact ? 'gm' : 'gmi')),
  })),
]

/** Most texts hold nothing: one search tells. */
const anyHint = new RegExp(['-----BEGIN', ...groups.map(({ hint }) => hint)].join('|'), 'mi')

function replacementOf(
  { before, value, to = redacted, behind, code }: SecretForm,
  flags: string,
): Replacement {
  const [first, last] = code ? ['(?=[a-z.]*[0-9])', '(?![\\w.-])'] : ['', '']
  return {
    pattern: new RegExp(`(?<before>${before})${first}(?:${value})${last}`, flags),
    to: `$<before>${to}`,
    behind: behind === undefined ? null : new RegExp(`(?:${behind})[^\\n]*`, flags),
  }
}

/** Replaces what looks like a secret; the second line of defence, behind parsers that keep only listed keys. */
export function redact(text: string): string {
  if (!maySecret(text)) return text
  let rest = text
  for (const { hint, forms } of rules) {
    if (!hint.test(rest)) continue
    for (const form of forms) rest = replaced(rest, form)
  }
  return rest
}

function replaced(text: string, { pattern, to, behind }: Replacement): string {
  if (behind === null) return text.replace(pattern, to)
  return text.replace(behind, (line) => line.replace(pattern, to))
}

/** Cheap test over a whole answer, as text or as JSON: false = no rule of `redact` can match anywhere in it. */
export function maySecret(text: string): boolean {
  return anyHint.test(text)
}

/**
 * Removes what could act on a terminal or turn text around: escape sequences, C0 and C1 controls, bidirectional
 * controls, byte order marks. Tabs and line feeds become spaces.
 */
export function plain(text: string): string {
  if (!needsPlain(text)) return text
  return text
    .replace(escapes, '')
    .replace(/[\t\n]/g, ' ')
    .replace(controls, '')
}

/** True when the text holds anything `plain` would take out. */
export function needsPlain(text: string): boolean {
  return anyControl.test(text)
}

const controlClass = String.raw`[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]`
const anyControl = new RegExp(controlClass)
const controls = new RegExp(controlClass, 'g')

// CSI, OSC, the string sequences and the two-byte ones: ECMA-48, section 5.
const escapes = new RegExp(
  String.raw`\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~])`,
  'g',
)
