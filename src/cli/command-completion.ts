import type { Command } from 'commander'
import { MigrationError } from '../model/errors.ts'
import { completionScript, shells } from './completion-scripts.ts'
import type { CompletionLine } from './completion-scripts.ts'
import type { CommandDefinition } from './define-command.ts'
import { defineCommand, done, textOnly } from './define-command.ts'
import { buildProgram } from './program.ts'
import { commandRows } from './registry.ts'

/** `osferry completion SHELL`: a script made from the tree of commands and flags. */
export const completion: CommandDefinition = defineCommand({
  path: 'completion',
  formats: textOnly,
  arguments: [{ name: 'shell', text: { en: shells.join(', '), zh: shells.join('、') }, words: shells }],
  examples: [
    'source <(osferry completion bash)',
    'osferry completion fish > ~/.config/fish/completions/osferry.fish',
  ],
  async run(context, input) {
    const shell = shells.find((name) => name === input.arguments[0])
    if (shell === undefined) {
      throw new MigrationError('USAGE', `no completion for ${input.arguments[0] ?? ''}`, {
        hint: `There is one for ${shells.join(', ')}.`,
      })
    }
    context.stdout.write(completionScript(shell, await completionLines(context.language, context.version)))
    return done
  },
})

async function completionLines(language: 'en' | 'zh-CN', version: string): Promise<CompletionLine[]> {
  const loaded = new Map<string, CommandDefinition>()
  for (const row of commandRows) loaded.set(row.path, await row.load())
  const program = buildProgram({
    language,
    version,
    loaded,
    write: () => undefined,
    onRun: () => Promise.resolve(),
  })
  return linesOf(program, [], (path) => loaded.get(path)?.arguments?.flatMap(({ words = [] }) => words) ?? [])
}

function linesOf(
  command: Command,
  path: readonly string[],
  wordsOf: (path: string) => readonly string[],
): CompletionLine[] {
  const flags = command.options.flatMap((option) =>
    [option.short, option.long].filter((flag) => flag !== undefined),
  )
  const words = command.commands.map((child) => ({ name: child.name(), summary: summaryOf(child) }))
  const extra = wordsOf(path.join(' ')).map((name) => ({ name, summary: '' }))
  return [
    { path, words: [...words, ...extra], flags: [...flags, '--help'] },
    ...command.commands.flatMap((child) => linesOf(child, [...path, child.name()], wordsOf)),
  ]
}

function summaryOf(command: Command): string {
  return command.description().split('\n')[0] ?? ''
}
