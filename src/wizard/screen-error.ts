import { inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { ErrorWords, WizardStage } from './actions.ts'
import type { Screen } from './screen.ts'

/** An error as it is shown. Messages and hints are English; `words` says the same for readers of Chinese. */
export interface ShownError {
  code: string
  message: string
  hint: string | undefined
  words: ErrorWords | undefined
}

/** Something went wrong: what, and what to do. */
export function errorScreen(
  error: ShownError,
  { stage, language, command }: { stage: WizardStage; language: Language; command: string },
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  return {
    stage,
    body: [...errorLines(error, language), ''],
    rows: [
      { id: 'retry', text: say({ en: 'Try again', zh: '重试' }) },
      { id: 'back', text: say({ en: 'Back', zh: '返回' }) },
    ],
    keys: [],
    command,
  }
}

/** In Chinese the explanation comes first and the English original stands under it, once, as a detail. */
export function errorLines({ code, message, hint, words }: ShownError, language: Language): string[] {
  const original = [
    ...message.split('\n').map((line) => visibleLine(line)),
    ...(hint ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `→ ${visibleLine(line)}`),
  ]
  if (words === undefined) return [`✖ ${code}`, ...original]
  if (language === 'en') return [`✖ ${words.title.en} (${code})`, ...original]
  return [
    `✖ ${words.title.zh}（${code}）`,
    words.adviceZh,
    '',
    '详情（原文）：',
    ...original.map((line) => `  ${line}`),
  ]
}
