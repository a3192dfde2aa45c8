import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refuseGates, runGates } from '../../src/cli/run-gates.ts'
import type { Cluster } from '../../src/model/cluster-port.ts'
import { httpHere, type HttpHere } from '../monitoring/http-here.ts'
import { canary, settingsOf, worldOf } from './run-world-here.ts'

const question = { wave: 0, node: 'node-1', isFirstOfWave: true, ended: [], away: [] }

let directory = ''
let server: HttpHere | undefined
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'osferry-gates-'))
})
afterEach(async () => {
  await server?.close()
  await rm(directory, { recursive: true })
})

describe('gates of osferry.yaml', () => {
  it('are all asked, with tokens by reference, and paths that begin at the file', async () => {
    server = await httpHere((_, response) =>
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '3'] } })),
    )
    await mkdir(join(directory, 'keys'))
    await writeFile(join(directory, 'keys/token'), `${canary}\n`, { mode: 0o600 })
    const program = join(directory, 'gate')
    await writeFile(program, '#!/bin/sh\nexit 0\n')
    await chmod(program, 0o755)
    const world = await worldOf(
      directory,
      `
gates:
  - { name: alerts, type: promql, url: "${server.url}", query: "sum(x)", threshold: { is: below, value: 1 }, token: "file:keys/token" }
  - { name: ours, type: command, argv: ["${program}"] }
`,
    )
    const gates = runGates(world)
    expect(await gates.ask(question, world.signal)).toEqual([
      { gate: 'alerts', outcome: 'closed', message: '3, not below 1' },
      { gate: 'ours', outcome: 'open', message: '' },
    ])
    expect(server?.seen[0]?.headers.authorization).toBe(`Bearer ${canary}`)
    await rm(join(directory, 'keys/token'))
    const [without] = await gates.ask(question, world.signal)
    expect(without).toMatchObject({ outcome: 'unknown' })
    expect(JSON.stringify(without)).not.toContain(canary)
  })

  const withAuthority = (url: string): string => `
gates:
  - { name: alerts, type: promql, url: "${url}", query: "sum(x)", threshold: { is: below, value: 1 }, caFile: ca.pem }
`

  it('cannot tell while their caFile cannot be read, and can when it is there', async () => {
    server = await httpHere((_, response) =>
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '0'] } })),
    )
    const world = await worldOf(directory, withAuthority(server.url))
    const gates = runGates(world)
    expect(await gates.ask(question, world.signal)).toEqual([
      {
        gate: 'alerts',
        outcome: 'unknown',
        message: `its caFile cannot be read: ${join(directory, 'ca.pem')} does not exist`,
      },
    ])
    await writeFile(join(directory, 'ca.pem'), '')
    expect(await gates.ask(question, world.signal)).toMatchObject([{ outcome: 'open' }])
  })

  it('are refused before a run with the place of one whose caFile cannot be read', async () => {
    const settings = await settingsOf(directory, withAuthority('https://127.0.0.1'))
    await expect(refuseGates({ settings })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `${join(directory, 'osferry.yaml')}:3:5: caFile of the gate alerts: ${join(directory, 'ca.pem')} does not exist`,
    })
    await writeFile(join(directory, 'ca.pem'), '')
    await expect(refuseGates({ settings })).resolves.toBeUndefined()
  })

  it('cannot tell when something fails that nobody has thought of', async () => {
    const world = await worldOf(directory, 'lang: en')
    const broken = { list: async () => await Promise.reject(new TypeError('items of undefined')) }
    const gates = runGates({ ...world, cluster: broken as unknown as Cluster })
    expect(await gates.ask(question, world.signal)).toEqual([
      { gate: 'workloads', outcome: 'unknown', message: 'items of undefined' },
    ])
  })

  it('end with the signal', async () => {
    const gate = '{ name: ours, type: command, argv: [sleep, "60"] }'
    const world = await worldOf(directory, `gates: [${gate}]`)
    const asked = runGates(world).ask(question, AbortSignal.timeout(50))
    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it.each([
    [
      'a name twice',
      '[{ name: a, type: command, argv: [x] }, { name: a, type: command, argv: [y] }]',
      'gates[1].name',
    ],
    ['a name of our own', '[{ name: workloads, type: command, argv: [x] }]', 'gates[0].name'],
    ['another kind', '[{ name: a, type: slack }]', 'gates[0].type'],
    [
      'a secret in the address',
      '[{ name: a, type: promql, url: "https://me:pw@x/", query: q, threshold: { is: below, value: 1 } }]',
      'gates[0].url',
    ],
    ['a key that nobody knows', '[{ name: a, type: command, argv: [x], shell: true }]', 'shell'],
  ])('are refused with file and place: %s', async (_, text, place) => {
    await expect(settingsOf(directory, `gates: ${text}`)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/osferry\.yaml:1:\d+/) as string,
    })
    await expect(settingsOf(directory, `gates: ${text}`)).rejects.toThrow(place)
  })

  it('are those of the strongest file', async () => {
    const home = join(directory, 'home/.config/osferry')
    await mkdir(home, { recursive: true })
    await writeFile(join(home, 'config.yaml'), 'gates: [{ name: mine, type: command, argv: [x] }]')
    expect((await settingsOf(directory, 'lang: en')).gates.map(({ settings }) => settings.name)).toEqual([
      'mine',
    ])
    expect((await settingsOf(directory, 'gates: []')).gates).toEqual([])
  })
})
