import type { SecretForm, SecretGroup } from '../model/secret-forms.ts'
import { secretGroups, secretWords, shortWords } from '../model/secret-forms.ts'

/** awk has no look-behind: what may not stand before a short word is taken into the key. */
const word = [secretWords, ...shortWords.map(([notBefore, words]) => `(^|[^${notBefore}])(${words})`)].join(
  '|',
)
const groups = secretGroups({ word, blank: '[ \\t]', begin: '^' })

/** As many secrets of one form are hidden one by one on a line; then the rest of it is. */
const most = 200

const pemBegin = '-----begin [a-z0-9 ]*private key-----'
/** An option on a line of its own: the next line is its value, as `/proc/PID/cmdline` is printed. */
const lonelyOption = `^--?[a-z0-9_.-]*(${word})[0-9]*$`

/** Finds every line that a hint of a group finds, and some more: an expression of few states costs little a byte. */
const coarseHint = [
  `(pass|word|wd|phrase|psk|secret|token|key|credentials?|auth(orization)?|pw|sig(nature)?|ticket|pin|cookie)(-raw)?[0-9]*["'\\\\]*[ \\t]*[=:]`,
  // Options.
  '[^a-z0-9]-[a-z-]|^-',
  `:\\/\\/[^ \\t\\/"']*@`,
  `proxy["']?[ \\t]*[=:][^@]*@`,
  'bearer[ \\t]|(user|username|login)=|[a-z]root=|root=i|rd\\.iscsi',
  '\\/(hook|webhook|api\\.tel)',
].join('|')

/** The same for the groups where case matters. */
const exactHint = [
  'eyJ|(AKIA|ASIA|LTAI)[A-Za-z0-9]|gh[opsur]_|_pat_|glpat-|xox[abprs]-|\\$[1256gy]|pbkdf2',
  `\\.${'[a-z0-9]'.repeat(16)}($|[^A-Za-z0-9_.-])`,
].join('|')

/**
 * The rule of the awk that hides secrets: it puts `***` where a line holds one, and leaves private keys out. It costs
 * one search a line where nothing is found. It needs `secretFunctions`.
 */
export const secretRule = `pem || lonely || ${literal(`${anyCase(coarseHint)}|${exactHint}`)} { if (!hide()) next }`

/**
 * `hide()` says whether the line shall be printed; `forget()` belongs between two outputs. Here expressions are strings,
 * which gawk compiles when it first needs them.
 */
export const secretFunctions = `
function forget() { pem = 0; lonely = 0 }
function hide() {
  # mawk lowers letters up to a NUL only.
  path = match($0, /[^\\001-\\377]/) ? substr($0, 1, RSTART) : ""
  text = substr($0, length(path) + 1)
  low = tolower(text)
  head = ""
  # A key ends with its file, and so does an option that waits for its value.
  if (path != lastPath) pem = lonely = 0
  lastPath = path
  if (pem) {
    if (low ~ /-----end/) pem = 0
    return 0
  }
  if (lonely) {
    lonely = 0
    if (low !~ /^-/) { $0 = path "***"; return 1 }
  }
  while (match(low, ${lazy(pemBegin)})) hideKey()
  if (low ~ ${lazy(lonelyOption)}) lonely = 1
${groups.map(groupCode).join('\n')}
  $0 = path text
  return 1
}
function hideKey() {
  rest = substr(text, RSTART + RLENGTH)
  text = substr(text, 1, RSTART - 1) "***"
  if (match(rest, /-----END [A-Z0-9 ]*PRIVATE KEY-----/)) text = text substr(rest, RSTART + RLENGTH)
  else pem = 1
  low = tolower(text)
}
# Takes what the last match() found; part is that text.
function take() { at = RSTART; size = RLENGTH; part = substr(text, at, size); lowPart = substr(low, at, size) }
# Keeps what the match() in part found, and puts the other in the place of the rest.
function keep(other) {
  head = head substr(text, 1, at + RLENGTH - 1) other
  skip(at + size)
}
function behind() { head = substr(text, 1, RSTART + RLENGTH - 1); skip(RSTART + RLENGTH) }
# Every match copies what is behind it: a line made to cost time is hidden instead.
function giveUp() { text = low = "***" }
function pass() { head = head substr(text, 1, at); skip(at + 1) }
function skip(to) { text = substr(text, to); low = substr(low, to) }
function whole() { if (head != "") { text = head text; low = tolower(text); head = "" } }
`

function groupCode({ hint, exact, forms }: SecretGroup): string {
  const where = exact ? 'text' : 'low'
  return `  if (${where} ~ ${lazy(hint)}) {\n${forms.map((form) => formCode(form, exact === true)).join('\n')}\n  }`
}

function formCode({ before, value, to = '***', behind, code }: SecretForm, exact: boolean): string {
  const [where, part] = exact ? ['text', 'part'] : ['low', 'lowPart']
  const hideIt = `match(${part}, ${lazy(`^(${before})`)}); keep("${to}")`
  const isCode = `part ~ /[0-9]/ && substr(text, at + size, 1) !~ /[A-Za-z0-9_.-]/`
  const each = code ? `if (${isCode}) { ${hideIt} } else pass()` : hideIt
  const match = `match(${where}, ${lazy(`(${before})(${value})`)})`
  const loop = `left = ${most}\n    while (${match}) { if (!left--) { giveUp(); break } take(); ${each} }\n    whole()`
  if (behind === undefined) return `    ${loop}`
  return `    if (match(${where}, ${lazy(behind)})) {\n    behind()\n    ${loop}\n    }`
}

/** awk has no flag for it; classes hold all letters or none. */
function anyCase(expression: string): string {
  return expression.replaceAll(/\[[^\]]*\]|\\.|[a-z]/g, (part) => {
    if (part.startsWith('[')) return part.replace('a-z', 'a-zA-Z')
    return part.length > 1 ? part : `[${part}${part.toUpperCase()}]`
  })
}

/** The framer stands between single quotes in the script. */
function literal(expression: string): string {
  return `/${expression.replaceAll("'", '\\047')}/`
}

/** The same as a string, where backslashes count twice. */
function lazy(expression: string): string {
  const plainSlashes = expression.replaceAll('\\/', '/')
  return `"${plainSlashes.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll("'", '\\047')}"`
}
