import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Host } from '../../src/model/ports.ts'
import { requireOffSystemDisk } from '../../src/steps/off-system-disk.ts'
import { localHost } from '../support/local-host.ts'
import { never } from '../support/ssh-host.ts'

/** What is below each device, as `lsblk -nsrpo NAME,TYPE` writes it. */
const stacks: Readonly<Record<string, readonly string[]>> = {
  '/dev/vda2': ['/dev/vda2 part', '/dev/vda disk'],
  '/dev/vda3': ['/dev/vda3 part', '/dev/vda disk'],
  '/dev/vdb': ['/dev/vdb disk'],
  '/dev/mapper/data-own': ['/dev/mapper/data-own lvm', '/dev/vdc1 part', '/dev/vdc disk'],
  '/dev/mapper/data-wide': [
    '/dev/mapper/data-wide lvm',
    '/dev/vdc1 part',
    '/dev/vdc disk',
    '/dev/vda4 part',
    '/dev/vda disk',
  ],
  '/dev/mapper/two words': ['/dev/mapper/two\\x20words lvm', '/dev/vdd disk'],
  '/dev/loop0': ['/dev/loop0 loop'],
}

let bin = ''
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'osferry-disks-'))
  program('findmnt', 'case $4 in /) echo /dev/vda2 ;; *) exit 1 ;; esac')
  const rows = Object.entries(stacks).map(
    ([device, lines]) => `'${device}') printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} ;;`,
  )
  program('lsblk', `case $4 in ${rows.join(' ')} *) exit 32 ;; esac`)
})
afterEach(() => rmSync(bin, { recursive: true }))

function program(name: string, text: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`)
  chmodSync(join(bin, name), 0o755)
}

/** This machine, with other disks. */
function host(): Host {
  const plain = localHost('host-1')
  const path = `PATH=${bin}:${process.env['PATH']}`
  return {
    ...plain,
    run: async (request) => await plain.run({ ...request, argv: ['env', path, ...request.argv] }),
  }
}

const look = async (...sources: string[]): Promise<void> =>
  await requireOffSystemDisk(
    host(),
    sources.map((source, index) => ({ path: `/mnt/${index}`, source })),
    never,
  )

it('lets pass what is on other disks, and what is on none', async () => {
  const others = [
    '/dev/vdb',
    'nfs.example.com:/share',
    '/dev/mapper/data-own',
    '/dev/mapper/two\\040words',
    'tmpfs',
  ]
  await expect(look(...others)).resolves.toBeUndefined()
  await expect(look()).resolves.toBeUndefined()
})

it.each(['/dev/vda3', '/dev/vda2', '/dev/mapper/data-wide'])(
  'refuses what is on the disk of the system by now: %s',
  async (source) => {
    await expect(look('/dev/vdb', source)).rejects.toMatchObject({
      code: 'DATA_ON_SYSTEM_DISK',
      message: expect.stringContaining(
        `/mnt/1 of host-1 is to be preserved and lies on ${source} by now`,
      ) as string,
    })
  },
)

it.each(['/dev/vdz', '/dev/loop0'])('does not pass what nobody can tell: %s', async (source) => {
  await expect(look(source)).rejects.toMatchObject({ code: 'DATA_KEPT_NOT_TOLD' })
})

it('does not pass when nobody can tell on which disk the system lies', async () => {
  rmSync(join(bin, 'findmnt'))
  program('findmnt', 'echo overlay')
  await expect(look('/dev/vdb')).rejects.toMatchObject({ code: 'DATA_KEPT_NOT_TOLD' })
})

it('does not pass when the host says nothing', async () => {
  rmSync(join(bin, 'lsblk'))
  program('lsblk', 'kill -9 $PPID')
  await expect(look('/dev/vdb')).rejects.toMatchObject({ code: 'DATA_KEPT_NOT_TOLD' })
})
