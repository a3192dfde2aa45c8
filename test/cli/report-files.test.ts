import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { printReportFiles, reportFileOf, writeReportPieces } from '../../src/cli/report-files.ts'
import { commandContext } from '../support/command-context.ts'
import { tempDirectory } from '../inventory/temp.ts'

const names = { html: 'run-7.html', md: 'run-7.md' }

describe('reportFileOf', () => {
  it('takes the usual place, another one, or stdout', async () => {
    const context = await commandContext(await tempDirectory())
    const at = (path: string): string => join(context.cwd, path)
    expect(reportFileOf(context, 'html', names)).toEqual({
      format: 'html',
      path: at('osferry-report/run-7.html'),
    })
    expect(reportFileOf(context, 'md=out/a=b.md', names)).toEqual({ format: 'md', path: at('out/a=b.md') })
    expect(reportFileOf(context, 'md=', names).path).toBe(at('osferry-report/run-7.md'))
    expect(reportFileOf(context, 'md=-', names)).toEqual({ format: 'md', path: '-' })
  })

  it('names the nearest format for one that is none', async () => {
    const context = await commandContext(await tempDirectory())
    expect(() => reportFileOf(context, 'htm=x', names)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: 'unknown report format htm',
        hint: 'Did you mean html? There are html, md.',
      }),
    )
    expect(() => reportFileOf(context, 'xlsx', names)).toThrow(
      expect.objectContaining({ hint: 'There are html, md.' }),
    )
  })
})

describe('writeReportPieces', () => {
  it('makes the directory of a file, and lists what was written', async () => {
    const context = await commandContext(await tempDirectory())
    const path = join(context.cwd, 'out/deep/a.md')
    await writeReportPieces(context, path, ['# a\n', 'b\n'])
    expect(readFileSync(path, 'utf8')).toBe('# a\nb\n')
    await printReportFiles(context, [{ format: 'md', path }])
    expect(context.written.stdout).toMatch(/^md +out\/deep\/a\.md$/m)
  })

  it('leaves nothing of a report that could not be made whole', async () => {
    const context = await commandContext(await tempDirectory())
    async function* half(): AsyncGenerator<string> {
      yield await Promise.resolve('half')
      throw new Error('no more')
    }
    await expect(writeReportPieces(context, join(context.cwd, 'a.md'), half())).rejects.toThrow('no more')
    expect(readdirSync(context.cwd)).toEqual([])
  })

  it('writes to stdout for -', async () => {
    const context = await commandContext(await tempDirectory())
    await writeReportPieces(context, '-', ['one ', 'two'])
    expect(context.written.stdout).toBe('one two')
  })
})
