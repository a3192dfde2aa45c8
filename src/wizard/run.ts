import { AbortPromptError, ExitPromptError } from '@inquirer/core'
import { isMigrationError } from '../model/errors.ts'
import { targets } from '../model/target.ts'
import type { Language } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import {
  wizardStages,
  type CommandFor,
  type HostSource,
  type WizardActions,
  type WizardStage,
} from './actions.ts'
import { exitCodeOfRuns, lastWords } from './ended-runs.ts'
import { newMove } from './move-state.ts'
import { startScreen } from './screen-sources.ts'
import { resumeMove, sessionMove, type WizardSession } from './session.ts'
import { stageAccess, stageCollect, stageSources } from './stages.ts'
import { stageAssess, stageReport } from './stages-assess.ts'
import { stageData } from './stages-data.ts'
import { stageReview } from './stages-review.ts'
import { stageEnd, stageRun } from './stages-run.ts'
import { stageTargets } from './stages-targets.ts'
import { stageWaves } from './stages-waves.ts'
import type { StageMove, WizardState } from './state.ts'
import { createTerminal, LeaveWizard, type Terminal, type TerminalOptions } from './terminal.ts'

export interface WizardOptions {
  actions: WizardActions
  language: Language
  /** The language was asked for by flag or variable: then a resumed session does not change it. */
  languageAsked?: boolean
  input: NodeJS.ReadableStream
  /** stderr: stdout stays free for data. */
  output: TerminalOptions['output']
  signal: AbortSignal
  /** Default no colour. */
  colour?: boolean
}

const stageRuns: Readonly<
  Record<WizardStage, (state: WizardState, terminal: Terminal, actions: WizardActions) => Promise<StageMove>>
> = {
  sources: stageSources,
  access: stageAccess,
  collect: stageCollect,
  assess: stageAssess,
  report: stageReport,
  targets: stageTargets,
  data: stageData,
  waves: stageWaves,
  review: stageReview,
  run: stageRun,
  end: stageEnd,
}

/**
 * Walks the stages on a terminal. Ends as its runs when there were any, however it is left; else with 0 when finished or saved,
 * 130 when interrupted. The terminal is left clean and the last lines say how to go on. Errors that are no MigrationError of an
 * action are bugs and are thrown.
 */
export async function runWizard(options: WizardOptions): Promise<{ exitCode: number }> {
  const { actions, input, output, language, colour = false } = options
  const hangUp = new AbortController()
  const onEnd = (): void => hangUp.abort()
  input.once('end', onEnd)
  const signal = AbortSignal.any([options.signal, hangUp.signal])
  const terminal = createTerminal({
    input,
    output,
    signal,
    colour,
    language,
    onLanguage: (next) => actions.speak(next),
    errorWords: (code) => actions.errorWords(code),
  })
  const state: WizardState = { stage: 'sources', targets: [...targets], skipped: new Set(), move: newMove() }
  try {
    const session = await actions.readSession()
    if (session !== undefined && options.languageAsked !== true) terminal.speak(session.language)
    if (session?.source !== undefined) {
      state.hasSession = true
      await offerResume({ state, session, source: session.source }, terminal, actions)
    }
    await walk(state, terminal, actions)
    await actions.clearSession()
    return endedAs(state, 0)
  } catch (error) {
    const wasLeft = error instanceof LeaveWizard
    if (!wasLeft && !isInterruption(error, signal)) throw error
    await say({ state, terminal, actions, wasLeft })
    return endedAs(state, wasLeft ? 0 : 130)
  } finally {
    input.removeListener('end', onEnd)
  }
}

function endedAs({ move: { runs } }: WizardState, otherwise: number): { exitCode: number } {
  return { exitCode: exitCodeOfRuns(runs.values()) ?? otherwise }
}

async function walk(state: WizardState, terminal: Terminal, actions: WizardActions): Promise<void> {
  for (;;) {
    const move = await stageRuns[state.stage](state, terminal, actions)
    if (move === 'finish') return
    if (typeof move === 'object') {
      state.stage = move.to
      continue
    }
    const at = wizardStages.indexOf(state.stage) + (move === 'next' ? 1 : move === 'back' ? -1 : 0)
    state.stage = wizardStages[Math.max(0, at)] ?? 'sources'
  }
}

async function offerResume(
  { state, session, source }: { state: WizardState; session: WizardSession; source: HostPlace },
  terminal: Terminal,
  actions: WizardActions,
): Promise<void> {
  const { inventoryPath, targets, skipped } = session
  const commandFor: CommandFor = (task) => actions.command({ task, inventoryPath, targets, skipped })
  const choice = await terminal.choose('start', () => startScreen(session, terminal.language(), commandFor))
  if (choice.kind !== 'row' || choice.id !== 'resume') return
  const title = { en: `Reading ${source.path}`, zh: `读取 ${source.path}` }
  const command = (): string => commandFor({ do: 'load', source })
  const loaded = await terminal.work({ stage: 'sources', title, command }, ({ signal }) =>
    session.inventoryPath === undefined
      ? actions.load(source, { signal })
      : actions.load({ kind: 'inventory', path: session.inventoryPath }, { signal }),
  )
  if (loaded === undefined) return
  state.source = source
  state.fleet = loaded.value
  state.targets = targets
  state.skipped = new Set(skipped)
  state.stage = session.stage
  resumeMove(state.move, session.move)
}

type HostPlace = Pick<HostSource, 'kind' | 'path'>

function isInterruption(error: unknown, signal: AbortSignal): boolean {
  if (error instanceof ExitPromptError || error instanceof AbortPromptError) return true
  return isMigrationError(error, 'INTERRUPTED') || signal.aborted
}

/** The last lines: what is kept, and how to go on. A session that cannot be saved is said, not thrown. */
async function say(end: {
  state: WizardState
  terminal: Terminal
  actions: WizardActions
  wasLeft: boolean
}): Promise<void> {
  const { state, terminal, actions, wasLeft } = end
  const stopped = wasLeft ? { en: 'Saved.', zh: '已保存。' } : { en: 'Stopped.', zh: '已停止。' }
  if (state.source === undefined) {
    const nothing = { en: 'Nothing was begun. Start with: osferry', zh: '尚未开始。启动：osferry' }
    const kept = {
      en: 'The saved session is kept. Go on with: osferry',
      zh: '已保存的会话仍在。继续：osferry',
    }
    terminal.print(terminal.say(state.hasSession === true ? kept : nothing))
    return
  }
  try {
    const path = await actions.saveSession(sessionOf(state, terminal.language(), actions.now()))
    terminal.print(
      `${terminal.say(stopped)} ${terminal.say({ en: `The session is in ${path}. Go on with: osferry`, zh: `会话已写入 ${path}。继续：osferry` })}`,
    )
  } catch (error) {
    if (!isMigrationError(error)) throw error
    terminal.print(
      terminal.say({ en: `The session was not saved: ${error.message}`, zh: `会话未保存：${error.message}` }),
    )
  }
  for (const line of lastWords(state.move.runs.values())) terminal.print(visibleLine(line))
}

function sessionOf(state: WizardState, language: Language, savedAt: string): WizardSession {
  const { stage, source, fleet, skipped, move } = state
  return {
    schema: 'wizard-session/v1',
    savedAt,
    language,
    stage: stage === 'run' || stage === 'end' ? 'review' : stage,
    ...(source && { source }),
    ...(fleet && { inventoryPath: fleet.inventoryPath }),
    targets: [...state.targets],
    skipped: [...skipped],
    ...(move.choices.size > 0 ? { move: sessionMove(move) } : {}),
  }
}
