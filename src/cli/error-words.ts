import { errorCodes } from '../model/errors.ts'
import type { ErrorCode } from '../model/errors.ts'
import type { Text } from '../model/text.ts'
import { errorAdvice } from './error-advice.ts'
import { errorTitles } from './messages-errors.ts'

/** A few words for an error code, and in Chinese what to do; undefined for a code that is not ours. */
export function errorWords(code: string): { title: Text; adviceZh: string } | undefined {
  if (!isErrorCode(code)) return undefined
  return { title: errorTitles[code], adviceZh: errorAdvice[code] }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code)
}
