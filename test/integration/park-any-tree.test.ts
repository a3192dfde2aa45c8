import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { markerOf } from '../../src/artifacts/look-at-host.ts'
import { parkTree } from '../../src/artifacts/park-tree.ts'
import { restoreTree } from '../../src/artifacts/restore-tree.ts'
import { startDataHost } from '../support/data-host.ts'
import { acl, bash, describeTree } from '../support/data-tree.ts'
import { createMemoryStore } from '../support/memory-store.ts'
import { parking, restoring, stillClock } from '../support/parking.ts'
import { never } from '../support/ssh-host.ts'
import { createSshdBed } from '../support/sshd.ts'

const bed = createSshdBed()
const root = mkdtempSync(join(tmpdir(), 'osferry-any-tree-'))
afterAll(async () => {
  await bed.close()
  rmSync(root, { recursive: true, force: true })
})

/** Names in octal for bash's $'...': any bytes but NUL and /. */
const name = fc
  .uint8Array({ minLength: 1, maxLength: 6 })
  .map((bytes) => [...bytes].map((byte) => (byte === 0 || byte === 0x2f ? 0x41 : byte)))
  .filter((bytes) => !bytes.every((byte) => byte === 0x2e))
  .map((bytes) => bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''))

/** What makes one thing at "$p"; a second thing of the same name fails and changes nothing. */
const thing = fc.oneof(
  fc.integer({ min: 0, max: 70_000 }).map((bytes) => `head -c ${bytes} /dev/zero | tr '\\0' x >"$p"`),
  fc.integer({ min: 1, max: 9_000_000 }).map((at) => `truncate -s ${at} "$p"; printf end >>"$p"`),
  fc.constantFrom('mkdir "$p"', 'mkfifo "$p"', 'ln -s nowhere "$p"', 'ln "$last" "$p"', 'mknod "$p" c 5 1'),
)
const change = fc.oneof(
  fc.integer({ min: 0, max: 0o7777 }).map((mode) => `[ -L "$p" ] || chmod ${mode.toString(8)} "$p"`),
  fc.integer({ min: 0, max: 100_000 }).map((id) => `chown -h ${id}:${id + 1} "$p"`),
  fc.integer({ min: 0, max: 4_000_000_000 }).map((at) => `touch -h -d @${at}.25 "$p"`),
  fc.constant('setfattr -n user.x -v "$RANDOM" "$p"'),
  fc.constant(`setfattr -n system.posix_acl_access -v ${acl} "$p"`),
  fc.constant(`[ ! -d "$p" ] || setfattr -n system.posix_acl_default -v ${acl} "$p"`),
)
const entry = fc.record({ name, thing, changes: fc.array(change, { maxLength: 3 }), isDeep: fc.boolean() })

it('gives back any tree as it was', async () => {
  const data = await startDataHost(bed)
  const { host } = data
  let number = 0
  const startedMs = performance.now()
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 25 }), async (entries) => {
        // A busy machine tries fewer trees, not none.
        if (number >= 3 && performance.now() - startedMs > 90_000) return
        const source = join(root, `source-${++number}`)
        const target = join(root, `target-${number}`)
        mkdirSync(source)
        const lines = entries.map(({ name, thing, changes, isDeep }) =>
          [
            `p=${isDeep ? '$d' : '.'}/$'${name}'`,
            `if [ ! -e "$p" ] && [ ! -L "$p" ]; then ${thing}; ${changes.join('; ')}`,
            '[ -f "$p" ] && [ ! -L "$p" ] && last=$p; [ -d "$p" ] && [ ! -L "$p" ] && d=$p; fi',
          ].join('\n'),
        )
        bash(source, ['set +eu; d=. last=none; exec 2>/dev/null', ...lines, 'exit 0'].join('\n'))
        const store = createMemoryStore()
        await parkTree({ host, store, clock: stillClock }, parking(source), never)
        await restoreTree({ host, store }, restoring(target), never)
        expect(describeTree(target)).toBe(describeTree(source))
        rmSync(source, { recursive: true, force: true })
        rmSync(target, { recursive: true, force: true })
      }),
      { numRuns: 15 },
    )
  } finally {
    for (let index = 1; index <= number; index++)
      rmSync(markerOf(join(root, `target-${index}`)), { force: true })
    await data.close()
  }
})
