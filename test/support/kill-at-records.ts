import { appendFileSync, readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { recordKind } from './record-kind.ts'

/**
 * Loaded before the built command line (`node --import`), with `-o ndjson`: an event is written to stdout when its record is on
 * disk, and nothing has followed from it. At the first of a kind that is not in the file KILLED_AT it is put there, and the
 * process ends by SIGKILL.
 */
const file = process.env['KILLED_AT']
if (file !== undefined && isMainThread) {
  const killedAt = new Set(readFileSync(file, 'utf8').split('\n'))
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = ((...args: Parameters<typeof write>): boolean => {
    const kind = recordKind(String(args[0]))
    if (kind !== undefined && !killedAt.has(kind)) {
      appendFileSync(file, `${kind}\n`)
      process.kill(process.pid, 'SIGKILL')
    }
    return write(...args)
  }) as typeof process.stdout.write
}
