import { createPrompt, useEffect, useKeypress, useRef, useState } from '@inquirer/core'
import type { Text } from '../model/text.ts'
import { inLanguage } from '../model/text.ts'
import type { WizardStage, WorkProgress } from './actions.ts'
import { drawHeader, footerLines } from './layout.ts'
import { hideCursor, useRedrawOnResize } from './prompt-screen.ts'
import { progressLines } from './screen-progress.ts'
import type { Surface } from './screen.ts'
import { frameWords } from './words.ts'

/** What work can do while it runs. */
export interface WorkContext {
  onProgress: (progress: WorkProgress) => void
  /** Asks for a secret without showing what is typed. */
  askSecret: (question: string) => Promise<string>
}

export interface WorkPromptConfig {
  stage: WizardStage
  title: Text
  command: string
  work: (context: WorkContext) => Promise<void>
  surface: () => Surface
  output: NodeJS.WritableStream
}

interface Question {
  text: string
  answer: (secret: string) => void
}

const redrawMs = 100

/** Shows progress until the work has ended; rejects with what the work rejects with. */
export const workPrompt = createPrompt<{ error?: unknown }, WorkPromptConfig>((config, settle) => {
  const [progress, setProgress] = useState<WorkProgress | undefined>(undefined)
  const [question, setQuestion] = useState<Question | undefined>(undefined)
  const latest = useRef<WorkProgress | undefined>(undefined)
  const typed = useRef('')
  useRedrawOnResize(config.output)
  useEffect(() => {
    const timer = setInterval(() => setProgress(latest.current), redrawMs)
    const context: WorkContext = {
      onProgress: (next) => {
        latest.current = next
      },
      askSecret: (text) =>
        new Promise((answer) => {
          setQuestion({ text, answer })
        }),
    }
    config.work(context).then(
      () => settle({}),
      (error: unknown) => settle({ error }),
    )
    return () => clearInterval(timer)
  }, [])
  useKeypress((event, rl) => {
    if (question === undefined) rl.clearLine(0)
    else if (event.name === 'return' || event.name === 'enter') {
      question.answer(typed.current)
      typed.current = ''
      rl.clearLine(0)
      setQuestion(undefined)
    } else typed.current = rl.line
  })
  const surface = config.surface()
  const { language } = surface
  const title = `${inLanguage(config.title, language)} …`
  const lines = progress === undefined ? [title] : progressLines(title, progress, surface)
  const asked = question === undefined ? '' : `? ${question.text} `
  const bottom = footerLines([{ key: 'Ctrl-C', label: frameWords.stop }], config.command, surface)
  return [
    [...drawHeader(config.stage, surface), ...lines, asked].join('\n'),
    bottom.join('\n') + (question === undefined ? hideCursor : '\u001B[?25h'),
  ]
})
