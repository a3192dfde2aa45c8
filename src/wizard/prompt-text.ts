import { createPrompt, useKeypress, useState } from '@inquirer/core'
import { inLanguage, type Text } from '../model/text.ts'
import type { WizardStage } from './actions.ts'
import { drawHeader, footerLines } from './layout.ts'
import type { Surface } from './screen.ts'
import { wrap } from './width.ts'
import { frameWords } from './words.ts'

export interface TextPromptConfig {
  stage: WizardStage
  /** Above the line: what is asked for, and why. */
  body: readonly string[]
  /** Shown in place of the body when `?` alone is answered. */
  help: readonly string[]
  label: string
  /** Put into the line at the start. */
  initial: string
  /** What is wrong with an answer, or undefined. */
  check: (answer: string) => Text | undefined
  /** The batch command that does the same, with what has been typed so far. */
  command: (answer: string) => string
  surface: () => Surface
}

/** What is answered to be told more; a key of its own would be a letter that cannot be typed. */
const askHelp = '?'
/** As Chinese input methods type it. */
const askHelpWide = '？'

/** Asks for one line of text; undefined when the reader went back with Esc. */
export const textPrompt = createPrompt<string | undefined, TextPromptConfig>((config, done) => {
  const [answer, setAnswer] = useState('')
  const [started, setStarted] = useState(false)
  const [problem, setProblem] = useState<Text | undefined>(undefined)
  const [helping, setHelping] = useState(false)
  useKeypress((event, rl) => {
    const isEnter = event.name === 'return' || event.name === 'enter'
    if (helping) {
      rl.clearLine(0)
      setHelping(false)
    } else if (event.name === 'escape') done(undefined)
    else if (isEnter && (answer.trim() === askHelp || answer.trim() === askHelpWide)) {
      setAnswer('')
      setStarted(false)
      setHelping(true)
    } else if (isEnter) {
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
  const isUntouched = !started && answer === ''
  const shown = isUntouched && config.initial !== '' ? paint('dim', config.initial) : answer
  const body = (helping ? config.help : config.body).flatMap((line) => wrap(line, columns - 1))
  const line = helping ? '' : `${config.label}: ${shown}`
  const content = [...drawHeader(config.stage, surface), ...body, '', line]
  const keys = helping
    ? [{ key: '⏎', label: frameWords.back }]
    : [
        { key: '⏎', label: frameWords.answer },
        { key: `${askHelp} ⏎`, label: frameWords.help },
        { key: 'Esc', label: frameWords.back },
      ]
  const wrong = problem === undefined ? [] : wrap(`✖ ${inLanguage(problem, language)}`, columns - 1)
  const command = config.command((isUntouched ? config.initial : answer).trim())
  const bottom = [...wrong.map((text) => paint('red', text)), ...footerLines(keys, command, surface)]
  return [content.join('\n'), bottom.join('\n')]
})
