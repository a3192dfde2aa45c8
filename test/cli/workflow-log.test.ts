import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import type { OutputStream } from '../../src/cli/output-stream.ts'
import { beginFold, withoutCommands, workflowLog } from '../../src/cli/workflow-log.ts'

/** As the runner of GitHub Actions finds them. Source: ActionCommand.TryParseV2 and TryParse in actions/runner. */
function hasCommand(text: string): boolean {
  return text.split(/\r?\n|\r/).some((line) => line.trimStart().startsWith('::') || line.includes('##['))
}

function memory(): OutputStream & { text: string } {
  const stream = {
    text: '',
    write: (text: string) => void (stream.text += text),
    flush: () => Promise.resolve(),
    drained: () => Promise.resolve(),
    closed: false,
    failure: undefined,
  }
  return stream
}

describe('the log of a job of GitHub Actions', () => {
  it('takes nothing for a command that was not meant as one', () => {
    const piece = fc.constantFrom('::', ':', '##[', '#', '[error]', 'error', ' ', '\t', '\n', '\r', 'a')
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(hasCommand(withoutCommands(pieces.join('')))).toBe(false)
      }),
    )
  })

  it('leaves every other text as it is', () => {
    const text = '22:47:03 node-20: waits: budget shop::api, 3/3\n  # not a command [ok]\n'
    expect(withoutCommands(text)).toBe(text)
  })

  it('folds by commands of our own, whatever a title holds', () => {
    const stream = memory()
    const log = workflowLog(stream, { GITHUB_ACTIONS: 'true' })
    log.command?.(beginFold('wave 0: 100%\n::error::x'))
    log.write('::error::no\n')
    expect(stream.text).toBe('::group::wave 0: 100%25%0A::error::x\n: :error::no\n')
    expect('command' in workflowLog(stream, {})).toBe(false)
  })
})
