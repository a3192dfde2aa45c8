import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { openJournal } from '../../src/journal/journal.ts'
import type { JournalEventBody } from '../../src/model/journal-record.ts'
import { median, printTable, ratio } from './measure.ts'

/**
 * Records a second of the journal, each durable when it returns, beside the floor of the same disk in the same seconds: 4 KiB
 * written into a file that is there already, and fdatasync. To reach: at least 0.65 of the floor.
 */
const rounds = Number(process.argv[2] ?? 100)
const recordsARound = Number(process.argv[3] ?? 50)
const directory = fs.mkdtempSync(path.join(process.argv[4] ?? os.tmpdir(), 'osferry-bench-journal-'))
const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }
const { signal } = new AbortController()
const journal = await openJournal({ path: path.join(directory, 'journal.db'), actor: 'bench', clock, signal })
const run = 'bench'
journal.begin({ id: run, plan: 'a'.repeat(64), actor: 'bench', version: '0.0.0', startedAt: clock.now() })
const step = { uses: 'cluster.drain', phase: 'migrate', index: 4, attempt: 1 } as const
const body: JournalEventBody = {
  type: 'step-waiting',
  ...step,
  waitsFor: { en: 'pod shop/web-1 and its budget shop/web', zh: '等待 Pod shop/web-1 及其中断预算' },
  since: clock.now(),
}

const blockBytes = 4096
const floorFile = fs.openSync(path.join(directory, 'floor'), 'w')
const block = Buffer.alloc(blockBytes, 'x')
for (let at = 0; at < recordsARound; at += 1) fs.writeSync(floorFile, block, 0, blockBytes, at * blockBytes)
fs.fsyncSync(floorFile)

const contenders: Readonly<Record<string, (index: number) => void>> = {
  'write + fdatasync': (index) => {
    fs.writeSync(floorFile, block, 0, blockBytes, index * blockBytes)
    fs.fdatasyncSync(floorFile)
  },
  journal: () => journal.append({ run, node: 'node-1', body }),
}
const times = new Map<string, number[]>()
for (let round = -5; round < rounds; round += 1) {
  for (const [name, write] of Object.entries(contenders)) {
    const started = performance.now()
    for (let index = 0; index < recordsARound; index += 1) write(index)
    if (round >= 0) times.set(name, [...(times.get(name) ?? []), performance.now() - started])
  }
}
journal.close()
fs.closeSync(floorFile)
fs.rmSync(directory, { recursive: true })
const floors = times.get('write + fdatasync') ?? []
printTable([
  ['', 'ms a record', 'records/s', 'x floor, median of the rounds'],
  ...[...times].map(([name, values]) => {
    const ms = median(values)
    // Both of a round have had the same disk and the same neighbours.
    const share = median(values.map((value, round) => (floors[round] ?? Number.NaN) / value))
    return [name, (ms / recordsARound).toFixed(3), ((recordsARound / ms) * 1000).toFixed(0), ratio(share, 1)]
  }),
])
