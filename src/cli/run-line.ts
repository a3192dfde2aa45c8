import { CommanderError } from 'commander'
import type { Command } from 'commander'
import type { Language, Text } from '../model/text.ts'
import { commandPath, earlyValue, earlyValues, withoutHelpWord } from './command-path.ts'
import type { CommandDefinition } from './define-command.ts'
import { earlyLanguage } from './early-language.ts'
import { reportError } from './error-boundary.ts'
import { refuseUnknownTopic } from './help-topic.ts'
import { speak } from './lang.ts'
import { buildProgram } from './program.ts'
import { commandRows } from './registry.ts'
import { runCommand } from './run-command.ts'
import type { Process } from './run-command.ts'
import { canColour, isSet, promptObstacle } from './terminal.ts'
import { commandOf, usageError } from './usage-error.ts'

/** Runs one command line and gives its exit code; whatever goes wrong is reported on stderr. */
export async function runLine(argv: readonly string[], host: Process): Promise<number> {
  const { env, stderr, facts, cwd } = host
  const config = earlyValues(argv, ['--config', '-c'])
  const language = earlyLanguage({ flag: earlyValue(argv, '--lang'), config, env, cwd })
  try {
    const plain = withoutHelpWord(argv)
    if (plain.some((word) => word === '-h' || word === '--help'))
      refuseUnknownTopic(plain, { byWord: plain !== argv, language })
    return await dispatch(plain, host, language)
  } catch (error) {
    return reportError(error, {
      stderr,
      language,
      colour: canColour(earlyValue(argv, '--color') ?? 'auto', facts.stderrIsTty, env),
      verbose: argv.some((word) => word === '--verbose' || /^-v+$/.test(word)),
    })
  }
}

async function dispatch(argv: readonly string[], host: Process, language: Language): Promise<number> {
  const path = commandPath(argv)
  const asksHelp = argv.some((word) => ['-h', '--help', '-V', '--version'].includes(word))
  const wizard = path.length === 0 && !asksHelp
  const nonInteractive = argv.includes('--non-interactive') || isSet(host.env['OSFERRY_NON_INTERACTIVE'])
  const obstacle = wizard ? promptObstacle(host.facts, nonInteractive) : undefined
  const { exit, program } = await buildLine({
    host,
    language,
    path: wizard ? ['wizard'] : path,
    obstacle,
  })
  try {
    // Parsing finds what is misspelt before the wizard is missed: its action runs only where it can.
    await program.parseAsync(wizard ? ['wizard', ...argv] : [...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') return 0
    if (error.code === 'commander.help') {
      host.stderr.write(commandOf(program, argv).helpInformation())
      return 64
    }
    throw usageError(error, program, { argv, language })
  }
  return exit.code
}

interface Line {
  host: Process
  language: Language
  path: readonly string[]
  /** Why the wizard, which the line asks for, cannot be run. */
  obstacle: Text | undefined
}

async function buildLine({
  host,
  language,
  path,
  obstacle,
}: Line): Promise<{ exit: { code: number }; program: Command }> {
  const exit = { code: 0 }
  const loaded = new Map<string, CommandDefinition>()
  for (const row of commandRows) {
    if (row.path === path.join(' ')) loaded.set(row.path, await row.load())
  }
  const program = buildProgram({
    language,
    version: host.version,
    loaded,
    wizard: path[0] === 'wizard' ? (await import('./command-wizard.ts')).wizard : undefined,
    columns: host.facts.stdoutIsTty && host.facts.columns > 0 ? host.facts.columns : undefined,
    write: (text) => host.stdout.write(text),
    async onRun(definition, command): Promise<void> {
      if (obstacle !== undefined) {
        host.stderr.write(shortHelp(obstacle, language))
        exit.code = 64
        return
      }
      exit.code = await runCommand(definition, command, host)
    },
  })
  return { exit, program }
}

function shortHelp(obstacle: Text, language: Language): string {
  return `${speak(
    {
      en: `Usage: osferry <command> [options]\n${obstacle.en}, so a command is needed. osferry --help lists them; osferry demo shows how it works.`,
      zh: `用法：osferry <命令> [选项]\n${obstacle.zh}，需要指定命令。osferry --help 列出全部命令；osferry demo 演示用法。`,
    },
    language,
  )}\n`
}
