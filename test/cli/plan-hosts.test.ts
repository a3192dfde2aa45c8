import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { factsOf } from '../../src/cli/plan-hosts.ts'
import { factsDirectory } from '../../src/cli/state-paths.ts'
import { writeFacts } from '../../src/inventory/facts-store.ts'
import { isOffSystemDisk } from '../../src/plan/data-path.ts'
import { commandContext } from '../support/command-context.ts'
import { factsWith } from '../support/facts-fixture.ts'
import { stackedFacts, stackedLvm } from '../support/stacked-host.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'osferry-plan-hosts-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

it.each([
  ['lie on disks of their own', stackedLvm, true],
  ['reach onto the system disk', stackedLvm.replaceAll('/dev/sde', '/dev/sda2'), false],
])('a plan reads from saved facts that volumes %s', async (_what, lvm, isOff) => {
  const context = await commandContext(cwd)
  await writeFacts(factsDirectory(context), factsWith(stackedFacts({ lvm })))
  const facts = await factsOf(context, 'worker-1')
  expect(isOffSystemDisk('/var/local-pv/a', facts?.facts ?? {})).toBe(isOff)
})
