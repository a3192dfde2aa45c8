import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAtomicFile } from '../../src/inventory/atomic-file.ts'
import { openClusterFile } from '../../src/inventory/cluster-file.ts'
import { recordedReader, recordingOf } from '../support/cluster-snapshot/recorded-reader.ts'
import { savedSnapshot } from '../support/cluster-snapshot/saved-snapshot.ts'
import { tempDirectory } from './temp.ts'

describe('a file that is written in pieces', () => {
  it('holds what was written but not what was taken back', async () => {
    const path = join(await tempDirectory(), 'file')
    const step = fc.oneof(
      fc.record({ write: fc.string({ unit: 'grapheme', maxLength: 300_000, minLength: 1 }) }),
      fc.record({ back: fc.double({ min: 0, max: 1, noNaN: true }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const file = await createAtomicFile(path)
        let expected: Buffer = Buffer.alloc(0)
        for (const one of steps) {
          if ('write' in one) {
            await file.write(one.write)
            expected = Buffer.concat([expected, Buffer.from(one.write)])
          } else {
            const place = Math.floor(file.position() * one.back)
            await file.rewind(place)
            expected = expected.subarray(0, place)
          }
          expect(file.position()).toBe(expected.length)
        }
        await file.commit()
        expect((await readFile(path)).equals(expected)).toBe(true)
      }),
      { numRuns: 25 },
    )
  })
})

describe('cluster.ndjson', () => {
  it('is refused without its end', async () => {
    const { path, text } = await savedSnapshot(recordedReader(recordingOf('oldest')))
    await writeFile(path, text.slice(0, text.lastIndexOf('{"record":"end"')))
    await expect(openClusterFile(path)).rejects.toMatchObject({
      code: 'DOCUMENT_INVALID',
      message: expect.stringContaining('no end record') as string,
    })
  })

  it('is refused when a later version wrote it', async () => {
    const { path, text } = await savedSnapshot(recordedReader(recordingOf('oldest')))
    await writeFile(path, text.replace('cluster/v1', 'cluster/v2'))
    await expect(openClusterFile(path)).rejects.toMatchObject({ code: 'DOCUMENT_NEWER' })
  })

  it('names file and path of a record that was changed', async () => {
    const { path, text } = await savedSnapshot(recordedReader(recordingOf('oldest')))
    await writeFile(path, text.replace('"unschedulable":false', '"unschedulable":"no"'))
    const file = await openClusterFile(path)
    await expect(file.records('nodes').next()).rejects.toThrow(/cluster\.ndjson.*unschedulable/)
    await file.close()
  })

  it('takes a list that the osferry who wrote it did not know of as not read', async () => {
    const { path, text } = await savedSnapshot(recordedReader(recordingOf('oldest')))
    const older = text
      .split('\n')
      .filter((line) => !line.startsWith('{"record":"services"'))
      .join('\n')
    expect(older).toContain(',"services":4')
    await writeFile(path, older.replace(',"services":4', ''))
    const file = await openClusterFile(path)
    expect(file.end.counts).toMatchObject({ services: null, nodes: 2 })
    expect(file.end.gaps).toEqual([
      {
        list: 'services',
        resource: 'services',
        reason: 'not-asked',
        message: 'osferry 0.0.0, which took the snapshot, did not read services; take it again',
        objects: null,
      },
    ])
    await file.close()
  })

  it('leaves nothing else in its directory', async () => {
    const { path } = await savedSnapshot(recordedReader(recordingOf('oldest')))
    expect(await readdir(join(path, '..'))).toEqual(['cluster.ndjson'])
  })
})
