import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { openJournalReader, verifyJournal } from '../../src/journal/read-journal.ts'
import { isMigrationError, type MigrationError } from '../../src/model/errors.ts'
import { openHere, writeRun } from '../support/journal/open.ts'
import { journalPlace } from './temp.ts'

/** A journal of two runs that was closed. */
async function written(rounds = 20): Promise<string> {
  const place = await journalPlace()
  const journal = await openHere(place)
  writeRun(journal, 'r1', rounds)
  writeRun(journal, 'r2', 3)
  journal.close()
  return place
}

/** Changes a journal as somebody with a SQLite shell may: the triggers keep nobody away who takes them off. */
function edit(place: string, ...statements: string[]): void {
  const database = new DatabaseSync(place)
  const guards = database.prepare("SELECT name, sql FROM sqlite_schema WHERE name LIKE '%are_not%'").all()
  for (const { name } of guards) database.exec(`DROP TRIGGER ${String(name)}`)
  for (const statement of statements) database.exec(statement)
  for (const { sql } of guards) database.exec(String(sql))
  database.close()
}

async function refusal(action: () => unknown): Promise<MigrationError> {
  try {
    await action()
  } catch (error) {
    if (isMigrationError(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}

interface Looked {
  codes: string[]
  messages: string[]
  isUnchanged: boolean
  locks: string[]
}

/** Looks at a journal in both ways, to write and to examine it, and says what came of it. */
async function looked(place: string): Promise<Looked> {
  const before = fs.statSync(place).isFile() ? fs.readFileSync(place) : Buffer.of()
  const errors = [await refusal(() => openHere(place)), await refusal(() => verifyJournal(place))]
  const after = fs.statSync(place).isFile() ? fs.readFileSync(place) : Buffer.of()
  return {
    codes: errors.map(({ code }) => code),
    messages: errors.map(({ message }) => message.replace(place, 'FILE')),
    isUnchanged: after.equals(before) && errors.every(({ hint }) => hint !== undefined),
    locks: fs.readdirSync(path.dirname(place)).filter((name) => name.includes('lock')),
  }
}

/** Both ways refuse, the file stays what it is, and no lock is left. */
function refusedAs(code: string, what: RegExp): Looked {
  const message: string = expect.stringMatching(what) as string
  return { codes: [code, code], messages: [message, message], isUnchanged: true, locks: [] }
}

describe('records that are not as they were written', () => {
  it('names an event whose text was changed', async () => {
    const place = await written()
    edit(place, `UPDATE events SET text = replace(text, 'node-1', 'node-2') WHERE seq = 7`)
    expect(await looked(place)).toEqual(refusedAs('JOURNAL_CORRUPT', /record 7 was changed/))
    const reader = openJournalReader(place)!
    expect(() => [...reader.events('r1')]).toThrow('record 7 was changed')
    reader.close()
  })

  it('finds a change whose hash was made anew', async () => {
    const place = await written()
    const { seal } = await import('../../src/journal/chain.ts')
    const database = new DatabaseSync(place, { readOnly: true })
    const { text } = database.prepare('SELECT text FROM events WHERE seq = 7').get() as { text: string }
    database.close()
    const forged = seal({ ...(JSON.parse(text) as object), at: '2020-01-01T00:00:00.000Z' })
    edit(place, `UPDATE events SET text = '${forged.text}', hash = '${forged.hash}' WHERE seq = 7`)
    expect(await looked(place)).toEqual(refusedAs('JOURNAL_CORRUPT', /record 8 does not follow record 7/))
  })

  it('names an event that is missing: the first, one in the middle, the last', async () => {
    for (const seq of [1, 7, 31]) {
      const place = await written()
      edit(place, `DELETE FROM events WHERE seq = ${seq}`)
      expect(await looked(place)).toEqual(
        refusedAs('JOURNAL_CORRUPT', new RegExp(`record ${seq} is missing`)),
      )
    }
  })

  it('finds a gap that was closed by counting anew', async () => {
    const place = await written()
    edit(place, 'DELETE FROM events WHERE seq = 7', 'UPDATE events SET seq = seq - 1 WHERE seq = 8')
    expect(await looked(place)).toEqual(refusedAs('JOURNAL_CORRUPT', /record 7 does not follow record 6/))
  })

  it('finds another actor, another plan, and a run that was taken out', async () => {
    for (const change of [
      `UPDATE marks SET text = replace(text, 'ops@test', 'somebody') WHERE ordinal = 2`,
      `UPDATE marks SET text = replace(text, 'aaaa', 'bbbb') WHERE ordinal = 2`,
    ]) {
      const place = await written()
      edit(place, change)
      expect(await looked(place)).toEqual(refusedAs('JOURNAL_CORRUPT', /mark 2 \(a run or .*\) was changed/))
    }
    const first = await written()
    edit(first, 'DELETE FROM marks WHERE ordinal = 1')
    expect(await looked(first)).toEqual(refusedAs('JOURNAL_CORRUPT', /mark 1 .* is missing/))
    const last = await written()
    edit(last, 'DELETE FROM marks WHERE ordinal = 2')
    expect(await looked(last)).toEqual(refusedAs('JOURNAL_CORRUPT', /record 25 does not follow record 24/))
  })

  it('finds a head that was changed, and one that is missing', async () => {
    const changed = await written()
    edit(changed, `UPDATE head SET hash = '${'0'.repeat(64)}'`)
    expect(await looked(changed)).toEqual(refusedAs('JOURNAL_CORRUPT', /its head was changed/))
    const missing = await written()
    edit(missing, 'DELETE FROM head')
    expect(await looked(missing)).toEqual(refusedAs('JOURNAL_CORRUPT', /its head is missing/))
  })

  it('refuses tables that are not its own', async () => {
    const place = await written()
    edit(place, 'DROP TRIGGER event_is_head')
    expect(await looked(place)).toEqual(refusedAs('JOURNAL_CORRUPT', /its tables are not those of a journal/))
  })

  it('lets nobody change records by accident', async () => {
    const place = await written()
    const database = new DatabaseSync(place)
    for (const table of ['events', 'marks']) {
      expect(() => database.exec(`DELETE FROM ${table}`)).toThrow('are not deleted')
      expect(() => database.exec(`UPDATE ${table} SET hash = ''`)).toThrow('are not changed')
    }
    database.close()
    expect(verifyJournal(place)).toMatchObject({ events: 31, marks: 2 })
  })
})

describe('a file that is no journal any more', () => {
  it('is refused when bytes in its middle were overwritten', async () => {
    const place = await written(120)
    const { size } = fs.statSync(place)
    const pageBytes = 2048
    const whole = fs.readFileSync(place)
    const found: string[] = []
    for (let at = pageBytes; at < size; at += pageBytes) {
      const bytes = Buffer.from(whole)
      bytes.fill(0xa5, at + 8, at + pageBytes)
      fs.writeFileSync(place, bytes)
      found.push((await refusal(() => verifyJournal(place))).code)
      if (at % (6 * pageBytes) === 0) found.push((await refusal(() => openHere(place))).code)
      expect(fs.readFileSync(place).equals(bytes)).toBe(true)
    }
    expect(new Set(found)).toEqual(new Set(['JOURNAL_CORRUPT']))
    expect(found.length).toBeGreaterThan(15)
  }, 120_000)

  it('is refused when it was cut off, anywhere', async () => {
    const place = await written(120)
    const whole = fs.readFileSync(place)
    for (const bytes of [0, 50, 100, 4096, 8192, whole.length - 4096, whole.length - 1]) {
      fs.writeFileSync(place, whole.subarray(0, bytes))
      expect(await looked(place)).toEqual(refusedAs('JOURNAL_CORRUPT', /is not as it was written/))
    }
  }, 120_000)

  it('is refused when an older copy was put in its place, until its witness is removed', async () => {
    const place = await written()
    const older = fs.readFileSync(place)
    const journal = await openHere(place)
    writeRun(journal, 'r3')
    journal.close()
    fs.writeFileSync(place, older)
    expect(await looked(place)).toEqual(refusedAs('JOURNAL_CORRUPT', /records 32 to 36 are missing/))
    expect(() => openJournalReader(place)).toThrow('records 32 to 36 are missing')
    fs.unlinkSync(`${place}.last`)
    const again = await openHere(place)
    expect(again.runs().map(({ id }) => id)).toEqual(['r1', 'r2'])
    again.close()
  })

  it('is refused when it is missing beside its log', async () => {
    const place = await written()
    fs.renameSync(place, `${place}-wal`)
    for (const look of [() => openHere(place), () => openJournalReader(place), () => verifyJournal(place)]) {
      const error = await refusal(look)
      expect(error.code).toBe('JOURNAL_CORRUPT')
      expect(error.message).toContain(`it is missing, and ${place}-wal, which belongs to it, is there`)
    }
    fs.unlinkSync(`${place}-wal`)
    const deleted = await refusal(() => openHere(place))
    expect(deleted.message).toContain(`it is missing, and 31 records were in it`)
    fs.unlinkSync(`${place}.last`)
    const journal = await openHere(place)
    expect(journal.runs()).toEqual([])
    journal.close()
  })

  it('is refused when it is of another program, or no SQLite file', async () => {
    const foreign = await written()
    fs.rmSync(foreign)
    execFileSync('sqlite3', [foreign, 'CREATE TABLE mine (x); INSERT INTO mine VALUES (1)'])
    expect(await looked(foreign)).toEqual(refusedAs('JOURNAL_CORRUPT', /not one of osferry/))
    fs.chmodSync(foreign, 0o600)
    fs.writeFileSync(foreign, 'notes\n'.repeat(100))
    expect(await looked(foreign)).toEqual(refusedAs('JOURNAL_CORRUPT', /it is no SQLite file/))
  })

  it('is refused when a newer osferry wrote it', async () => {
    const place = await written()
    execFileSync('sqlite3', [place, 'PRAGMA user_version = 2'])
    expect(await looked(place)).toEqual(
      refusedAs('JOURNAL_NEWER', /has version 2; this osferry knows versions up to 1/),
    )
  })

  it('is refused when a directory or a link is in its place, or others may write to it', async () => {
    const place = await written()
    const aside = `${place}.aside`
    fs.renameSync(place, aside)
    fs.mkdirSync(place)
    expect(await looked(place)).toEqual(refusedAs('JOURNAL_FAILED', /it is a directory/))
    fs.rmdirSync(place)
    fs.symlinkSync(aside, place)
    expect(await looked(place)).toEqual(refusedAs('JOURNAL_FAILED', /it is a symbolic link/))
    fs.unlinkSync(place)
    fs.renameSync(aside, place)
    fs.chmodSync(place, 0o666)
    expect(await looked(place)).toEqual(refusedAs('JOURNAL_FAILED', /others may write to it \(mode 0666\)/))
  })
})

it('does not begin while another program holds the file, and begins afterwards', async () => {
  const place = await written()
  const other = new DatabaseSync(place)
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  const error = await refusal(() => openHere(place, { busyMs: 50 }))
  expect(error).toMatchObject({
    code: 'JOURNAL_FAILED',
    message: expect.stringContaining('another program holds it'),
  })
  other.exec('COMMIT')
  other.close()
  const journal = await openHere(place)
  journal.close()
})
