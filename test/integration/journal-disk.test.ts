import fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startProgram } from '../support/journal/program.ts'

/** Runs a program on a small file system of its own, which nobody else sees, and gives what it found out. */
async function onSmallDisk(program: string, size: string, ...words: string[]): Promise<unknown> {
  const directory = fs.mkdtempSync(path.join(tmpdir(), 'osferry-small-disk-'))
  onTestFinished(() => fs.rmdirSync(directory))
  const script = 'mount --make-rprivate / && mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && exec "$@"'
  const wrapper = ['unshare', '--mount', 'sh', '-c', script, 'sh', size, directory]
  const started = startProgram(program, [directory, ...words], wrapper)
  const answer = await started.said((line) => line.startsWith('{'))
  await started.ended
  return JSON.parse(answer)
}

it.each([
  ['8m', '0'],
  // What is in the log then is copied into the file: that needs room, too.
  ['16m', '100'],
])(
  'begins nothing on a full disk of %s, writes to its end what has begun, and loses nothing',
  async (size, large) => {
    expect(await onSmallDisk('fill-disk', size, large)).toEqual({
      begin: { kept: expect.any(Number), answer: expect.stringMatching(/^JOURNAL_FAILED: .*no space left/) },
      reserveAfterBegin: true,
      newRun: 'JOURNAL_FAILED',
      end: [],
      reserveAfterEnd: false,
      beginAfterEnd: expect.stringMatching(/^JOURNAL_FAILED: .*its disk was full .*then resume the run/),
      last: expect.stringMatching(/^JOURNAL_FAILED: .*no space left .*nothing that was written is lost/),
      keptWhole: true,
      openFull: expect.stringMatching(/^JOURNAL_FAILED: .*2048 KiB must be free/),
      verifiedFull: true,
      left: ['journal.db', 'journal.db-shm', 'journal.db-wal', 'journal.db.last'],
      keptAfterwards: true,
      goesOn: true,
    })
  },
)

it('stops before anything on a read-only file system, and is read there', async () => {
  expect(await onSmallDisk('read-only', '8m')).toEqual({
    nowhere: expect.stringMatching(/^JOURNAL_FAILED: .*the file system is read-only/),
    closed: expect.stringMatching(/^JOURNAL_FAILED: .*the file system is read-only/),
    read: 5,
    verified: 5,
    killedCopy: expect.stringMatching(
      /^JOURNAL_FAILED: .*-wal cannot be read here: its directory is read-only/,
    ),
  })
})
