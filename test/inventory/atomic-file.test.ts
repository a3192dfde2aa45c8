import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeReportFile } from '../../src/cli/write-reports.ts'
import { ensureDirectory, writeFileAtomically } from '../../src/inventory/atomic-file.ts'
import type { Report } from '../../src/model/report.ts'
import { tempDirectory } from './temp.ts'

it('tells a missing directory from one in which nothing can be made', async () => {
  const directory = await tempDirectory()
  await expect(writeFileAtomically(join(directory, 'no/x'), '')).rejects.toMatchObject({
    code: 'OUTPUT_FAILED',
    message: expect.stringContaining('its directory does not exist') as string,
  })
  await expect(writeFileAtomically('/proc/x.html', '')).rejects.toMatchObject({
    code: 'OUTPUT_FAILED',
    message: '/proc/x.html could not be written: no file can be made in /proc',
  })
})

it('refuses a directory below /proc at once', () => {
  expect(() => ensureDirectory('/proc/osferry/x')).toThrow(expect.objectContaining({ code: 'OUTPUT_FAILED' }))
})

it('refuses a directory below a file with OUTPUT_FAILED', async () => {
  const file = join(await tempDirectory({ file: '' }), 'file')
  expect(() => ensureDirectory(join(file, 'x'))).toThrow('a part of its path is not a directory')
  const report = writeReportFile(
    {} as Report,
    { format: 'html', path: join(file, 'x/report.html') },
    { language: 'en', failOn: 'high' },
  )
  await expect(report).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
})
