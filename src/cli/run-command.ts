import type { Command } from 'commander'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { Language } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import { resolveSettings, type Settings } from './config.ts'
import type { OutputFormat } from './config-schema.ts'
import type { CommandContext, Verbosity } from './context.ts'
import type { CommandDefinition, CommandInput } from './define-command.ts'
import { languageOf, speak } from './lang.ts'
import type { Environment } from './lang.ts'
import { createLog } from './log.ts'
import type { OutputStream } from './output-stream.ts'
import { longOf } from './program.ts'
import type { SettingKey } from './settings.ts'
import { settingKeys, settingRow } from './settings.ts'
import { interruptedCode, listenForSignals } from './signals.ts'
import { canColour, canPrompt, canRedraw, isSet } from './terminal.ts'
import type { TerminalFacts } from './terminal.ts'
import { unknownVariables } from './unknown-variables.ts'

/** This process, as commands see it. */
export interface Process {
  stdout: OutputStream
  stderr: OutputStream
  facts: TerminalFacts
  env: Environment
  cwd: string
  version: string
}

/** Resolves settings, runs the command, and gives the exit code. */
export async function runCommand(
  definition: CommandDefinition,
  command: Command,
  host: Process,
): Promise<number> {
  const given = optionsOf(command)
  const flags = flagSettings(given, definition)
  const configFiles = listOf(given.get('--config'))
  const early = languageOf(wordOf(flags.get('lang')) ?? host.env['OSFERRY_LANG'], host.env)
  const settings = await resolveSettings({
    flags,
    configFiles,
    env: host.env,
    cwd: host.cwd,
    language: early,
  })
  const verbosity = verbosityOf(given)
  const { facts, env } = host
  const language = languageOf(settings.text('lang'), env)
  const colour = settings.required('color')
  const signals = listenForSignals()
  const nonInteractive = given.get('--non-interactive') === true || isSet(env['OSFERRY_NON_INTERACTIVE'])
  const context: CommandContext = {
    settings,
    format: formatOf(definition, settings, language),
    language,
    say: (text) => speak(text, language),
    stdout: host.stdout,
    stderr: host.stderr,
    colour: {
      stdout: canColour(colour, facts.stdoutIsTty, env),
      stderr: canColour(colour, facts.stderrIsTty, env),
    },
    columns: facts.stdoutIsTty && facts.columns > 0 ? facts.columns : undefined,
    redrawColumns: canRedraw(facts) && verbosity === 'normal' ? facts.columns : undefined,
    canPrompt: canPrompt(facts, nonInteractive),
    assumeYes: given.get('--yes') === true,
    verbosity,
    log: await createLog({
      verbosity,
      logFile: wordOf(given.get('--log-file')),
      stderr: host.stderr,
    }),
    clock: { now: () => new Date().toISOString(), monotonicMs: () => performance.now() },
    env,
    cwd: host.cwd,
    signal: signals.signal,
    forced: (end) => signals.forced(end),
    version: host.version,
  }
  if (verbosity !== 'quiet') warnOfVariables(host, language)
  try {
    return (await definition.run(context, inputOf(command, given))).code
  } catch (error) {
    if (!signals.signal.aborted || !isAbort(error)) throw error
    host.stderr.write(`${speak({ en: 'interrupted', zh: '已中断' }, language)}\n`)
    return interruptedCode(signals.signal)
  } finally {
    signals.stop()
  }
}

/** A form that the command cannot print is refused when its flag asks for it; as a general setting it is passed over. */
function formatOf(
  { path, formats }: CommandDefinition,
  settings: Settings,
  language: Language,
): OutputFormat {
  const format = settings.required('output') as OutputFormat
  if (formats === undefined || formats.includes(format)) return format
  if (settings.all.get('output')?.origin.from !== 'flag') return 'table'
  const message = {
    en: `osferry ${path} cannot print ${format}`,
    zh: `osferry ${path} 不支持输出格式 ${format}`,
  }
  const hint =
    formats.length === 1
      ? { en: 'It prints a text of its own: leave --output out.', zh: '该命令只输出文本：请去掉 --output。' }
      : { en: `There are ${formats.join(', ')}.`, zh: `可用格式：${formats.join('、')}。` }
  throw new MigrationError('USAGE', speak(message, language), { hint: speak(hint, language) })
}

function warnOfVariables({ stderr, env }: Process, language: Language): void {
  for (const { name, meant } of unknownVariables(env)) {
    const text = {
      en: `warning: the variable ${name} is not known and was ignored; did you mean ${meant}?`,
      zh: `警告：未知的环境变量 ${name}，已忽略；您是指 ${meant} 吗？`,
    }
    stderr.write(`${visibleLine(speak(text, language))}\n`)
  }
}

function optionsOf(command: Command): ReadonlyMap<string, unknown> {
  const given = new Map<string, unknown>()
  const chain: Command[] = []
  for (let at: Command | null = command; at !== null; at = at.parent) chain.unshift(at)
  for (const level of chain) {
    for (const option of level.options) {
      const name = option.attributeName()
      const fromUser = level.getOptionValueSource(name) === 'cli'
      if (fromUser && option.long !== undefined) given.set(option.long, level.getOptionValue(name))
    }
  }
  return given
}

/** A command may have a flag of its own by the name of a setting that it does not take: `drain --timeout`. */
function flagSettings(
  given: ReadonlyMap<string, unknown>,
  { settings = [] }: CommandDefinition,
): Map<SettingKey, unknown> {
  const flags = new Map<SettingKey, unknown>()
  for (const key of settingKeys) {
    const row = settingRow(key)
    if (row.global !== true && !settings.includes(key)) continue
    const long = longOf(row.flags)
    const value = long === undefined ? undefined : given.get(long)
    if (value !== undefined) flags.set(key, value === true ? (row.flagValue ?? 'true') : value)
  }
  return flags
}

function inputOf(command: Command, given: ReadonlyMap<string, unknown>): CommandInput {
  return {
    arguments: command.args,
    value(flag): string | undefined {
      const value = given.get(flag)
      return typeof value === 'string' ? value : undefined
    },
    values: (flag) => listOf(given.get(flag)),
    // commander keeps the value of --no-x as false.
    on: (flag) => given.get(flag) === !flag.startsWith('--no-'),
  }
}

function verbosityOf(given: ReadonlyMap<string, unknown>): Verbosity {
  if (given.get('--quiet') === true) return 'quiet'
  const count = given.get('--verbose')
  return count === undefined ? 'normal' : Number(count) > 1 ? 'debug' : 'verbose'
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : []
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isAbort(error: unknown): boolean {
  return isMigrationError(error, 'INTERRUPTED') || (error instanceof Error && error.name === 'AbortError')
}
