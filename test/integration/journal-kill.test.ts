import { expect, it } from 'vitest'
import { verifyJournal } from '../../src/journal/read-journal.ts'
import { openHere } from '../support/journal/open.ts'
import { startProgram } from '../support/journal/program.ts'
import { journalPlace } from '../journal/temp.ts'

const rounds = 25

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
    const hasRun = journal.runs().some(({ id }) => id === `r${round}`)
    if (writer.lines.includes('begun')) expect(hasRun).toBe(true)
    written += events.length
    journal.close()
    expect(verifyJournal(place)?.events ?? 0).toBe(written)
  }
  expect(written).toBeGreaterThan(rounds)
})

/** What was written into the pipe as half a line; the pipe gives it only with the rest. */
function pending(lines: readonly string[]): number {
  return lines.length === 0 ? 0 : 1
}
