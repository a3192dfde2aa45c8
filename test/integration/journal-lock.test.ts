import fs from 'node:fs'
import { hostname } from 'node:os'
import { expect, it, onTestFinished } from 'vitest'
import { lockPath } from '../../src/journal/lock.ts'
import { journalOwner, openJournalReader, verifyJournal } from '../../src/journal/read-journal.ts'
import { isMigrationError, type MigrationError } from '../../src/model/errors.ts'
import { bodies, openHere, writeRun } from '../support/journal/open.ts'
import { startProgram, type Program } from '../support/journal/program.ts'
import { journalPlace } from '../journal/temp.ts'

/** A process that has the journal; ended with the test. */
async function holder(
  place: string,
  options: { beatMs?: number; wrapper?: string[] } = {},
): Promise<Program> {
  const { beatMs = 5000, wrapper = [] } = options
  const program = startProgram('hold', [place, String(beatMs)], wrapper)
  onTestFinished(() => program.kill())
  await program.said((line) => line === 'held')
  return program
}

async function refusal(action: Promise<unknown>): Promise<MigrationError> {
  const error = await action.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  )
  if (!isMigrationError(error)) throw error
  return error
}

it('refuses a second process and says who is at work, where and since when', async () => {
  const place = await journalPlace()
  const first = await holder(place)
  const error = await refusal(openHere(place))
  expect(error.code).toBe('JOURNAL_LOCKED')
  expect(error.message).toContain(`ops@test, process ${first.child.pid} on ${hostname()}, since 20`)
  expect(error.hint).toContain('osferry runs watch')
  first.child.stdin?.end()
  await first.ended
  const journal = await openHere(place)
  expect(journal.takenOver).toBeUndefined()
  journal.close()
  expect(fs.existsSync(lockPath(place))).toBe(false)
})

it('takes over from a process that was killed at once, and records it', async () => {
  const place = await journalPlace()
  const first = await holder(place)
  await first.kill()
  expect(journalOwner(place)?.state).toBe('gone')
  const journal = await openHere(place)
  expect(journal.takenOver).toMatchObject({ why: 'gone', from: { pid: first.child.pid } })
  writeRun(journal, 'r1')
  journal.close()
  const reader = openJournalReader(place)!
  const taken = { why: 'gone', from: { pid: first.child.pid }, by: { pid: process.pid } }
  expect(reader.takeovers('')).toMatchObject([taken])
  expect(reader.takeovers('r1')).toEqual([])
  reader.close()
  expect(verifyJournal(place)).toMatchObject({ events: 5, marks: 2 })
})

it('takes nothing over from a process that is only stopped, and says how to let it go on', async () => {
  const place = await journalPlace()
  const first = await holder(place, { beatMs: 10 })
  first.child.kill('SIGSTOP')
  await expect.poll(() => journalOwner(place)?.state, { timeout: 60_000 }).toBe('stopped')
  const error = await refusal(openHere(place, { silentMs: 20 }))
  expect(error.code).toBe('JOURNAL_LOCKED')
  expect(error.hint).toContain(`kill -CONT ${first.child.pid}`)
  first.child.kill('SIGCONT')
  await expect.poll(() => journalOwner(place)?.state, { timeout: 60_000 }).toBe('working')
})

it('lets one of many have the lock of a process that was killed', async () => {
  const place = await journalPlace()
  for (let round = 0; round < 3; round += 1) {
    const first = await holder(place)
    await first.kill()
    const crowd = Array.from({ length: 5 }, () => startProgram('hold', [place]))
    onTestFinished(async () => void (await Promise.all(crowd.map((one) => one.kill()))))
    const answers = await Promise.all(crowd.map((one) => one.said(() => true)))
    expect(answers.sort()).toEqual([
      'JOURNAL_LOCKED',
      'JOURNAL_LOCKED',
      'JOURNAL_LOCKED',
      'JOURNAL_LOCKED',
      'held',
    ])
    for (const one of crowd) one.child.stdin?.end()
    await Promise.all(crowd.map((one) => one.ended))
  }
  const left = fs.readdirSync(fs.realpathSync(`${place}/..`)).filter((name) => name.includes('lock'))
  expect(left).toEqual([])
}, 600_000)

it('believes only the heartbeat of an owner in another container, and takes over when it is silent', async () => {
  const place = await journalPlace()
  const wrapper = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
  const first = await holder(place, { beatMs: 20, wrapper })
  const seen: string[] = []
  const options = { beatMs: 20, onSilent: ({ actor }: { actor: string }) => seen.push(actor) }
  const error = await refusal(openHere(place, { ...options, silentMs: 60_000 }))
  expect(error.code).toBe('JOURNAL_LOCKED')
  expect(seen).toEqual(['ops@test'])
  await first.kill()
  const journal = await openHere(place, { ...options, silentMs: 200 })
  expect(journal.takenOver?.why).toBe('silent')
  journal.close()
})

it('writes nothing more when its lock was taken away', async () => {
  const place = await journalPlace()
  const journal = await openHere(place)
  writeRun(journal, 'r1')
  fs.unlinkSync(lockPath(place))
  const second = await openHere(place)
  const append = () => journal.append({ run: 'r1', node: 'node-1', body: bodies.nodeDone })
  expect(append).toThrow('is no longer held by this process')
  // What is given up without the lock leaves the lock of the other one where it is.
  journal.close()
  expect(second.append({ run: 'r1', node: 'node-1', body: bodies.nodeDone }).seq).toBe(6)
  second.close()
})
