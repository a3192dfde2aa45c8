/** What stands where a secret was. */
const redacted = '***'

/** Words that make the value of a key a secret, at the end of the key. */
const secretWord =
  '(?:password|passwd|passphrase|(?<![a-z])pass|pwd|psk|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|' +
  'wep[_-]key\\d?|credentials?|identitytoken|(?<![a-z])auth|authkey|fastopen_key)'

/** A rule runs only where its `hint`, which is cheap, is found; a hint may find more than the rule, never less. */
interface Rule {
  /** Looked for before the hint: the fastest search there is. */
  literal?: string
  hint: RegExp
  pattern: RegExp
  to: string
  /** A second pattern under the same hint. */
  also?: RegExp
}

const secretHint = new RegExp(`${secretWord}["'\\\\]*[\\s\\0=:]`, 'i')

// Rules begin with text that is rare, and look back from there: a rule that begins with any letter is tried everywhere.
const rules: readonly Rule[] = [
  // PEM blocks, whole or cut off.
  {
    literal: '-----BEGIN',
    hint: /-----BEGIN/,
    pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
    to: redacted,
  },
  // https://user:password@host, and a bare token as user.
  {
    literal: '://',
    hint: /:\/\/[^\s/@"']+@/,
    pattern: /:\/\/(?<=[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"']+@/gi,
    to: `://${redacted}@`,
  },
  {
    hint: /authorization["'\\]*\s*[:=]/i,
    pattern:
      /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:basic|bearer|token|digest)\s+)?[^\s"',;]+/gi,
    to: `$1${redacted}`,
  },
  { hint: /bearer\s/i, pattern: /\b(bearer\s+)[\w.~+/=-]{8,}/gi, to: `$1${redacted}` },
  // --token=x, --token x, -p is too common to touch. Bounded, so that one endless word costs linear time.
  {
    hint: secretHint,
    pattern: new RegExp(
      `(${secretWord}(?<=--?[\\w.-]{0,80})(?:=|[ \\t\\0]+))("[^"]*"|'[^']*'|[^\\s\\0"']+)`,
      'gi',
    ),
    to: `$1${redacted}`,
    // key=value, key: value, "key": "value".
    also: new RegExp(`(${secretWord}["']?[ \\t]*[=:][ \\t]*)("[^"\\n]*"|'[^'\\n]*'|[^\\s\\0"',;&]+)`, 'gi'),
  },
  // JSON Web Tokens.
  { literal: 'eyJ', hint: /eyJ/, pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, to: redacted },
  // Access key ids of AWS and Aliyun, tokens of GitHub, GitLab, Slack.
  {
    hint: /A(?:KIA|SIA)|LTAI|gh[opsur]_|github_pat_|glpat-|xox[abprs]-/,
    pattern:
      /\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|LTAI[A-Za-z0-9]{12,26}|gh[opsur]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,})/g,
    to: redacted,
  },
  // Bootstrap tokens of kubeadm: https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
  {
    hint: /\.[a-z0-9]{16}(?![\w.-])/,
    pattern: /(?<![\w.-])(?=[a-z0-9.]*\d)[a-z0-9]{6}\.[a-z0-9]{16}(?![\w.-])/g,
    to: redacted,
  },
  // Hashes of crypt(3).
  {
    literal: '$',
    hint: /\$(?:1|2[aby]|5|6|7|y|gy)\$/,
    pattern: /\$(?:1|2[aby]|5|6|7|y|gy)\$[\w./$=,-]{8,}/g,
    to: redacted,
  },
]

/** Replaces what looks like a secret; the second line of defence, behind parsers that keep only listed keys. */
export function redact(text: string): string {
  let rest = text
  for (const rule of rules) {
    if (!mayMatch(rule, rest)) continue
    rest = rest.replace(rule.pattern, rule.to)
    if (rule.also !== undefined) rest = rest.replace(rule.also, rule.to)
  }
  return rest
}

/** Cheap test over a whole answer, as text or as JSON: false = no rule of `redact` can match anywhere in it. */
export function maySecret(text: string): boolean {
  return rules.some((rule) => mayMatch(rule, text))
}

function mayMatch({ literal, hint }: Rule, text: string): boolean {
  return (literal === undefined || text.includes(literal)) && hint.test(text)
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
