import type { Command, CommanderError } from 'commander'
import { MigrationError } from '../model/errors.ts'
import { nearest } from '../model/nearest.ts'
import type { Language } from '../model/text.ts'
import { didYouMean } from './did-you-mean.ts'
import { speak } from './lang.ts'

/** What commander found wrong, as a usage error that names the nearest flag or command. */
export function usageError(
  error: CommanderError,
  program: Command,
  context: { argv: readonly string[]; language: Language },
): MigrationError {
  const { language } = context
  const extra = error.code === 'commander.excessArguments' ? /: ([^:]*)\.$/ : /'([^']*)'/
  const subject = extra.exec(error.message)?.[1] ?? ''
  const command = commandOf(program, context.argv)
  const help = speak(
    {
      en: `${pathOf(command)} --help lists what there is.`,
      zh: `运行 ${pathOf(command)} --help 查看可用内容。`,
    },
    language,
  )
  if (error.code === 'commander.unknownOption') {
    const flags = command.options.map((option) => option.long ?? '').filter((long) => long !== '')
    return suggest(
      speak({ en: `unknown flag ${subject}`, zh: `未知选项 ${subject}` }, language),
      nearest(subject, flags),
      { help, language },
    )
  }
  const unknownWord = error.code === 'commander.unknownCommand' || error.code === 'commander.excessArguments'
  if (unknownWord) {
    const word = subject || (context.argv.findLast((part) => !part.startsWith('-')) ?? '')
    const names = command.commands.map((child) => child.name())
    return suggest(
      error.code === 'commander.unknownCommand' || names.length > 0
        ? speak({ en: `unknown command ${word}`, zh: `未知命令 ${word}` }, language)
        : speak({ en: `too many arguments: ${word}`, zh: `参数过多：${word}` }, language),
      nearest(word, names.length > 0 ? names : []),
      { help, language },
    )
  }
  return new MigrationError('USAGE', localised(error, subject, language), { hint: help, cause: error })
}

/** The command that a command line means, as far as its words are known. */
export function commandOf(program: Command, argv: readonly string[]): Command {
  let command = program
  for (const word of argv) {
    const child = command.commands.find((candidate) => candidate.name() === word)
    if (child !== undefined) command = child
    if (command.commands.length === 0) break
  }
  return command
}

function localised(error: CommanderError, subject: string, language: Language): string {
  const plain = error.message.replace(/^error: /, '')
  if (language === 'en') return plain
  if (error.code === 'commander.missingArgument') return `缺少参数 ${subject}`
  if (error.code === 'commander.optionMissingArgument') return `选项 ${subject} 缺少值`
  if (error.code === 'commander.invalidArgument') return `选项 ${subject} 的值无效：${plain}`
  return plain
}

function suggest(
  message: string,
  near: string | undefined,
  words: { help: string; language: Language },
): MigrationError {
  return new MigrationError('USAGE', message, { hint: `${didYouMean(near, words.language)}${words.help}` })
}

function pathOf(command: Command): string {
  const names: string[] = []
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name())
  return names.join(' ')
}
