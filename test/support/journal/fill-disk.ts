import fs from 'node:fs'
import path from 'node:path'
import { reservePath } from '../../../src/journal/reserve.ts'
import { verifyJournal } from '../../../src/journal/read-journal.ts'
import { isMigrationError } from '../../../src/model/errors.ts'
import { bodies, journalRun, openHere, writeRun } from './open.ts'

/**
 * What a journal does on a file system that others fill, in a mount namespace of the test: prints one JSON object. The
 * directory that is given is on that file system. Of large records so many are written first as are said, so that they are in the log.
 */
const directory = process.argv[2] ?? ''
const place = path.join(directory, 'state', 'journal.db')
const large = Number(process.argv[3] ?? 0)
const filler = path.join(directory, 'filler')
const story: Record<string, unknown> = {}
const acknowledged: string[] = []

const journal = await openHere(place)
writeRun(journal, 'r1')
acknowledged.push(...[...journal.events('r1')].map(({ hash }) => hash))
const write = (body: Parameters<typeof journal.append>[0]['body']): string => {
  try {
    acknowledged.push(journal.append({ run: 'r1', node: 'node-2', body }).hash)
    return 'kept'
  } catch (error) {
    if (isMigrationError(error)) return `${error.code}: ${error.message} (${error.hint ?? ''})`
    throw error
  }
}
const writeUntilRefused = (
  body: Parameters<typeof journal.append>[0]['body'],
): { kept: number; answer: string } => {
  for (let kept = 0; ; kept += 1) {
    const answer = write(body)
    if (answer !== 'kept') return { kept, answer }
  }
}

const waiting = { ...bodies.waiting, waitsFor: { en: 'x'.repeat(30_000), zh: '' } }
for (let count = 0; count < large; count += 1) write(waiting)
fillDisk()
story['begin'] = writeUntilRefused(bodies.started)
story['reserveAfterBegin'] = fs.existsSync(reservePath(place))
try {
  journal.begin(journalRun('r2'))
} catch (error) {
  story['newRun'] = isMigrationError(error) ? error.code : String(error)
}
story['end'] = Array.from({ length: 300 }, () => write(bodies.done)).filter((answer) => answer !== 'kept')
story['reserveAfterEnd'] = fs.existsSync(reservePath(place))
story['beginAfterEnd'] = write(bodies.started)
fillDisk()
const last = writeUntilRefused(bodies.done)
story['last'] = last.answer
story['keptWhole'] = sameAs([...journal.events('r1')].map(({ hash }) => hash))
journal.close()
story['openFull'] = await openHere(place).then(
  () => 'opened',
  (error: unknown) => (isMigrationError(error) ? `${error.code}: ${error.message}` : String(error)),
)
story['verifiedFull'] = verifyJournal(place)?.events === acknowledged.length
story['left'] = fs.readdirSync(path.dirname(place)).sort()

fs.unlinkSync(filler)
const again = await openHere(place)
story['keptAfterwards'] = sameAs([...again.events('r1')].map(({ hash }) => hash))
story['goesOn'] =
  again.append({ run: 'r1', node: 'node-2', body: bodies.started }).seq === acknowledged.length + 1
again.close()
console.log(JSON.stringify(story))

function sameAs(hashes: readonly string[]): boolean {
  return JSON.stringify(hashes) === JSON.stringify(acknowledged)
}

/** Writes until nothing fits, down to a single page. */
function fillDisk(): void {
  const file = fs.openSync(filler, 'a')
  for (let bytes = 256 * 1024; bytes >= 4096;) {
    try {
      fs.writeSync(file, Buffer.alloc(bytes))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      bytes /= 2
    }
  }
  fs.closeSync(file)
}
