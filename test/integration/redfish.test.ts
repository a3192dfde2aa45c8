import { X509Certificate } from 'node:crypto'
import http from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RedfishParameters } from '../../src/model/bmc-settings.ts'
import type { Provisioner, ProvisionRequest } from '../../src/model/provisioner-port.ts'
import type { RedfishStart } from '../../src/model/redfish-start.ts'
import type { BmcLogin } from '../../src/provision/redfish-client.ts'
import { redfishProvider } from '../../src/provision/redfish-provider.ts'
import { startRedfishEmulator, type RedfishEmulator } from '../support/redfish-emulator/start.ts'

const uuids = {
  running: '5b1c9a52-0b7e-4f0e-9d58-2f1f3c1a0001',
  off: '5b1c9a52-0b7e-4f0e-9d58-2f1f3c1a0002',
  media: '5b1c9a52-0b7e-4f0e-9d58-2f1f3c1a0003',
  untouched: '5b1c9a52-0b7e-4f0e-9d58-2f1f3c1a0004',
} as const
type Name = keyof typeof uuids

const options = { signal: new AbortController().signal, timeoutMs: 60_000 }
let emulator: RedfishEmulator

beforeAll(async () => {
  const machine = (name: Name) => ({
    uuid: uuids[name],
    name,
    power_state: name === 'off' ? ('Off' as const) : ('On' as const),
    nics: [{ mac: '00:5c:52:31:3a:9c', ip: '192.0.2.10' }],
  })
  emulator = await startRedfishEmulator([
    machine('untouched'),
    machine('running'),
    machine('off'),
    machine('media'),
  ])
})
afterAll(async () => {
  await emulator.stop()
})

const request = (host: string): ProvisionRequest => ({
  node: host,
  host,
  target: 'containeros',
  run: 'r1',
  token: `r1:${host}:3`,
})

function provider(
  uuid: string,
  { login = {}, ...parameters }: { login?: Partial<BmcLogin> } & Record<string, unknown> = {},
): Provisioner & { notes: RedfishStart[] } {
  const notes: RedfishStart[] = []
  const { url, ca, username, password } = emulator
  const made = redfishProvider(
    // The emulator keeps every override: it has no other answer than Continuous.
    RedfishParameters.parse({ bmc: 'lab', overrideStays: 'accept', ...parameters }),
    {
      login: () =>
        Promise.resolve({ url, ca, fingerprint: undefined, auth: 'basic', username, password, ...login }),
      hardware: () => Promise.resolve({ uuid, serial: undefined }),
      starts: {
        read: () => Promise.resolve(notes.at(-1)),
        write: (start) => {
          notes.push({ schema: 'redfish-start/v1', at: '2026-11-22T20:00:00.000Z', ...start })
          return Promise.resolve()
        },
      },
      lookEveryMs: 200,
    },
  )
  return Object.assign(made, { notes })
}

const systemOf = async (name: Name) => await emulator.get(`/redfish/v1/Systems/${uuids[name]}`)

/** Requests about one machine that change it, by the emulator's own log. */
function changesOf(name: Name): string[] {
  return allChanges()
    .filter(({ path }) => path.includes(uuids[name]))
    .map(({ verb, path, status }) => {
      const last = path.split('/').at(-1) ?? ''
      return `${verb} ${last === uuids[name] ? 'system' : last} ${status}`
    })
}

function allChanges(): { verb: string; path: string; status: string }[] {
  const lines = emulator.log().matchAll(/"(PATCH|POST|DELETE) (\S+) HTTP\/1\.1" (\d+)/g)
  return [...lines].map(([, verb = '', path = '', status = '']) => ({ verb, path, status }))
}

