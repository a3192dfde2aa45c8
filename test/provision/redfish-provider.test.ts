import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RedfishParameters } from '../../src/model/bmc-settings.ts'
import type { Provisioner, ProvisionRequest } from '../../src/model/provisioner-port.ts'
import type { RedfishStart } from '../../src/model/redfish-start.ts'
import { redfishProvider } from '../../src/provision/redfish-provider.ts'
import { bmcCertificate, bmcHere, password, systemPath, uuid, type BmcHere } from './bmc-here.ts'

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
let notes: RedfishStart[]
/** Throws at a stage as a process that is killed before its note. */
let killedBefore: RedfishStart['stage'] | undefined
beforeAll(async () => {
  certificate = await bmcCertificate()
})
afterAll(async () => {
  await certificate.remove()
})
beforeEach(async () => {
  bmc = await bmcHere(certificate)
  notes = []
  killedBefore = undefined
})
afterEach(async () => {
  await bmc.close()
})

function provider(
  parameters: Record<string, unknown> = {},
  hardware: { uuid?: string; serial?: string } = { uuid },
): Provisioner {
  return redfishProvider(RedfishParameters.parse({ bmc: 'lab', ...parameters }), {
    login: () => Promise.resolve(bmc.login),
    hardware: () => Promise.resolve({ uuid: undefined, serial: undefined, ...hardware }),
    starts: {
      read: () => Promise.resolve(notes.at(-1)),
      write: (start) => {
        if (start.stage === killedBefore) return Promise.reject(new Error('killed'))
        notes.push({ schema: 'redfish-start/v1', at: '2026-11-22T20:00:00.000Z', ...start })
        return Promise.resolve()
      },
    },
    lookEveryMs: 10,
  })
}

/** What is not reading, logging in or logging out. */
function changes(): string[] {
  return bmc.seen
    .filter(({ method, path }) => method !== 'GET' && !path.includes('/Sessions'))
    .map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)
}

