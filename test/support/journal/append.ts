import fs from 'node:fs'
import { bodies, journalRun, openHere } from './open.ts'

/** Writes records as fast as it can, and tells the number of each as soon as the journal has it, until it is killed. */
const [place = '', run = ''] = process.argv.slice(2)
fs.writeSync(1, 'opening\n')
const journal = await openHere(place)
journal.begin(journalRun(run))
fs.writeSync(1, 'begun\n')
for (;;) fs.writeSync(1, `${journal.append({ run, node: 'node-1', body: bodies.waiting }).seq}\n`)
