import { redact } from '../model/redact.ts'

const longest = 200
/** What stands for the arguments that are not kept. */
const leftOut = '…'

/** Directories of the system: a path below them is no password that happens to begin with a slash. */
const systemPath =
  /^\/(?:bin|boot|data|dev|etc|home|lib|lib64|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)\/[\w./@+-]*$/
const anyPath = /^(?:~|\.{1,2})?\/[\w./@+-]*$/
const script = /^[\w./@+-]+\.(?:sh|py|pl|rb|php|js|jar)$/
const program = /^[\w./~@+][\w./@+-]*$|^\[\[?$/
/** Words that say what a job needs, wherever they stand. */
const interpreter = /^(?:python[\d.]*|perl|ruby|php|node|java|sh|bash|\])$/
const shellProgram = /^(?:\/(?:usr\/)?s?bin\/)?(?:sh|bash|dash|ksh|zsh|su|runuser)$/
const operator = /^(?:\|\|?|&&?|;;?|[()]|\d?(?:>>?|<<?<?|>&|<&|>\|)(?:&?\d|&-)?)$/

/**
 * A crontab's command without what could be a secret: programs, options without their values, paths and operators
 * stay; other arguments become `…`. What crontab(5) gives to the command's input, behind a `%`, goes away whole.
 */
export function cronCommand(command: string): string {
  return redact(shortened(command.replace(/(?<!\\)%.*$/s, ''))).slice(0, longest)
}

function shortened(command: string): string {
  const kept: string[] = []
  let expectsProgram = true
  let isShell = false
  let before = ''
  for (const word of wordsOf(command)) {
    const isOperator = operator.test(word)
    const text = isOperator ? word : expectsProgram ? programOf(word) : argumentOf(word, { before, isShell })
    if (text !== leftOut || kept.at(-1) !== leftOut) kept.push(text)
    isShell = !isOperator && (isShell || shellProgram.test(word))
    expectsProgram = isOperator ? startsCommand(word) : expectsProgram && (isAssignment(word) || word === '!')
    before = word
  }
  return kept.join(' ')
}

/** Words as the shell splits them, quotes kept, operators apart; an open quote takes the rest. */
function wordsOf(text: string): readonly string[] {
  const quoted = String.raw`"(?:[^"\\]|\\.)*(?:"|$)|'[^']*(?:'|$)|${'`[^`]*(?:`|$)'}|\\.?`
  const pattern = new RegExp(
    String.raw`\d?(?:>>?|<<?<?|>&|<&|>\|)(?:&\d|&-)?|\|\|?|&&?|;;?|[()]|(?:${quoted}|[^\s"'\\|&;()<>${'`'}])+`,
    'gs',
  )
  return text.match(pattern) ?? []
}

function programOf(word: string): string {
  const name = /^(\w+)=/.exec(word)?.[1]
  if (name !== undefined) return `${name}=${leftOut}`
  return program.test(word) || word === '!' ? word : leftOut
}

function argumentOf(word: string, { before, isShell }: { before: string; isShell: boolean }): string {
  if (interpreter.test(word)) return word
  const inner = isShell && /^-[a-z]*c$/.test(before) ? /^(["'])(.*)\1$/s.exec(word)?.[2] : undefined
  if (inner !== undefined) return `'${shortened(inner)}'`
  const [, option] = /^(--[a-z][a-z0-9-]*)(?:=.*)?$/s.exec(word) ?? []
  if (option !== undefined) return option === word ? word : `${option}=${leftOut}`
  const short = /^-[a-z]/i.exec(word)?.[0]
  // What is glued to a letter may be its value: -pPASSWORD.
  if (short !== undefined) return short === word ? word : `${short}${leftOut}`
  const path = before.startsWith('-') ? systemPath : anyPath
  return path.test(word) || script.test(word) ? word : leftOut
}

function startsCommand(operator: string): boolean {
  return operator !== ')' && !/[<>]/.test(operator)
}

function isAssignment(word: string): boolean {
  return /^\w+=/.test(word)
}
