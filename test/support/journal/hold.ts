import fs from 'node:fs'
import { isMigrationError } from '../../../src/model/errors.ts'
import { openHere } from './open.ts'

/** Takes a journal and keeps it until its standard input ends; says `held`, or the code of what stood in the way. */
const [place = '', beatMs = '5000'] = process.argv.slice(2)
try {
  const journal = await openHere(place, { beatMs: Number(beatMs) })
  fs.writeSync(1, 'held\n')
  process.stdin.resume().once('end', () => journal.close())
} catch (error) {
  fs.writeSync(1, `${isMigrationError(error) ? error.code : String(error)}\n`)
}
