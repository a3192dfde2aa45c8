import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { bootUrl } from '../../src/cli/command-boot-url.ts'
import { bootPath, factsDirectory } from '../../src/cli/state-paths.ts'
import { writeFacts } from '../../src/inventory/facts-store.ts'
import { commandContext } from '../support/command-context.ts'
import { factsWith, hostFacts } from '../support/facts-fixture.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'osferry-boot-url-'))
  writeFileSync(join(directory, 'worker-1.ign'), '{"ignition":{"version":"3.3.0"}}')
})
afterEach(() => {
  rmSync(directory, { recursive: true })
})

const flags: Record<string, string> = { '--server': 'https://boot.example.com:8443', '--valid': '20m' }
const input = {
  arguments: ['worker-1', 'worker-1.ign'],
  value: (flag: string) => flags[flag],
  values: () => [],
  on: (flag: string) => flag === '--bare',
}

it('binds an address to the machine of the saved facts, for the time that was said', async () => {
  const context = await commandContext(directory)
  const facts = factsWith({ machineId: { id: 'a'.repeat(32) } }, hostFacts())
  await writeFacts(factsDirectory(context), facts)
  const { nics, hardware } = facts.facts
  if (nics?.status !== 'ok' || hardware?.status !== 'ok') throw new Error('the recorded host has no hardware')
  await bootUrl.run(context, input)
  expect(context.written.stdout).toMatch(
    /^https:\/\/boot\.example\.com:8443\/ignition\/[0-9a-f]{16}\.[A-Za-z0-9_-]{43}\n$/,
  )
  const urls = bootPath(context, 'urls')
  const [file = ''] = readdirSync(urls)
  const record = JSON.parse(readFileSync(join(urls, file), 'utf8')) as Record<string, string>
  expect(record).toMatchObject({
    node: 'worker-1',
    machine: { uuid: hardware.value.uuid, serial: hardware.value.serial, machineId: 'a'.repeat(32) },
  })
  const macs = nics.value.interfaces.filter(({ kind }) => kind === 'physical').map(({ mac }) => mac)
  expect(macs.length).toBeGreaterThan(0)
  expect(record).toHaveProperty('machine.macs', expect.arrayContaining(macs))
  expect(Date.parse(record['expiresAt']!) - Date.parse(record['mintedAt']!)).toBe(20 * 60_000)
})

it('makes none for a host without facts', async () => {
  const context = await commandContext(directory)
  await expect(bootUrl.run(context, input)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' })
  expect(context.written.stdout).toBe('')
})

it.each([
  ['etc/progress', () => false],
  ['/etc/../progress', () => false],
  ['/', () => false],
  ['/etc/progress', (flag: string) => flag === '--bare'],
])('writes no address of progress to %s that the pointer cannot', async (path, on) => {
  const context = await commandContext(directory)
  const value = (flag: string): string | undefined => ({ ...flags, '--progress': path })[flag]
  await expect(bootUrl.run(context, { ...input, value, on })).rejects.toMatchObject({ code: 'USAGE' })
})
