export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** What may follow one command path. */
export interface CompletionLine {
  path: readonly string[]
  words: readonly { name: string; summary: string }[]
  flags: readonly string[]
}

/** The completion script of a shell; everything in it is constant text from the command tree. */
export function completionScript(shell: Shell, lines: readonly CompletionLine[]): string {
  return { bash, zsh, fish }[shell](lines)
}

function bash(lines: readonly CompletionLine[]): string {
  return `# osferry completion for bash
_osferry() {
  local current path word words
  current="\${COMP_WORDS[COMP_CWORD]}"
  path=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) case " ${pathWords(lines)} " in *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;; esac ;; esac
  done
  case "$path" in
${lines.map((line) => `    ${quote(line.path.join('/'))}) words=${quote([...line.words.map(({ name }) => name), ...line.flags].join(' '))} ;;`).join('\n')}
    *) words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _osferry osferry
`
}

function zsh(lines: readonly CompletionLine[]): string {
  return `#compdef osferry
# osferry completion for zsh
_osferry() {
  local words_so_far word
  local -a candidates
  # Not "path": that is PATH in zsh.
  words_so_far=""
  for word in \${words[2,CURRENT-1]}; do
    case "$word" in -*) ;; *) case " ${pathWords(lines)} " in *" \${words_so_far:+$words_so_far/}$word "*) words_so_far="\${words_so_far:+$words_so_far/}$word" ;; esac ;; esac
  done
  case "$words_so_far" in
${lines
  .map((line) => {
    const described = line.words.map(({ name, summary }) => quote(`${name}:${summary.replaceAll(':', ' ')}`))
    return `    ${quote(line.path.join('/'))}) candidates=(${[...described, ...line.flags.map(quote)].join(' ')}) ;;`
  })
  .join('\n')}
  esac
  _describe 'osferry' candidates || _files
}
compdef _osferry osferry
`
}

function fish(lines: readonly CompletionLine[]): string {
  const rules = lines.flatMap((line) => {
    const seen = line.path.map((word) => `__fish_seen_subcommand_from ${word}`)
    const others = line.words.map(({ name }) => name).join(' ')
    const deeper = others === '' ? [] : [`not __fish_seen_subcommand_from ${others}`]
    const condition = [...seen, ...deeper].join('; and ') || 'true'
    const words = line.words.map(
      ({ name, summary }) => `complete -c osferry -n ${quote(condition)} -f -a ${name} -d ${quote(summary)}`,
    )
    const flags = line.flags.map((flag) => {
      const name = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`
      return `complete -c osferry -n ${quote(condition)} ${name}`
    })
    return [...words, ...flags]
  })
  return `# osferry completion for fish\n${rules.join('\n')}\n`
}

function pathWords(lines: readonly CompletionLine[]): string {
  return lines
    .map((line) => line.path.join('/'))
    .filter((path) => path !== '')
    .join(' ')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
