import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { errorAdvice } from '../../src/cli/error-advice.ts'
import { reportError } from '../../src/cli/error-boundary.ts'
import { outputStream } from '../../src/cli/output-stream.ts'
import { errorCodes, MigrationError } from '../../src/model/errors.ts'
import type { ErrorCode } from '../../src/model/errors.ts'
import type { Language } from '../../src/model/text.ts'

function reported(code: ErrorCode, language: Language): string {
  const stream = new PassThrough({ encoding: 'utf8' })
  const stderr = outputStream(stream)
  reportError(new MigrationError(code, 'node1: it failed', { hint: 'Do this.' }), {
    stderr,
    language,
    colour: false,
    verbose: false,
  })
  return String(stream.read())
}

describe('error advice', () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])('stands in Chinese under the message of %s', (code) => {
    expect(errorAdvice[code]).toMatch(/[\u4e00-\u9fff].*。$/)
    expect(reported(code, 'zh-CN')).toContain(`\n  ${errorAdvice[code]}\n  原文提示：Do this.\n`)
    expect(reported(code, 'en')).not.toContain(errorAdvice[code])
  })
})
