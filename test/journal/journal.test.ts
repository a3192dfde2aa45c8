import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openJournalReader, verifyJournal } from '../../src/journal/read-journal.ts'
import { canonicalJson } from '../../src/model/canonical-json.ts'
import { bodies, journalRun, openHere, writeRun } from '../support/journal/open.ts'
import { journalPlace } from './temp.ts'

describe('a journal', () => {
  it('is made in a directory and files that only its owner may read', async () => {
    const place = await journalPlace()
    const journal = await openHere(place)
    writeRun(journal, 'r1')
    expect(fs.statSync(path.dirname(place)).mode & 0o777).toBe(0o700)
    for (const name of fs.readdirSync(path.dirname(place)))
      expect([name, fs.statSync(path.join(path.dirname(place), name)).mode & 0o777]).toEqual([name, 0o600])
    journal.close()
    expect(fs.readdirSync(path.dirname(place)).sort()).toEqual([
      'journal.db',
      'journal.db.last',
      'journal.db.reserve',
    ])
  })

  it('gives back after it was closed what append returned, in order', async () => {
    const place = await journalPlace()
    const first = await openHere(place)
    first.begin(journalRun('r1'))
    const kept = [bodies.runStarted, bodies.nodeStarted, bodies.started, bodies.done].map((body, index) =>
      first.append({ run: 'r1', node: index === 0 ? null : 'node-1', body }),
    )
    expect([...first.events('r1')]).toEqual(kept)
    first.close()
    const second = await openHere(place)
    expect([...second.events('r1')]).toEqual(kept)
    expect([...second.events('r1', 2)]).toEqual(kept.slice(2))
    expect(second.runs()).toEqual([journalRun('r1')])
    const next = second.append({ run: 'r1', node: null, body: bodies.runDone })
    expect(next).toMatchObject({ seq: 5, previous: kept.at(-1)?.hash })
    second.close()
  })

  it('counts events over all runs and tells those of each apart, in pages', async () => {
    const place = await journalPlace()
    const journal = await openHere(place)
    writeRun(journal, 'r1', 300)
    writeRun(journal, 'r2', 2)
    journal.append({ run: 'r1', node: null, body: bodies.runDone })
    const seqs = [...journal.events('r1')].map(({ seq }) => seq)
    expect(seqs).toEqual([...Array.from({ length: 304 }, (_, index) => index + 1), 311])
    expect([...journal.events('r2')].map(({ seq }) => seq)).toEqual([305, 306, 307, 308, 309, 310])
    // What is written while somebody reads is seen, and disturbs nobody.
    const reading = journal.events('r2')
    reading.next()
    journal.append({ run: 'r2', node: null, body: bodies.runDone })
    expect([...reading].length).toBeGreaterThanOrEqual(5)
    journal.close()
    expect(verifyJournal(place)).toMatchObject({ events: 312, marks: 2 })
  })

  it('hashes the canonical JSON of everything else in an event', async () => {
    const place = await journalPlace()
    const journal = await openHere(place)
    writeRun(journal, 'r1')
    const { createHash } = await import('node:crypto')
    for (const { hash, ...rest } of journal.events('r1'))
      expect(hash).toBe(createHash('sha256').update(canonicalJson(rest)).digest('hex'))
    journal.close()
  })

  it('takes no event of a run that it has not, and no run twice', async () => {
    const place = await journalPlace()
    const journal = await openHere(place)
    writeRun(journal, 'r1')
    expect(() => journal.begin(journalRun('r1'))).toThrow('has a run r1 already')
    expect(() => journal.append({ run: 'r2', node: null, body: bodies.runDone })).toThrow('has no run r2')
    const huge = { ...bodies.done, result: { text: 'x'.repeat(2 ** 20) } }
    expect(() => journal.append({ run: 'r1', node: 'node-1', body: huge })).toThrow('a record of')
    expect([...journal.events('r1')]).toHaveLength(5)
    // All nodes of a large fleet.
    const nodes = Array.from({ length: 10_000 }, (_, index) => `${index}-`.padEnd(253, 'n'))
    journal.append({ run: 'r1', node: null, body: { ...bodies.runStarted, nodes } })
    journal.close()
    expect(verifyJournal(place)).toMatchObject({ events: 6, marks: 1 })
  })

  it('is read beside its writer, and by nobody changed', async () => {
    const place = await journalPlace()
    expect(openJournalReader(place)).toBeUndefined()
    expect(verifyJournal(place)).toBeUndefined()
    const journal = await openHere(place)
    writeRun(journal, 'r1')
    const reader = openJournalReader(place)!
    expect([...reader.events('r1')]).toEqual([...journal.events('r1')])
    journal.append({ run: 'r1', node: 'node-1', body: bodies.nodeDone })
    expect([...reader.events('r1', 5)]).toHaveLength(1)
    expect([...reader.milestones('r1')].map(({ body }) => body.type)).toEqual([
      'run-started',
      'node-started',
      'node-ended',
    ])
    expect(reader.lastSeq('r1')).toBe(6)
    expect(verifyJournal(place)).toMatchObject({ events: 6 })
    reader.close()
    journal.close()
    const bytes = fs.readFileSync(place)
    openJournalReader(place)!.close()
    verifyJournal(place)
    expect(fs.readFileSync(place).equals(bytes)).toBe(true)
    expect(fs.readdirSync(path.dirname(place)).sort()).toEqual([
      'journal.db',
      'journal.db.last',
      'journal.db.reserve',
    ])
  })

  it('shows runs and steps to people with sqlite3', async () => {
    const place = await journalPlace()
    const journal = await openHere(place)
    writeRun(journal, 'r1')
    journal.close()
    const { execFileSync } = await import('node:child_process')
    const ask = (sql: string): string =>
      execFileSync('sqlite3', ['-readonly', place, sql], { encoding: 'utf8' })
    expect(ask('SELECT id, actor, version FROM runs')).toBe('r1|ops@test|0.1.0\n')
    expect(ask('SELECT seq, node, phase, uses, type FROM steps')).toBe(
      [
        '3|node-1|migrate|cluster.drain|step-started',
        '4|node-1|migrate|cluster.drain|step-waiting',
        '5|node-1|migrate|cluster.drain|step-done\n',
      ].join('\n'),
    )
  })
})
