import { styleText } from 'node:util'
import { ExitPromptError } from '@inquirer/core'
import { isMigrationError } from '../model/errors.ts'
import type { Language, Text } from '../model/text.ts'
import { inLanguage } from '../model/text.ts'
import type { WizardActions, WizardStage, WorkProgress } from './actions.ts'
import { commandAt } from './layout.ts'
import { screenPrompt } from './prompt-screen.ts'
import { runPrompt, type RunPromptConfig } from './prompt-run.ts'
import { textPrompt, type TextPromptConfig } from './prompt-text.ts'
import { workPrompt, type WorkContext } from './prompt-work.ts'
import { errorScreen } from './screen-error.ts'
import { helpScreen, type HelpTopic } from './screen-help.ts'
import { initialView, type Screen, type ScreenOutcome, type Surface } from './screen.ts'

export interface TerminalOptions {
  input: NodeJS.ReadableStream
  /** Where everything is drawn: stderr. */
  output: NodeJS.WritableStream & { columns?: number; rows?: number }
  /** Ends the wizard from outside; every prompt rejects. */
  signal: AbortSignal
  colour: boolean
  language: Language
  /** Told of every change of the language. */
  onLanguage: (language: Language) => void
  errorWords: WizardActions['errorWords']
}

/** What is shown while work runs, and when it fails. */
interface WorkToDo {
  stage: WizardStage
  title: Text
  /** The batch command that does the same. */
  command: () => string
}

/** What a stage can do while progress is shown. */
interface RunningWork {
  onProgress: (progress: WorkProgress) => void
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
  /** Changes the language, as the reader does with `l`. */
  speak: (language: Language) => void
  say: (text: Text) => string
  /** Shows a screen (made anew when the language changes) until something is chosen on it; `?` shows the help. */
  choose: (help: HelpTopic, make: () => Screen) => Promise<Choice>
  ask: (config: Omit<TextPromptConfig, 'surface'>) => Promise<string | undefined>
  /** Runs work with progress; an error of the user's world is shown with retry and back: undefined = back. */
  work: <T>(what: WorkToDo, run: (work: RunningWork) => Promise<T>) => Promise<{ value: T } | undefined>
  /** Shows what goes on until it is over. Ctrl-C, and the end of the terminal, tell it to stop; it is waited for. */
  watch: (what: Watching) => Promise<void>
  /** Nobody can be shown anything any more. */
  isGone: () => boolean
  print: (line: string) => void
}

/** Something that goes on while it is watched. */
type Watching = Omit<RunPromptConfig, 'surface' | 'output'> & { onInterrupt: () => void }

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
  const speak = (next: Language): void => {
    language = next
    options.onLanguage(next)
  }
  /** Shows a screen made anew at every turn; only what concerns the screen itself comes back. */
  const show = async (
    make: () => Screen,
    onHelp: (command: string) => Promise<Choice | undefined>,
  ): Promise<Choice> => {
    let view = initialView
    for (;;) {
      const screen = make()
      const shown = await screenPrompt({ screen, surface, output, view }, context)
      const { outcome } = shown
      view = shown.view
      if (outcome.kind === 'save') throw new LeaveWizard()
      if (outcome.kind === 'language') speak(language === 'en' ? 'zh-CN' : 'en')
      else if (outcome.kind === 'help') {
        const choice = await onHelp(commandAt(screen, view))
        if (choice !== undefined) return choice
      } else return outcome
    }
  }
  const choose: Terminal['choose'] = (topic, make) =>
    show(make, async (command) => {
      const { stage } = make()
      const help = (): Screen => helpScreen(topic, { stage, language, command })
      await show(help, () => Promise.resolve({ kind: 'back' }))
      return undefined
    })
  const runOnce = async <T>(what: WorkToDo, run: (work: RunningWork) => Promise<T>): Promise<T> => {
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
      const { stage, title } = what
      const command = what.command()
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
    speak,
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
          const shown = { code, message, hint, words: options.errorWords(code) }
          const choice = await choose(what.stage, () =>
            errorScreen(shown, { stage: what.stage, language, command: what.command() }),
          )
          if (choice.kind !== 'row' || choice.id !== 'retry') return undefined
        }
      }
    },
    async watch({ onInterrupt, ...what }) {
      const onKey = (key: string): void => {
        if (key === 'l') speak(language === 'en' ? 'zh-CN' : 'en')
        else what.onKey(key)
      }
      for (;;) {
        try {
          await runPrompt({ ...what, onKey, surface, output }, context)
          return
        } catch (error) {
          if (!signal.aborted && !(error instanceof ExitPromptError)) throw error
          onInterrupt()
          // Nobody is there to be shown anything.
          if (signal.aborted) return await what.over
        }
      }
    },
    isGone: () => signal.aborted,
    print: (line) => {
      output.write(`${line}\n`)
    },
  }
}

function paint(style: 'bold' | 'dim' | 'green' | 'red' | 'cyan', text: string): string {
  return styleText(style, text, { validateStream: false })
}
