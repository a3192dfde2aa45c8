import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { openJournalReader, verifyJournal } from '../../../src/journal/read-journal.ts'
import { isMigrationError } from '../../../src/model/errors.ts'
import { openHere, writeRun } from './open.ts'

/** What a journal does on a file system that is read-only, in a mount namespace of the test: prints one JSON object. */
const directory = process.argv[2] ?? ''
const place = path.join(directory, 'state', 'journal.db')
const told = (error: unknown): string =>
  isMigrationError(error) ? `${error.code}: ${error.message}` : String(error)
const mount = (how: string): unknown => execFileSync('mount', ['-o', `remount,${how}`, directory])

mount('ro')
const nowhere = await openHere(place).then(() => 'opened', told)
mount('rw')
const journal = await openHere(place)
writeRun(journal, 'r1')
// As after a kill: the log is there, and nobody holds it.
const killed = path.join(directory, 'killed')
fs.mkdirSync(killed)
for (const end of ['', '-wal']) fs.copyFileSync(`${place}${end}`, path.join(killed, `journal.db${end}`))
journal.close()
mount('ro')
const closed = await openHere(place).then(() => 'opened', told)
const reader = openJournalReader(place)
const read = [...(reader?.events('r1') ?? [])].length
reader?.close()
const killedCopy = ((): unknown => {
  try {
    return verifyJournal(path.join(killed, 'journal.db'))?.events
  } catch (error) {
    return told(error)
  }
})()
console.log(JSON.stringify({ nowhere, closed, read, verified: verifyJournal(place)?.events, killedCopy }))
