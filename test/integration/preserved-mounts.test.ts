import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { proveKept, recordedKept, recordKept } from '../../src/steps/kept-data.ts'
import { bash } from '../support/data-tree.ts'
import { localHost } from '../support/local-host.ts'
import { never } from '../support/ssh-host.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'osferry-mounts-'))
  mkdirSync(join(root, 'kept/its data'), { recursive: true })
  mkdirSync(join(root, 'disk'))
  writeFileSync(join(root, 'disk/base'), 'one')
  bash(root, 'mount --bind disk "kept/its data"; mount -t tmpfs none "kept/its data"; umount "kept/its data"')
})
afterEach(() => {
  bash(root, 'umount "kept/its data" || :')
  rmSync(root, { recursive: true })
})

const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }
const host = localHost('host-1')

/** Where others write nothing is counted: only the mount tells. */
function questions(without: readonly string[]): Parameters<typeof recordKept>[1] {
  const path = { path: join(root, 'kept'), isQuiet: false, isOffSystemDisk: true, hasMounts: true, without }
  return { paths: [path], time: { clock, endMs: clock.monotonicMs() + 60_000 } }
}

async function after(change: string, without: readonly string[] = []): Promise<unknown> {
  const asked = questions(without)
  const memory = await recordKept(host, asked, never)
  const before = recordedKept(memory, { name: 'host-1', paths: asked.paths })
  const at = without.length > 0 ? [] : [join(root, 'kept/its\\040data')]
  expect(before[0]?.mounts.map((mount) => mount.split(' ')[0])).toEqual(at)
  bash(root, change)
  return await proveKept(host, { ...asked, before, next: 'look' }, never)
}

describe('a file system that is mounted below a preserved path', () => {
  it('is the same while it is there', async () => {
    expect(await after('mount -t tmpfs none disk; umount disk')).toEqual({ kept: { paths: 1, counted: 0 } })
  })

  it('is no matter where something else was decided about it', async () => {
    const kept = { kept: { paths: 1, counted: 0 } }
    expect(await after('umount "kept/its data"', [join(root, 'kept/its data')])).toEqual(kept)
  })

  it('is missed when it is not mounted any more', async () => {
    await expect(after('umount "kept/its data"')).rejects.toMatchObject({
      code: 'DATA_KEPT_DIFFERS',
      message: expect.stringMatching(/not mounted below it any more: \S*\/kept\/its\\+040data \S+/) as string,
    })
  })
})
