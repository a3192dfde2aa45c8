import { appendFile, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  createAssessmentFile,
  hostLine,
  readAssessment,
  type AssessmentRecord,
} from '../../src/inventory/assessment-file.ts'
import { readBounded } from '../../src/inventory/read-bounded.ts'
import { readWaivers } from '../../src/inventory/waivers-file.ts'
import type { HostAssessment } from '../../src/model/assessment.ts'
import { tempDirectory } from './temp.ts'

const head = {
  schema: 'assessment/v1',
  tool: { name: 'osferry', version: '0.1.0' },
  createdAt: '2026-11-21T00:00:00Z',
  targets: ['containeros'],
  checks: [],
} as const
const end = { waivers: [], summary: { hosts: 2, byTarget: [] } }

function host(name: string): HostAssessment {
  return {
    host: { name, address: name, groups: [], labels: { note: 'line separator \u2028 inside' } },
    facts: { status: 'missing', set: null, collectedAt: null, privilege: null, gaps: [] },
    system: { os: null, kernel: null, arch: null, role: null },
    targets: [],
  }
}

async function written(): Promise<string> {
  const path = join(await tempDirectory(), 'assessment.ndjson')
  const writer = await createAssessmentFile(path, { ...head, targets: [...head.targets], checks: [] })
  for (const name of ['a', 'b']) await writer.host(hostLine(host(name)))
  await writer.end(end)
  return path
}

async function read(path: string): Promise<AssessmentRecord[]> {
  const records: AssessmentRecord[] = []
  for await (const record of readAssessment(path)) records.push(record)
  return records
}

describe('readAssessment', () => {
  it('gives head, hosts and end back', async () => {
    const records = await read(await written())
    expect(records).toEqual([
      { record: 'head', ...head },
      { record: 'host', ...host('a') },
      { record: 'host', ...host('b') },
      { record: 'end', ...end },
    ])
  })

  it('reads a single assessment/v1 document the same way', async () => {
    const directory = await tempDirectory({
      'a.json': JSON.stringify({ ...head, hosts: [host('a'), host('b')], ...end }, null, 2),
    })
    expect(await read(join(directory, 'a.json'))).toEqual(await read(await written()))
  })

  it('refuses a file without its end before anything is told', async () => {
    const path = await written()
    await writeFile(path, (await readFile(path, 'utf8')).split('\n').slice(0, 2).join('\n'))
    await expect(readAssessment(path).next()).rejects.toThrow(/assessment\.ndjson is incomplete/)
  })

  it('names line and path of a bad record', async () => {
    const path = await written()
    await writeFile(path, (await readFile(path, 'utf8')).replace('"name":"b"', '"name":7'))
    await expect(read(path)).rejects.toThrow(/assessment\.ndjson:3: host\.name: .*expected string/)
    await writeFile(path, (await readFile(path, 'utf8')).replace('"name":7', '"name"7'))
    await expect(read(path)).rejects.toThrow(/assessment\.ndjson:3 is not JSON/)
  })

  it('refuses records after the end, and newer documents', async () => {
    const path = await written()
    await appendFile(path, `${JSON.stringify({ record: 'end', ...end })}\n`)
    await expect(read(path)).rejects.toThrow(/:5: nothing may follow the end record/)
    await writeFile(path, (await readFile(path, 'utf8')).replace('assessment/v1', 'assessment/v3'))
    await expect(read(path)).rejects.toThrow(expect.objectContaining({ code: 'DOCUMENT_NEWER' }))
  })

  it('leaves nothing behind when the writer is abandoned', async () => {
    const directory = await tempDirectory()
    const writer = await createAssessmentFile(join(directory, 'a.ndjson'), {
      ...head,
      targets: [],
      checks: [],
    })
    await writer.host(hostLine(host('a')))
    await writer.abandon()
    expect(await readdir(directory)).toEqual([])
  })
})

describe('readWaivers', () => {
  const good =
    'schema: waivers/v1\nwaivers:\n  - check: a\n    selector: role=worker\n    reason: r\n    owner: o\n    expires: 2027-01-31\n'

  it('reads what people write', async () => {
    const directory = await tempDirectory({ 'w.yaml': good })
    expect((await readWaivers(join(directory, 'w.yaml'))).waivers).toMatchObject([
      { check: 'a', expires: '2027-01-31' },
    ])
  })

  it.each([
    [good.replace('    reason: r\n', ''), /w\.yaml:3:5: waivers\[0\]\.reason: /],
    [good.replace('reason: r', 'reason: "  "'), /w\.yaml:5:5: waivers\[0\]\.reason: a waiver needs a reason/],
    [good.replace('owner', 'onwer'), /w\.yaml:6:5: waivers\[0\]\.onwer: .*did you mean "owner"/],
    [
      good.replace('role=worker', '"role in (a"'),
      /w\.yaml:4: waivers\[0\]\.selector: selector .* at position 11/,
    ],
    [good.replace('2027-01-31', 'soon'), /w\.yaml:7:5: waivers\[0\]\.expires: /],
  ])('refuses a bad one with its place', async (text, message) => {
    const directory = await tempDirectory({ 'w.yaml': text })
    await expect(readWaivers(join(directory, 'w.yaml'))).rejects.toThrow(
      expect.objectContaining({ code: 'WAIVERS_INVALID', message: expect.stringMatching(message) }),
    )
  })
})

describe('readBounded', () => {
  it('says what is wrong with a file', async () => {
    const directory = await tempDirectory({ big: 'x'.repeat(100) })
    await writeFile(join(directory, 'gbk'), Buffer.from([0x61, 0x0a, 0xd6, 0xd0]))
    await expect(readBounded(join(directory, 'big'), { maxBytes: 99 })).rejects.toThrow(
      expect.objectContaining({ code: 'DOCUMENT_TOO_LARGE' }),
    )
    await expect(readBounded(directory)).rejects.toThrow('is a directory')
    await expect(readBounded(join(directory, 'gbk'))).rejects.toThrow('gbk:2 is not UTF-8')
    await expect(readBounded('/dev/zero', { maxBytes: 1000 })).rejects.toThrow('larger than')
  })
})
