/** One word for a remote POSIX shell: the shell gives the program exactly `word`. Throws on NUL, which no argv can hold. */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new Error('an argument for a remote shell may not hold a NUL character')
  if (plainWord.test(word)) return word
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** A command line for a remote POSIX shell that runs `argv` as it stands: nothing in it is expanded. */
export function quoteCommand(argv: readonly string[]): string {
  if (argv.length === 0) throw new Error('a remote command needs at least a program')
  return argv.map((word) => quoteWord(word)).join(' ')
}

/** Words that mean themselves in every shell; `=` and `~` are left out because zsh and tilde expansion read them. */
const plainWord = /^[A-Za-z0-9_/.,:@%+-]+$/