describe('the Redfish emulator of sushy-tools', () => {
  it.concurrent('starts a running machine from the network, once for a token', async () => {
    const redfish = provider(uuids.running.toUpperCase())
    expect(await redfish.observe(request('running'), options)).toBe('todo')
    expect(changesOf('running')).toEqual([])
    await redfish.act(request('running'), options)
    expect(await systemOf('running')).toMatchObject({
      PowerState: 'On',
      Boot: { BootSourceOverrideTarget: 'Pxe', BootSourceOverrideMode: 'UEFI' },
    })
    expect(redfish.notes.map(({ stage }) => stage)).toEqual(['begun', 'asking', 'asked'])
    expect(await redfish.observe(request('running'), options)).toBe('done')
    await redfish.verify(request('running'), options)

    await redfish.act(request('running'), options)
    expect(changesOf('running')).toEqual(['PATCH system 204', 'POST ComputerSystem.Reset 204'])
    expect(await systemOf('untouched')).toMatchObject({ Boot: { BootSourceOverrideTarget: 'Hdd' } })
  })

  it.concurrent('switches a machine on that is off, in the mode that is said', async () => {
    const redfish = provider(uuids.off, { mode: 'legacy' })
    expect(await redfish.observe(request('off'), options)).toBe('todo')
    await redfish.act(request('off'), options)
    expect(await systemOf('off')).toMatchObject({
      PowerState: 'On',
      Boot: { BootSourceOverrideTarget: 'Pxe', BootSourceOverrideMode: 'Legacy' },
    })
  })

  it.concurrent('starts a machine from a medium that the BMC has fetched, and can take it out again', async ({
    onTestFinished,
  }) => {
    const files = http.createServer((_, response) => response.end('an image'))
    files.listen(0, '127.0.0.1')
    await once(files, 'listening')
    onTestFinished(() => void files.close())
    const image = `http://127.0.0.1:${(files.address() as AddressInfo).port}/installer.iso`
    const redfish = provider(uuids.media, { boot: 'cd', image })
    expect(await redfish.observe(request('media'), options)).toBe('todo')
    await redfish.act(request('media'), options)
    const drive = `/redfish/v1/Systems/${uuids.media}/VirtualMedia/Cd`
    expect(await emulator.get(drive)).toMatchObject({ Image: image, Inserted: true, WriteProtected: true })
    expect(await systemOf('media')).toMatchObject({ Boot: { BootSourceOverrideTarget: 'Cd' } })

    const other = provider(uuids.media, { boot: 'cd', image: `${image}.other` })
    await expect(other.observe(request('media'), options)).rejects.toMatchObject({
      code: 'PROVISION_REDFISH_MEDIA',
      message: expect.stringContaining('has something else in its drives') as string,
    })
    const begun = redfish.notes[0]!
    redfish.notes.push({ ...begun, stage: 'begun' })
    await redfish.undo(request('media'), options)
    expect(await emulator.get(drive)).toMatchObject({ Image: '', Inserted: false })
    expect(await systemOf('media')).toMatchObject({ Boot: { BootSourceOverrideTarget: 'None' } })
  })

  it('is refused with an override for good, unless that is accepted, and is left as it was', async () => {
    const redfish = provider(uuids.untouched, { overrideStays: 'refuse' })
    await expect(redfish.act(request('untouched'), options)).rejects.toMatchObject({
      failureClass: 'config',
      code: 'PROVISION_REDFISH_OVERRIDE_STAYS',
    })
    expect(changesOf('untouched')).toEqual(['PATCH system 204', 'PATCH system 204'])
    expect(await systemOf('untouched')).toMatchObject({ Boot: { BootSourceOverrideTarget: 'None' } })
  })

  it.each([
    ['a machine that it does not have', {}, 'OTHER_MACHINE'],
    ['a wrong password', { password: 'CANARY-wrong' }, 'LOGIN'],
    ['sessions, which it has none of', { auth: 'session' as const }, 'NO_SESSIONS'],
    ['another authority', { ca: undefined }, 'CERTIFICATE'],
    ['the fingerprint of another certificate', { fingerprint: 'ab'.repeat(32) }, 'CERTIFICATE'],
  ])('refuses %s before anything is written', async (_, login, code) => {
    const before = allChanges()
    const uuid = code === 'OTHER_MACHINE' ? '5b1c9a52-0b7e-4f0e-9d58-2f1f3c1a00ff' : uuids.untouched
    const redfish = provider(uuid, { login })
    for (const verb of ['observe', 'act'] as const) {
      const failure = await redfish[verb](request('untouched'), options).catch((error: unknown) => error)
      expect(failure).toMatchObject({ failureClass: 'config', code: `PROVISION_REDFISH_${code}` })
      expect(String(failure)).not.toContain('CANARY')
    }
    expect(redfish.notes).toEqual([])
    expect(before.length).toBeGreaterThan(0)
    expect(allChanges()).toEqual(before)
  })

  it('is known by the fingerprint of its certificate alone', async () => {
    const fingerprint = new X509Certificate(emulator.certificate).fingerprint256.replaceAll(':', '')
    const login = { ca: undefined, fingerprint: fingerprint.toLowerCase() }
    expect(await provider(uuids.untouched, { login }).observe(request('untouched'), options)).toBe('todo')
  })
})