describe('a start by Redfish', () => {
  it('logs in, sets the override for once with the version it has read, restarts, and logs out', async () => {
    await provider().act(request, options)
    expect(changes()).toEqual(['PATCH 1', 'POST ComputerSystem.Reset'])
    const patch = bmc.seen.find(({ method }) => method === 'PATCH')
    expect(JSON.parse(patch!.body)).toEqual({
      Boot: { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' },
    })
    expect(patch!.headers['if-match']).toBe('W/"1"')
    expect(bmc.resets).toEqual(['ForceRestart'])
    expect(bmc.openSessions.size).toBe(0)
    expect(
      bmc.seen.filter(({ body, headers }) => `${body}${headers['authorization']}`.includes(password)),
    ).toHaveLength(1)
  })

  it('goes on when somebody else has written in between', async () => {
    let times = 0
    bmc.fault = ({ method }) => (method === 'PATCH' && ++times === 1 ? { status: 412 } : undefined)
    await provider().act(request, options)
    expect(bmc.resets).toEqual(['ForceRestart'])
  })

  it.each([
    ['switches on a machine that is off', { PowerState: 'Off' }, {}, 'On'],
    ['asks the old system to end where that is wanted', {}, { restart: 'graceful' }, 'GracefulRestart'],
    [
      'takes a power cycle where the action says that it has nothing else',
      {
        Actions: {
          '#ComputerSystem.Reset': {
            target: `${systemPath}/Actions/ComputerSystem.Reset`,
            '@Redfish.ActionInfo': '/info',
          },
        },
      },
      {},
      'PowerCycle',
    ],
  ])('%s', async (...[, system, parameters, type]) => {
    Object.assign(bmc.system, system)
    const info = { Parameters: [{ Name: 'ResetType', AllowableValues: ['ForceOff', 'PowerCycle'] }] }
    bmc.fault = ({ path }) => (path === '/info' ? { status: 200, body: info } : undefined)
    await provider(parameters).act(request, options)
    expect(bmc.resets).toEqual([type])
  })

  it.each([
    ['is not restarted again when it was killed after the restart', 'asked', ['ForceRestart']],
    ['is restarted once when it was killed right before', 'asking', ['ForceRestart']],
  ] as const)('%s', async (_, stage, resets) => {
    killedBefore = stage
    await expect(provider().act(request, options)).rejects.toThrow('killed')
    killedBefore = undefined
    await provider().act(request, options)
    expect(bmc.resets).toEqual(resets)
    expect(await provider().observe(request, options)).toBe('done')
    expect(await provider().observe({ ...request, token: 'r2:node-1:3' }, options)).toBe('todo')
  })

  it('is restarted when the request for it was lost, which the override tells that is still there', async () => {
    bmc.fault = ({ path }) => (path.endsWith('Reset') ? 'cut' : undefined)
    await expect(provider().act(request, options)).rejects.toMatchObject({
      failureClass: 'transient',
      code: 'PROVISION_REDFISH_UNREACHABLE',
    })
    expect(notes.at(-1)?.stage).toBe('asking')
    await expect(provider().verify(request, options)).rejects.toMatchObject({
      code: 'PROVISION_REDFISH_NOT_DONE',
    })
    bmc.fault = () => undefined
    await provider().act(request, options)
    expect(bmc.resets).toEqual(['ForceRestart'])
  })

  it('is not told anew what to start when it may have been restarted: what is left of that is the proof', async () => {
    bmc.fault = ({ path }) => (path.endsWith('Reset') ? 'cut' : undefined)
    await expect(provider().act(request, options)).rejects.toMatchObject({ failureClass: 'transient' })
    // Whatever becomes of the next try, it does not step back.
    bmc.fault = ({ method, path }) =>
      method === 'PATCH' || path.endsWith('Reset') ? { status: 409 } : undefined
    await expect(provider().act(request, options)).rejects.toMatchObject({ failureClass: 'transient' })
    expect([notes.at(-1)?.stage, changes().filter((change) => change.startsWith('PATCH')).length]).toEqual([
      'asking',
      1,
    ])
    // The firmware starts from it.
    bmc.fault = () => undefined
    bmc.system.Boot['BootSourceOverrideEnabled'] = 'Disabled'
    await provider().act(request, options)
    expect(bmc.resets).toEqual([])
  })

  it('is left alone when nobody can tell whether it was restarted', async () => {
    Object.assign(bmc.system.Boot, {
      BootSourceOverrideEnabled: 'Continuous',
      BootSourceOverrideTarget: 'Pxe',
    })
    const { token } = request
    notes.push({
      schema: 'redfish-start/v1',
      host: 'node-1',
      run: 'r1',
      token,
      stage: 'asking',
      lastResetTime: null,
      at: '',
    })
    await expect(provider({ overrideStays: 'accept' }).act(request, options)).rejects.toMatchObject({
      code: 'PROVISION_REDFISH_RESTART_UNKNOWN',
    })
    expect(changes()).toEqual([])
    notes.push({ ...notes[0]!, lastResetTime: '2026-11-22T19:00:00Z' })
    bmc.system['LastResetTime'] = '2026-11-22T19:30:00Z'
    await provider({ overrideStays: 'accept' }).verify(request, options)
  })

  it('gives the override back, unless the machine was restarted', async () => {
    killedBefore = 'asking'
    await expect(provider().act(request, options)).rejects.toThrow('killed')
    expect(bmc.system.Boot).toMatchObject({ BootSourceOverrideEnabled: 'Once' })
    await provider().undo(request, options)
    expect(bmc.system.Boot).toMatchObject({ BootSourceOverrideEnabled: 'Disabled' })
    killedBefore = undefined
    await provider().act(request, options)
    await expect(provider().undo(request, options)).rejects.toMatchObject({
      code: 'PROVISION_REDFISH_TOO_LATE',
    })
  })

  it('waits for a task, and tells how it has ended', async () => {
    const monitor = '/redfish/v1/TaskService/TaskMonitors/7'
    let looks = 0
    let end: object = { TaskState: 'Completed' }
    bmc.fault = ({ method, path, headers }) => {
      if (path === monitor)
        return ++looks % 2 === 1
          ? { status: 202, headers: { 'retry-after': '0' }, body: { TaskState: 'Running' } }
          : { status: 200, body: end }
      if (method !== 'PATCH') return undefined
      Object.assign(bmc.system.Boot, { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' })
      return {
        status: 202,
        headers: { location: monitor, 'retry-after': '0' },
        body: { said: headers['x-auth-token'] },
      }
    }
    await provider().act(request, options)
    expect(looks).toBe(2)
    notes.length = 0
    end = { TaskState: 'Exception', Messages: [{ Message: `no: ${password}` }] }
    await expect(provider().act(request, options)).rejects.toMatchObject({
      failureClass: 'config',
      code: 'PROVISION_REDFISH_TASK',
      message: expect.stringMatching(/PATCH \/redfish\/v1\/Systems\/1: Exception: no: \*\*\*$/) as string,
    })
    expect(bmc.openSessions.size).toBe(0)
  })

  it('waits when the BMC says that it is busy, and not for ever', async () => {
    let times = 0
    bmc.fault = () => (++times % 2 === 1 ? { status: 503, headers: { 'retry-after': '0' } } : undefined)
    expect(await provider().observe(request, options)).toBe('todo')
    bmc.fault = () => ({ status: 503, headers: { 'retry-after': '0' } })
    await expect(provider().observe(request, options)).rejects.toMatchObject({
      failureClass: 'transient',
      code: 'PROVISION_REDFISH_BUSY',
    })
  })
})

describe('a BMC that is not what it should be', () => {
  it.each([
    ['sends something else than JSON', { status: 200, body: '<html>' }, 'ANSWER'],
    ['sends too much', { status: 200, body: 'x'.repeat(2 * 1024 * 1024) }, 'UNREACHABLE'],
    ['sends elsewhere', { status: 307, headers: { location: 'https://192.0.2.1/' } }, 'REFUSED'],
    [
      'has a member elsewhere',
      { status: 200, body: { Members: [{ '@odata.id': 'https://192.0.2.1/redfish/v1/Systems/1' }] } },
      'FOREIGN_ADDRESS',
    ],
    [
      'has a member without TLS',
      { status: 200, body: { Members: [{ '@odata.id': '//127.0.0.1:1/' }] } },
      'FOREIGN_ADDRESS',
    ],
    [
      'has pages without an end',
      { status: 200, body: { Members: [], 'Members@odata.nextLink': '/redfish/v1/Systems' } },
      'ANSWER',
    ],
    [
      'has more members than a chassis',
      {
        status: 200,
        body: {
          Members: Array.from({ length: 101 }, () => ({ '@odata.id': '/x' })),
          'Members@odata.nextLink': '/redfish/v1/Systems?page=2',
        },
      },
      'ANSWER',
    ],
    [
      'tells the password in an error',
      { status: 400, body: { error: { message: `bad ${password}` } } },
      'REFUSED',
    ],
  ])('is refused when it %s', async (_, fault, code) => {
    bmc.fault = ({ path }) => (path.startsWith('/redfish/v1/Systems') ? fault : undefined)
    const failure = await provider()
      .observe(request, options)
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: `PROVISION_REDFISH_${code}` })
    expect(String(failure)).not.toContain('CANARY')
    expect(bmc.openSessions.size).toBe(0)
  })

  it('is asked for all pages of its systems', async () => {
    bmc.fault = ({ path }) =>
      path === '/redfish/v1/Systems'
        ? { status: 200, body: { Members: [], 'Members@odata.nextLink': '/redfish/v1/Systems?$skip=1' } }
        : path.includes('$skip')
          ? { status: 200, body: { Members: [{ '@odata.id': `${bmc.login.url}${systemPath}` }] } }
          : undefined
    expect(await provider().observe(request, options)).toBe('todo')
  })

  it.each([
    ['another UUID', { uuid: '4c4c4544-0043-3510-8052-b4c04f564434' }, 'OTHER_MACHINE'],
    ['another serial number, when there is no UUID', { serial: 'XYZ' }, 'OTHER_MACHINE'],
    ['nothing that can be compared', {}, 'NOT_PROVEN'],
  ])('is not written to when its machine has %s', async (_, hardware, code) => {
    if ('serial' in hardware) Object.assign(bmc.system, { UUID: null, SerialNumber: 'ABC' })
    for (const verb of ['observe', 'act'] as const)
      await expect(provider({}, hardware)[verb](request, options)).rejects.toMatchObject({
        failureClass: 'config',
        code: `PROVISION_REDFISH_${code}`,
      })
    expect(changes()).toEqual([])
    expect(notes).toEqual([])
  })

  it.each([
    [
      'cannot start from the network',
      { Boot: { 'BootSourceOverrideTarget@Redfish.AllowableValues': ['Hdd'] } },
      {},
      'BOOT_UNKNOWN',
    ],
    ['cannot restart', { Actions: {} }, {}, 'RESET_UNKNOWN'],
    ['has no drive', {}, { boot: 'cd', image: 'https://192.0.2.1/installer.iso' }, 'MEDIA'],
    ['is switching the machine', { PowerState: 'PoweringOff' }, {}, 'POWER'],
  ])('is found out before the point of no return when it %s', async (...[, system, parameters, code]) => {
    Object.assign(bmc.system, system)
    await expect(provider(parameters).observe(request, options)).rejects.toMatchObject({
      code: `PROVISION_REDFISH_${code}`,
    })
    expect(changes()).toEqual([])
  })

  it('does not hold a step that has no time left, nor one that is ended, and its session goes', async () => {
    bmc.fault = ({ path }) => (path.startsWith('/redfish/v1/Systems') ? 'silence' : undefined)
    await expect(provider().observe(request, { ...options, timeoutMs: 500 })).rejects.toMatchObject({
      failureClass: 'config',
      code: 'PROVISION_REDFISH_TIMEOUT',
    })
    const end = new AbortController()
    const asked = provider().observe(request, { ...options, signal: end.signal })
    await expect.poll(() => bmc.openSessions.size).toBe(1)
    end.abort(new Error('the run ends'))
    await expect(asked).rejects.toThrow('the run ends')
    expect(bmc.openSessions.size).toBe(0)
  })
})
