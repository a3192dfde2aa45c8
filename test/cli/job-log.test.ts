import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { gitlabFolding, withoutSections } from '../../src/cli/gitlab-log.ts'
import { foldedLog, jobLog } from '../../src/cli/job-log.ts'
import type { OutputStream } from '../../src/cli/output-stream.ts'
import { withoutCommands } from '../../src/cli/workflow-log.ts'

/** As the runner of GitHub Actions finds them. Source: ActionCommand.TryParseV2 and TryParse in actions/runner. */
function hasCommand(text: string): boolean {
  return text.split(/\r?\n|\r/).some((line) => line.trimStart().startsWith('::') || line.includes('##['))
}

/** As GitLab documents them: the name, options, and what erases the mark on a terminal. */
const erase = '\r\u001B[0K'
const sectionMark = new RegExp(String.raw`section_(?:start|end):\d+:[\w.-]+(?:\[[^\]]*\])?\r\u001B\[0K`)

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

const ordinary =
  '22:47:03 node-20: waits: budget shop::api, 3/3, section_start: later\n  # not a command [ok]\n'

it('is the stream itself where no CI folds', () => {
  const stream = memory()
  expect(jobLog(stream, { CI: 'true', GITLAB_CI: '' })).toBe(stream)
})

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
    expect(withoutCommands(ordinary)).toBe(ordinary)
  })

  it('folds by commands of our own, whatever a title holds, and ends a part before the next', () => {
    const stream = memory()
    const log = jobLog(stream, { GITHUB_ACTIONS: 'true' })
    log.fold?.(undefined)
    log.fold?.('wave 0: 100%\n::error::x')
    log.write('::error::no\n')
    log.fold?.('wave 1')
    log.fold?.(undefined)
    log.fold?.(undefined)
    expect(stream.text).toBe(
      String.raw`::group::wave 0: 100%25\n::error::x` +
        '\n: :error::no\n::endgroup::\n::group::wave 1\n::endgroup::\n',
    )
  })
})

describe('the log of a job of GitLab', () => {
  it('has a collapsed section for each part, with times in seconds and names that are never the same', () => {
    const stream = memory()
    let nowMs = 1_795_312_799_999
    const log = foldedLog(stream, gitlabFolding({ nowMs: () => nowMs, pid: 71 }))
    log.fold?.('wave 0: node-1, 节点-2')
    log.write('22:39:59 node-1: cordoned\n')
    nowMs += 61_000
    log.fold?.('wave 1: node-3')
    log.fold?.(undefined)
    log.fold?.(undefined)
    log.write('next: osferry runs show x\n')
    expect(stream.text).toBe(
      [
        'section_start:1795312799:osferry_1795312799_71_1[collapsed=true]\r\u001B[0Kwave 0: node-1, 节点-2\n',
        '22:39:59 node-1: cordoned\n',
        'section_end:1795312860:osferry_1795312799_71_1\r\u001B[0K\n',
        'section_start:1795312860:osferry_1795312860_71_2[collapsed=true]\r\u001B[0Kwave 1: node-3\n',
        'section_end:1795312860:osferry_1795312860_71_2\r\u001B[0K\n',
        'next: osferry runs show x\n',
      ].join(''),
    )
  })

  it('begins and ends no section that was not meant as one', () => {
    const piece = fc.constantFrom(
      'section_',
      'start:',
      'end:',
      '12',
      ':',
      'x',
      '[collapsed=true]',
      '\r\u001B[0K',
    )
    const mark = fc.constantFrom('section_start:1:x\r\u001B[0K', 'section_end:1:x[collapsed=true]\r\u001B[0K')
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, mark)), (pieces) => {
        expect(withoutSections(pieces.join(''))).not.toMatch(sectionMark)
      }),
    )
    expect('section_start:1:x\r\u001B[0K').toMatch(sectionMark)
  })

  it('keeps a title on its line, and other text as it is', () => {
    const stream = memory()
    const log = jobLog(stream, { GITLAB_CI: 'true' })
    log.fold?.('a\r\u001B[0K\nsection_end:1:x\r\u001B[0K')
    log.write(ordinary)
    const [title = '', ...rest] = stream.text.split('\n')
    expect(title.split(erase).map((part) => part.replace(/osferry_[\d_]+/, 'NAME'))).toEqual([
      expect.stringMatching(/^section_start:\d{10}:NAME\[collapsed=true\]$/),
      String.raw`a\r\x1b[0K\nsection_end:1:x\r\x1b[0K`,
    ])
    expect(rest.join('\n')).toBe(ordinary)
  })
})
