import type { PlanOptions } from '../model/plan-options.ts'
import { settingLines, type LineId } from './setting-lines.ts'
import { settingChoices, withOptions, withParameters, type PlanSetting } from './plan-settings.ts'
import { settingChoiceScreen, storeScreen, timesScreen } from './screen-settings.ts'
import type { Terminal } from './terminal.ts'

/** What one question needs to be asked. */
export interface Asking {
  options: PlanOptions
  stores: readonly string[]
  terminal: Terminal
  command: () => string
}

/** Asks one question; undefined = the reader went back. */
export async function askSetting(setting: PlanSetting, asking: Asking): Promise<PlanOptions | undefined> {
  const { id } = setting
  if (id === 'windows' || id === 'freezes') return await askTimes({ ...setting, id }, asking)
  if (id === 'store') return await askStore('store', setting, asking)
  if (settingChoices[id] === undefined) return await askLine(id, asking)
  const { terminal, command } = asking
  const choice = await terminal.choose('waves', () =>
    settingChoiceScreen(setting, terminal.language(), command()),
  )
  if (choice.kind !== 'row') return undefined
  return await takeChoice(setting, choice.id, asking)
}

async function takeChoice(
  setting: PlanSetting,
  choice: string,
  asking: Asking,
): Promise<PlanOptions | undefined> {
  const { id } = setting
  if (id === 'rollback' && choice !== 'none') return changed(asking, { rollback: { means: choice } })
  if (id === 'rollback') return await askLine('rollback none', asking)
  if (id === 'provider' && choice === 'command') return await askLine('provider command', asking)
  if (id === 'provider')
    return changed(asking, withParameters(asking.options, 'host.provision', { provider: choice }))
  if (id === 'images' && choice === 'registry') return await askLine('images registry', asking)
  if (id === 'images') return await askStore('images archive', setting, asking)
  return changed(asking, { [id]: choice })
}

async function askTimes(
  { id, title }: Omit<PlanSetting, 'id'> & { id: 'windows' | 'freezes' },
  asking: Asking,
): Promise<PlanOptions | undefined> {
  const { terminal, command, options } = asking
  const choice = await terminal.choose('waves', () =>
    timesScreen(id, options, { title, language: terminal.language(), command: command() }),
  )
  if (choice.kind !== 'row') return undefined
  if (choice.id === 'add') return await askLine(id, asking)
  const others = options[id].filter((_, index) => index !== Number(choice.id))
  return changed(asking, { [id]: others })
}

async function askStore(
  line: 'store' | 'images archive',
  { title }: PlanSetting,
  asking: Asking,
): Promise<PlanOptions | undefined> {
  const { terminal, command, stores, options } = asking
  const choice = await terminal.choose('waves', () =>
    storeScreen(stores, { title, language: terminal.language(), command: command() }),
  )
  if (choice.kind !== 'row') return undefined
  if (choice.id === 'other') return await askLine(line, asking)
  const taken = settingLines[line]?.take(options, choice.id.slice('store '.length))
  return taken !== undefined && 'options' in taken ? taken.options : undefined
}

async function askLine(id: LineId, asking: Asking): Promise<PlanOptions | undefined> {
  const { terminal, options, command } = asking
  const { say } = terminal
  const line = settingLines[id]
  if (line === undefined) return undefined
  const answer = await terminal.ask({
    stage: 'waves',
    body: line.help.map(say),
    help: line.help.map(say),
    label: say(line.label),
    initial: line.initial(options),
    check: (given) => {
      const taken = line.take(options, given)
      return 'problem' in taken ? taken.problem : undefined
    },
    command,
  })
  if (answer === undefined) return undefined
  const taken = line.take(options, answer)
  return 'options' in taken ? taken.options : undefined
}

/** What is chosen from a list fits. */
function changed({ options }: Asking, change: Readonly<Record<string, unknown>>): PlanOptions | undefined {
  const taken = withOptions(options, change)
  return 'options' in taken ? taken.options : undefined
}
