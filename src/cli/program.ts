import { Argument, Command, Option } from 'commander'
import type { Language, Text } from '../model/text.ts'
import type { CommandDefinition, FlagDefinition } from './define-command.ts'
import { displayWidth } from './display-width.ts'
import { speak } from './lang.ts'
import { programTexts } from './messages-program.ts'
import { groupSummaries } from './command-groups.ts'
import { commandRows } from './registry.ts'
import type { SettingKey } from './settings.ts'
import { fallbackText, settingKeys, settingRow, settingText } from './settings.ts'

export interface ProgramOptions {
  language: Language
  version: string
  /** Commands whose flags are wanted; of the others only the summary is known. */
  loaded: ReadonlyMap<string, CommandDefinition>
  /** What a bare `osferry` in a terminal runs; hidden from help. */
  wizard?: CommandDefinition | undefined
  /** Of the terminal that help is printed on; undefined for a pipe or a file. */
  columns?: number | undefined
  write(text: string): void
  onRun(definition: CommandDefinition, command: Command): Promise<void>
}

/** Flags that every command takes and that are no settings. */
const globalFlags: readonly FlagDefinition[] = [
  { flags: '-c, --config <file>', text: programTexts.configFlag, many: true },
  { flags: '--non-interactive', text: programTexts.nonInteractive },
  { flags: '-y, --yes', text: programTexts.yes },
  { flags: '-q, --quiet', text: programTexts.quiet },
  { flags: '-v, --verbose', text: programTexts.verbose, many: true },
  { flags: '--log-file <file>', text: programTexts.logFile },
]

/** The commander tree: the source of parsing, help and completion. */
export function buildProgram(options: ProgramOptions): Command {
  const say = (text: Text): string => speak(text, options.language)
  const program = new Command('osferry')
  prepare(program, options)
  program
    .description(say(programTexts.description))
    .version(options.version, '-V, --version', say(programTexts.version))
    .usage('[options] [command]')
    .addHelpText('after', `\n${say(programTexts.start)}`)
  addFlags(program, options)

  const groups = new Map<string, Command>()
  for (const { path, summary } of commandRows) {
    const [first = '', second] = path.split(' ')
    const parent = second === undefined ? program : groupOf(first, { program, groups, options })
    const command = parent.command(second ?? first)
    prepare(command, options)
    command.description(say(summary))
    const definition = options.loaded.get(path)
    if (definition !== undefined) fill(command, definition, options)
    addFlags(command, options)
  }
  if (options.wizard !== undefined) {
    const command = program.command(options.wizard.path, { hidden: true })
    prepare(command, options)
    fill(command, options.wizard, options)
    addFlags(command, options)
  }
  return program
}

function groupOf(
  name: string,
  tree: { program: Command; groups: Map<string, Command>; options: ProgramOptions },
): Command {
  const known = tree.groups.get(name)
  if (known !== undefined) return known
  const group = tree.program.command(name)
  prepare(group, tree.options)
  group.description(speak(groupSummaries[name] ?? { en: '', zh: '' }, tree.options.language))
  addFlags(group, tree.options)
  tree.groups.set(name, group)
  return group
}

function prepare(command: Command, options: ProgramOptions): void {
  const say = (text: Text): string => speak(text, options.language)
  const titles: Readonly<Record<string, Text>> = {
    'Usage:': programTexts.usage,
    'Options:': programTexts.options,
    'Commands:': programTexts.commands,
    'Arguments:': programTexts.arguments,
  }
  command
    .exitOverride()
    .enablePositionalOptions()
    .showSuggestionAfterError(false)
    .helpCommand(false)
    .helpOption('-h, --help', say(programTexts.help))

    .configureOutput({
      writeOut: (text) => options.write(text),
      writeErr: () => undefined,
      outputError: () => undefined,
    })
    .configureHelp({
      helpWidth: Math.max(40, Math.min(100, options.columns ?? 100)),
      displayWidth,
      styleTitle: (title) => (titles[title] === undefined ? title : say(titles[title])),
      optionDescription: (option) => option.description,
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map((argument) => `<${argument.name()}>`)].join(' '),
    })
}

function fill(command: Command, definition: CommandDefinition, options: ProgramOptions): void {
  const say = (text: Text): string => speak(text, options.language)
  if (definition.details !== undefined)
    command.description(`${command.description()}\n\n${say(definition.details)}`)
  for (const argument of definition.arguments ?? []) {
    command.addArgument(
      new Argument(
        argument.optional === true
          ? `[${argument.name}${argument.many === true ? '...' : ''}]`
          : `<${argument.name}${argument.many === true ? '...' : ''}>`,
        say(argument.text),
      ),
    )
  }
  for (const flag of definition.flags ?? []) command.addOption(optionOf(flag, say(flag.text)))
  for (const key of definition.settings ?? []) command.addOption(settingOption(key, options.language))
  if (definition.examples !== undefined) {
    command.addHelpText(
      'after',
      `\n${say(programTexts.examples)}\n${definition.examples.map((line) => `  $ ${line}`).join('\n')}`,
    )
  }
  command.action(() => options.onRun(definition, command))
}

/** Global flags; a command's own short flag of the same letter wins. */
function addFlags(command: Command, options: ProgramOptions): void {
  const heading = speak(programTexts.globalOptions, options.language)
  const taken = new Set(command.options.map((option) => option.short))
  const free = (flags: string): string => (taken.has(flags.slice(0, 2)) ? flags.replace(/^-\w, /, '') : flags)
  for (const key of settingKeys) {
    const { global, flags } = settingRow(key)
    const own = command.options.some((option) => option.long === longOf(flags))
    if (global !== true || flags === undefined || own) continue
    command.addOption(settingOption(key, options.language, free(flags)).helpGroup(heading))
  }
  for (const flag of globalFlags) {
    const option = optionOf({ ...flag, flags: free(flag.flags) }, speak(flag.text, options.language))
    command.addOption(option.helpGroup(heading))
  }
}

function settingOption(key: SettingKey, language: Language, flags?: string): Option {
  const row = settingRow(key)
  const many = row.kind === 'list' || row.kind === 'path-list'
  const notes: string[] = []
  if (row.choices !== undefined)
    notes.push(`${speak(programTexts.choices, language)}: ${row.choices.join(', ')}`)
  const fallback = fallbackText(row)
  if (fallback !== undefined) notes.push(`${speak(programTexts.default, language)}: ${fallback}`)
  notes.push(`${speak(programTexts.variable, language)}: ${row.env}`)
  const text = settingText(key)
  return optionOf(
    { flags: flags ?? row.flags ?? '', text, many },
    `${speak(text, language)} (${notes.join('; ')})`,
  )
}

function optionOf(flag: FlagDefinition, description: string): Option {
  const option = new Option(flag.flags, description)
  if (flag.choices !== undefined) option.choices([...flag.choices])
  if (flag.many === true && option.required) option.argParser(append)
  if (flag.many === true && !option.required) option.argParser(count).default(0)
  return option
}

function append(value: string, previous: unknown): string[] {
  return Array.isArray(previous) ? [...previous.map(String), value] : [value]
}

function count(_value: unknown, previous: unknown): number {
  return typeof previous === 'number' ? previous + 1 : 1
}

/** The long name of a flag: `-l, --selector <x>` is `--selector`. */
export function longOf(flags: string | undefined): string | undefined {
  return flags?.match(/--[a-z0-9-]+/)?.[0]
}
