import fs from 'node:fs'
import type { JournalEventBody } from '../../../src/model/journal-record.ts'
import { bodies, journalRun, openHere } from './open.ts'

/** Writes records as fast as it can, and tells the number of each as soon as the journal has it, until it is killed. */
const [place = '', run = ''] = process.argv.slice(2)
fs.writeSync(1, 'opening\n')
const journal = await openHere(place)
journal.begin(journalRun(run))
fs.writeSync(1, 'begun\n')
const write = (node: string | null, body: JournalEventBody): void => {
  fs.writeSync(1, `${journal.append({ run, node, body }).seq}\n`)
}
write(null, bodies.runStarted)
write('node-1', bodies.nodeStarted)
write('node-1', bodies.started)
for (;;) write('node-1', bodies.waiting)
