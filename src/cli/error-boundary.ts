import { styleText } from 'node:util'
import { errorCodes, isMigrationError } from '../model/errors.ts'
import type { Language } from '../model/text.ts'
import { visibleBlock } from '../model/visible-text.ts'
import { errorAdvice } from './error-advice.ts'
import { speak } from './lang.ts'
import { errorTitles } from './messages-errors.ts'
import type { OutputStream } from './output-stream.ts'

export interface Speaker {
  stderr: OutputStream
  language: Language
  colour: boolean
  verbose: boolean
}

/** Prints what went wrong and what to do, and gives the exit code. A bug prints its stack only with -v. */
export function reportError(error: unknown, speaker: Speaker): number {
  const label = speak({ en: 'error:', zh: '错误：' }, speaker.language)
  const head = speaker.colour ? styleText('red', label, { validateStream: false }) : label
  if (isMigrationError(error)) {
    const title = speaker.language === 'zh-CN' ? `${errorTitles[error.code].zh}：` : ''
    speaker.stderr.write(`${head} ${title}${visibleBlock(error.message)} [${error.code}]\n`)
    const isChinese = speaker.language === 'zh-CN'
    if (isChinese) speaker.stderr.write(`${indent(errorAdvice[error.code])}\n`)
    // A hint that is Chinese already, or holds what the advice cannot: a name, a path, a command.
    const hint = error.hint === undefined ? '' : visibleBlock(error.hint)
    const origin = isChinese && !/\p{Script=Han}/u.test(hint) ? '原文提示：' : ''
    if (hint !== '') speaker.stderr.write(`${indent(`${origin}${hint}`)}\n`)
    if (speaker.verbose && error.cause !== undefined)
      speaker.stderr.write(`${indent(causeText(error.cause))}\n`)
    return errorCodes[error.code]
  }
  const message = error instanceof Error ? error.message : String(error)
  const bug = speak(
    {
      en: 'This is a bug in osferry. Please report it with the output of the same command with -v.',
      zh: '这是 osferry 的缺陷。请加上 -v 重新运行同一命令，并附上输出进行报告。',
    },
    speaker.language,
  )
  speaker.stderr.write(`${head} ${visibleBlock(message)}\n${indent(bug)}\n`)
  if (speaker.verbose && error instanceof Error)
    speaker.stderr.write(`${indent(visibleBlock(error.stack ?? ''))}\n`)
  return 1
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}

function causeText(cause: unknown): string {
  return visibleBlock(cause instanceof Error ? (cause.stack ?? cause.message) : JSON.stringify(cause))
}
