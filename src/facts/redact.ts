/** What stands where a secret was. */
const redacted = '***'

/** Words that make the value of a key a secret, at the end of the key. */
const secretWord =
  '(?:password|passwd|passphrase|(?<![a-z])pass|pwd|psk|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|' +
  'wep[_-]key\\d?|credentials?|identitytoken|(?<![a-z])auth|authkey|fastopen_key)'
// Bounded, so that one endless word costs linear time.
const secretKey = `[\\w.-]{0,64}${secretWord}`

const rules: readonly { pattern: RegExp; to: string }[] = [
  // PEM blocks, whole or cut off.
  {
    pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
    to: redacted,
  },
  // https://user:password@host, and a bare token as user.
  { pattern: /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"']+@/gi, to: `$1${redacted}@` },
  {
    pattern:
      /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:basic|bearer|token|digest)\s+)?[^\s"',;]+/gi,
    to: `$1${redacted}`,
  },
  { pattern: /\b(bearer\s+)[\w.~+/=-]{8,}/gi, to: `$1${redacted}` },
  // --token=x, --token x, -p is too common to touch.
  {
    pattern: new RegExp(`(--?${secretKey}(?:=|[ \\t\\0]+))("[^"]*"|'[^']*'|[^\\s\\0"']+)`, 'gi'),
    to: `$1${redacted}`,
  },
  // key=value, key: value, "key": "value".
  {
    pattern: new RegExp(
      `(\\b${secretKey}["']?[ \\t]*[=:][ \\t]*)("[^"\\n]*"|'[^'\\n]*'|[^\\s\\0"',;&]+)`,
      'gi',
    ),
    to: `$1${redacted}`,
  },
  // JSON Web Tokens.
  { pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, to: redacted },
  // Access key ids of AWS and Aliyun, tokens of GitHub, GitLab, Slack.
  {
    pattern:
      /\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|LTAI[A-Za-z0-9]{12,26}|gh[opsur]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,})/g,
    to: redacted,
  },
  // Bootstrap tokens of kubeadm: https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
  { pattern: /(?<![\w.-])(?=[a-z0-9.]*\d)[a-z0-9]{6}\.[a-z0-9]{16}(?![\w.-])/g, to: redacted },
  // Hashes of crypt(3).
  { pattern: /\$(?:1|2[aby]|5|6|7|y|gy)\$[\w./$=,-]{8,}/g, to: redacted },
]

/** Replaces what looks like a secret; the second line of defence, behind parsers that keep only listed keys. */
export function redact(text: string): string {
  if (!maySecret(text)) return text
  return rules.reduce((rest, rule) => rest.replace(rule.pattern, rule.to), text)
}

/** Cheap test over a whole answer: false = no rule of `redact` can match anywhere in it. */
export function maySecret(text: string): boolean {
  return suspicion.test(text)
}

// A superset of the rules, cheap: the words only count where a value can follow.
const suspicion = new RegExp(
  [
    '-----BEGIN',
    '://[^\\s/@"\']+@',
    'authorization["\'\\\\]*\\s*[:=]',
    'bearer\\s',
    `${secretWord}["'\\\\]*[\\s\\0=:]`,
    'eyJ|AKIA|ASIA|LTAI|gh[opsur]_|github_pat_|glpat-|xox[abprs]-',
    '\\b[a-z0-9]{6}\\.[a-z0-9]{16}\\b',
    '\\$(?:1|2[aby]|5|6|7|y|gy)\\$',
  ].join('|'),
  'i',
)

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
