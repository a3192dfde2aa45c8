import { createPrompt, useKeypress, useState } from '@inquirer/core'
import { inLanguage, type Text } from '../model/text.ts'
import type { WizardStage } from './actions.ts'
import { drawHeader } from './layout.ts'
import type { Surface } from './screen.ts'
import { wrap } from './width.ts'
import { frameWords } from './words.ts'

export interface TextPromptConfig {
  stage: WizardStage
  /** Above the line: what is asked for, and why. */
  body: readonly string[]
  label: string
  /** Put into the line at the start. */
  initial: string
  /** What is wrong with an answer, or undefined. */
  check: (answer: string) => Text | undefined
  surface: () => Surface
}

/** Asks for one line of text; undefined when the reader went back with Esc. */
export const textPrompt = createPrompt<string | undefined, TextPromptConfig>((config, done) => {
  const [answer, setAnswer] = useState('')
  const [started, setStarted] = useState(false)
  const [problem, setProblem] = useState<Text | undefined>(undefined)
  useKeypress((event, rl) => {
    if (event.name === 'escape') done(undefined)
    else if (event.name === 'return' || event.name === 'enter') {
      const given = (started || answer !== '' ? answer : config.initial).trim()
      const wrong = config.check(given)
      if (wrong === undefined) done(given)
      else {
        rl.write(answer)
        setProblem(wrong)
      }
    } else {
      setStarted(true)
      setProblem(undefined)
      setAnswer(rl.line)
    }
  })
  const surface = config.surface()
  const { columns, paint, language } = surface
  const shown = started || answer !== '' || config.initial === '' ? answer : paint('dim', config.initial)
  const body = config.body.flatMap((line) => wrap(line, columns - 1))
  const content = [...drawHeader(config.stage, surface), ...body, '', `${config.label}: ${shown}`]
  const keys = `⏎ ${inLanguage(frameWords.answer, language)} · Esc ${inLanguage(frameWords.back, language)}`
  const wrong = problem === undefined ? [] : wrap(`✖ ${inLanguage(problem, language)}`, columns - 1)
  const bottom = [...wrong.map((line) => paint('red', line)), paint('dim', '─'.repeat(columns - 1)), keys]
  return [content.join('\n'), bottom.join('\n')]
})
