import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { resolveSettings } from '../../src/cli/config.ts'
import type { CommandContext } from '../../src/cli/context.ts'
import { provisionPorts } from '../../src/cli/run-ports-provision.ts'
import type { ResolvedHost } from '../../src/model/inventory.ts'
import type { Provisioner, ProvisionRequest } from '../../src/model/provisioner-port.ts'
import { tempDirectory } from '../inventory/temp.ts'
import { bmcCertificate, bmcHere, password, uuid, type BmcHere } from '../provision/bmc-here.ts'
import { factsWith } from '../support/facts-fixture.ts'

const request: ProvisionRequest = {
  node: 'node-1',
  host: 'node-1',
  target: 'containeros',
  run: 'r1',
  token: 'r1:node-1:3',
}
const options = { signal: new AbortController().signal, timeoutMs: 20_000 }

let certificate: Awaited<ReturnType<typeof bmcCertificate>>
let bmc: BmcHere
beforeAll(async () => {
  certificate = await bmcCertificate()
})
afterAll(async () => {
  await certificate.remove()
})
beforeEach(async () => {
  bmc = await bmcHere(certificate)
})
afterEach(async () => {
  await bmc.close()
})

/** The provider of a plan in a project of its own. */
async function project({
  bmcs = '{ dell: { username: "env:BMC_USER", password: "env:BMC_PASSWORD", caFile: ca.pem } }',
  labels = {},
}: { bmcs?: string; labels?: Record<string, string> } = {}): Promise<{
  state: string
  provider: () => Provisioner
}> {
  const cwd = await tempDirectory({
    'osferry.yaml': `bmcs: ${bmcs}\n`,
    'ca.pem': certificate.ca,
    '.osferry/facts/node-1.json': JSON.stringify(factsWith({ hardware: { uuid } })),
  })
  const state = join(cwd, '.osferry')
  const flags = new Map([['state' as const, state]])
  const settings = await resolveSettings({ flags, configFiles: [], env: { HOME: cwd }, cwd, language: 'en' })
  const context = {
    settings,
    env: { BMC_USER: 'operator', BMC_PASSWORD: password },
    clock: { now: () => '2026-11-22T20:00:00.000Z' },
  } as unknown as CommandContext
  const host = { labels: { bmc: bmc.login.url, ...labels } } as unknown as ResolvedHost
  const world = { context, hosts: new Map([['node-1', host]]) }
  const parameters = { provider: 'redfish', machine: 'proven' as const, redfish: { bmc: 'dell' } }
  return { state, provider: () => provisionPorts(world).provisioner(parameters) }
}

describe('the provider redfish of a project', () => {
  it('takes the BMC from the inventory, the login from osferry.yaml, and knows after a kill what was done', async () => {
    const { state, provider } = await project()
    expect(await provider().observe(request, options)).toBe('todo')
    await provider().act(request, options)
    expect(bmc.resets).toEqual(['ForceRestart'])
    await provider().act(request, options)
    expect(bmc.resets).toEqual(['ForceRestart'])
    expect(await provider().observe(request, options)).toBe('done')

    const note = join(state, 'redfish/node-1.json')
    expect((await stat(note)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(note, 'utf8'))).toEqual({
      schema: 'redfish-start/v1',
      host: 'node-1',
      run: 'r1',
      token: request.token,
      stage: 'asked',
      lastResetTime: null,
      at: '2026-11-22T20:00:00.000Z',
    })
    const files = await readdir(state, { recursive: true, withFileTypes: true })
    for (const file of files.filter((one) => one.isFile()))
      expect(await readFile(join(file.parentPath, file.name), 'utf8')).not.toContain('CANARY')
  })

  it.each([
    [
      'no such login',
      { bmcs: '{ hpe: { username: "env:A", password: "env:B" } }' },
      'CONFIG_INVALID',
      'no dell under bmcs',
    ],
    [
      'a login that is not there',
      { bmcs: '{ dell: { username: "env:A", password: "env:B" } }' },
      'SECRET_UNAVAILABLE',
      'variable A',
    ],
    [
      'an address without TLS',
      { labels: { bmc: 'http://192.0.2.1' } },
      'INVENTORY_INVALID',
      'is no https://HOST[:PORT]',
    ],
    [
      'an address with a path',
      { labels: { bmc: 'https://192.0.2.1/redfish' } },
      'INVENTORY_INVALID',
      'is no https://HOST[:PORT]',
    ],
    ['half a fingerprint', { labels: { 'bmc-certificate': 'AB:CD' } }, 'INVENTORY_INVALID', 'is no SHA-256'],
    [
      'another fingerprint',
      { labels: { 'bmc-certificate': 'AB:'.repeat(31) + 'AB' } },
      'PROVISION_REDFISH_CERTIFICATE',
      'abababab',
    ],
  ])('is refused with %s', async (...[, changes, code, message]) => {
    const { provider } = await project(changes)
    await expect(provider().observe(request, options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    })
    expect(bmc.seen).toEqual([])
  })
})
