import { styleText } from 'node:util'
import { ExitPromptError } from '@inquirer/core'
import { isMigrationError } from '../model/errors.ts'
import type { Language, Text } from '../model/text.ts'
import { inLanguage } from '../model/text.ts'
import type { FleetProgress, WizardStage } from './actions.ts'
import { screenPrompt } from './prompt-screen.ts'
import { textPrompt, type TextPromptConfig } from './prompt-text.ts'
import { workPrompt, type WorkContext } from './prompt-work.ts'
import { errorScreen, helpScreen } from './screen-report.ts'
import { initialView, type Screen, type ScreenOutcome, type Surface } from './screen.ts'

export interface TerminalOptions {
  input: NodeJS.ReadableStream
  /** Where everything is drawn: stderr. */
  output: NodeJS.WritableStream & { columns?: number; rows?: number }
  /** Ends the wizard from outside; every prompt rejects. */
  signal: AbortSignal
  colour: boolean
  language: Language
}

/** What a stage can do with a fleet while progress is shown. */
interface RunningWork {
  onProgress: (progress: FleetProgress) => void
  prompter: { canPrompt: boolean; secret: (question: string) => Promise<string> }
  signal: AbortSignal
}

/** A choice on a screen; going for help, changing the language and leaving are dealt with before. */
type Choice = Extract<ScreenOutcome, { kind: 'row' | 'key' }> | { kind: 'back' }

/** The reader asked to save and leave. */
export class LeaveWizard extends Error {
  constructor() {
    super('left the wizard')
    this.name = 'LeaveWizard'
  }
}

/** The wizard's hold on the terminal. */
export interface Terminal {
  language: () => Language
  say: (text: Text) => string
  /** Shows a screen (made anew when the language changes) until something is chosen on it. */
  choose: (stage: WizardStage | undefined, make: () => Screen) => Promise<Choice>
  ask: (config: Omit<TextPromptConfig, 'surface'>) => Promise<string | undefined>
  /** Runs work with progress; an error of the user's world is shown with retry and back: undefined = back. */
  work: <T>(
    what: { stage: WizardStage; title: Text; command?: string },
    run: (work: RunningWork) => Promise<T>,
  ) => Promise<{ value: T } | undefined>
  print: (line: string) => void
}

export function createTerminal(options: TerminalOptions): Terminal {
  const { input, output, signal } = options
  let language = options.language
  const context = { input, output, signal, clearPromptOnDone: true }
  const surface = (): Surface => ({
    columns: Math.max(40, output.columns ?? 80),
    rows: Math.max(12, output.rows ?? 24),
    language,
    paint: options.colour ? paint : (_, text) => text,
  })
  const choose: Terminal['choose'] = async (stage, make) => {
    let view = initialView
    for (;;) {
      const shown = await screenPrompt({ screen: make(), surface, output, view }, context)
      const { outcome } = shown
      view = shown.view
      if (outcome.kind === 'save') throw new LeaveWizard()
      if (outcome.kind === 'language') language = language === 'en' ? 'zh-CN' : 'en'
      else if (outcome.kind === 'help') {
        const help = (): Screen => helpScreen(stage ?? 'sources', language)
        await screenPrompt({ screen: help(), surface, output }, context)
      } else if (outcome.kind === 'back') return { kind: 'back' }
      else return outcome
    }
  }
  const runOnce = async <T>(
    what: { stage: WizardStage; title: Text; command?: string },
    run: (work: RunningWork) => Promise<T>,
  ): Promise<T> => {
    const stop = new AbortController()
    const results: T[] = []
    let running: Promise<void> | undefined
    const store = async (context: WorkContext): Promise<void> => {
      const prompter = { canPrompt: true, secret: context.askSecret }
      const all = AbortSignal.any([signal, stop.signal])
      results.push(await run({ onProgress: context.onProgress, prompter, signal: all }))
    }
    const work = (context: WorkContext): Promise<void> => {
      running = store(context)
      return running
    }
    try {
      const { stage, title, command = '' } = what
      const { error } = await workPrompt({ stage, title, command, work, surface, output }, context)
      if (error !== undefined) throw error
    } catch (error) {
      if (error instanceof ExitPromptError || signal.aborted) {
        stop.abort(error)
        await running?.catch(() => undefined)
      }
      throw error
    }
    return results[0] as T
  }
  return {
    language: () => language,
    say: (text) => inLanguage(text, language),
    choose,
    ask: (config) => textPrompt({ ...config, surface }, context),
    async work(what, run) {
      for (;;) {
        try {
          return { value: await runOnce(what, run) }
        } catch (error) {
          if (!isMigrationError(error) || error.code === 'INTERRUPTED') throw error
          const { code, message, hint } = error
          const choice = await choose(what.stage, () =>
            errorScreen({ code, message, hint }, what.stage, language),
          )
          if (choice.kind !== 'row' || choice.id !== 'retry') return undefined
        }
      }
    },
    print: (line) => {
      output.write(`${line}\n`)
    },
  }
}

function paint(style: 'bold' | 'dim' | 'green' | 'red' | 'cyan', text: string): string {
  return styleText(style, text, { validateStream: false })
}
