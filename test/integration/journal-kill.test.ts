import fs from 'node:fs'
import { expect, it } from 'vitest'
import { verifyJournal } from '../../src/journal/read-journal.ts'
import { openHere } from '../support/journal/open.ts'
import { startProgram } from '../support/journal/program.ts'
import { journalPlace } from '../journal/temp.ts'

const rounds = 20

it('has every record that was acknowledged, and a whole chain, however often its writer is killed', async () => {
  const place = await journalPlace()
  let written = 0
  for (let round = 0; round < rounds; round += 1) {
    const writer = startProgram('append', [place, `r${round}`])
    // Some are killed before the first record: while the file, the lock, the reserve or the tables are made.
    const wanted = round % 5 === 0 ? 1 : 2 + Math.floor(Math.random() * 60)
    await writer.said((_, lines) => lines.length >= wanted)
    await writer.kill()
    const acknowledged = writer.lines.filter((line) => /^\d+$/.test(line)).map(Number)
    const journal = await openHere(place)
    const events = [...journal.events(`r${round}`)]
    const has = new Set(events.map(({ seq }) => seq))
    expect(acknowledged.filter((seq) => !has.has(seq))).toEqual([])
    // At most the one that was on its way when the process was killed.
    expect(events.length - acknowledged.length).toBeLessThanOrEqual(1 + pending(writer.lines))
    const runs = journal.runs().map(({ id }) => id)
    expect(writer.lines.includes('begun') ? runs : [`r${round}`]).toContain(`r${round}`)
    written += events.length
    journal.close()
    expect(verifyJournal(place)?.events ?? 0).toBe(written)
  }
  expect(written).toBeGreaterThan(rounds)
}, 600_000)

/** What was written into the pipe as half a line; the pipe gives it only with the rest. */
function pending(lines: readonly string[]): number {
  return lines.length === 0 ? 0 : 1
}

const pageBytes = 4096
const damages: Readonly<Record<string, (log: string) => void>> = {
  deleted: (log) => fs.unlinkSync(log),
  'cut off': (log) => fs.truncateSync(log, Math.floor(fs.statSync(log).size / 2)),
  'overwritten in its middle': (log) => {
    const file = fs.openSync(log, 'r+')
    fs.writeSync(file, Buffer.alloc(64, 0xa5), 0, 64, Math.floor(fs.statSync(log).size / 2))
    fs.closeSync(file)
  },
}

it.each(Object.entries(damages))(
  'misses the records of a writer that was killed when its log was %s, and leaves all as it was found',
  async (_, damage) => {
    const place = await journalPlace()
    const writer = startProgram('append', [place, 'r1'])
    await writer.said((_, lines) => lines.length > 40)
    await writer.kill()
    const log = `${place}-wal`
    expect(fs.statSync(log).size).toBeGreaterThan(20 * pageBytes)
    damage(log)
    const files = [place, log].filter((file) => fs.existsSync(file))
    const before = files.map((file) => fs.readFileSync(file))
    expect(() => verifyJournal(place)).toThrow(/records \d+ to \d+ are missing: its log /)
    for (let attempt = 0; attempt < 2; attempt += 1)
      await expect(openHere(place)).rejects.toMatchObject({
        code: 'JOURNAL_CORRUPT',
        message: expect.stringMatching(/records \d+ to \d+ are missing: its log /),
      })
    expect(files.map((file, index) => fs.readFileSync(file).equals(before[index]!))).toEqual(
      files.map(() => true),
    )
  },
)
