import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CommandContext } from '../../src/cli/context.ts'
import type { ProgramMarks } from '../../src/cli/program-marks.ts'
import { programNotes } from '../../src/cli/program-notes.ts'
import { LeftProgram } from '../../src/model/left-program.ts'
import type { Provisioner, ProvisionOptions } from '../../src/model/provisioner-port.ts'
import { RunLeft } from '../../src/model/run-left.ts'
import { stepRow, type StepParameters } from '../../src/model/step-parameters.ts'
import type { Text } from '../../src/model/text.ts'
import { commandProvider } from '../../src/provision/command-provider.ts'

const request = { node: 'a', host: 'a', target: 'containeros', run: 'r1', token: 'r1:a:0' } as const
const soon = { timeout: 30_000, interval: 20 }

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'osferry-left-'))
  writeFileSync(file('wait'), '')
})
afterEach(async () => {
  rmSync(file('wait'), { force: true })
  await vi.waitUntil(() => lines('begun') === lines('ended'), soon)
  rmSync(directory, { recursive: true })
})

beforeEach(() => void marked.splice(0))

const warned: unknown[] = []
const file = (name: string): string => path.join(directory, name)
const lines = (name: string): number =>
  existsSync(file(name)) ? readFileSync(file(name), 'utf8').split('\n').length - 1 : 0

/** Works while there is a file `wait`, and says when it begins and ends. */
const working = 'echo . >> begun; while test -e wait; do sleep 0.02; done; echo . >> ended'

const marked: unknown[][] = []
/** What the cluster is told, with how often a program had begun and ended by then. */
const marks: ProgramMarks = {
  async put(host, program, signal) {
    await Promise.resolve()
    signal.throwIfAborted()
    marked.push(['put', host, program, lines('begun')])
  },
  fill: (host, { process }) => void marked.push(['fill', host, process.pid]),
  take: (host) => void marked.push(['take', host, lines('ended')]),
}

/** As each process makes it. */
function provider(act = working, rollback = 'echo . >> back'): Provisioner {
  const context = {
    settings: { required: () => directory },
    clock: { now: () => new Date().toISOString() },
    log: { warn: (message: string, about: object) => void warned.push([message, about]) },
  } as unknown as CommandContext
  const shell = (text: string): string[] => ['/bin/sh', '-c', `cd '${directory}'; ${text}`]
  const given = {
    provider: 'command',
    argv: shell(act),
    rollback: shell(rollback),
    observe: shell('echo . >> looks; test ! -e back'),
  }
  const parsed = stepRow('host.provision').planned.parse(given) as StepParameters<'host.provision'>
  return commandProvider(parsed, {
    variables: process.env,
    graceMs: 200,
    programs: programNotes(context, marks),
  })
}

const options = (more: Partial<ProvisionOptions> = {}): ProvisionOptions => ({
  signal: new AbortController().signal,
  timeoutMs: 60_000,
  ...more,
})

/** Begins the act, and leaves it when it is at work. */
async function leave(act?: string): Promise<LeftProgram> {
  const person = new AbortController()
  const acting = provider(act).act(request, options({ signal: person.signal }))
  await vi.waitUntil(() => lines('begun') === 1, soon)
  person.abort(new RunLeft())
  await expect(acting).rejects.toBeInstanceOf(RunLeft)
  return LeftProgram.parse(JSON.parse(readFileSync(file('programs/a.json'), 'utf8')))
}

describe('a program that was left at work on a host', () => {
  it('is waited for before anything is asked or started, and named meanwhile', async () => {
    const { process: left, verb, program } = await leave()
    expect([verb, program]).toEqual(['act', '/bin/sh'])
    const note = file('programs/a.json')
    expect(warned.at(-1)).toEqual([expect.stringContaining('goes on without osferry'), { host: 'a', note }])
    const waits: Text[] = []
    const looking = provider().observe(request, options({ onWait: (text) => void waits.push(text) }))
    await vi.waitUntil(() => waits.length > 0, soon)
    expect(waits[0]?.en).toBe(`for /bin/sh (process ${left.pid}), which an earlier run has left at work on a`)
    expect([lines('begun'), lines('looks')]).toEqual([1, 0])
    rmSync(file('wait'))
    expect(await looking).toBe('done')
    expect([lines('ended'), lines('looks')]).toEqual([1, 1])
  })

  it('is waited for by the way back, too', async () => {
    await leave()
    const back = provider().rollback?.({ ...request, token: 'r1:a:0:back', means: 'image' }, options())
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(lines('back')).toBe(0)
    rmSync(file('wait'))
    await back
    expect([lines('ended'), lines('back')]).toEqual([1, 1])
  })

  it('is not ended, and nothing is started, when it takes longer than its step may', async () => {
    const { process: left } = await leave()
    const looking = provider().observe(request, options({ timeoutMs: 100 }))
    await expect(looking).rejects.toMatchObject({
      failureClass: 'config',
      code: 'PROVISION_STILL_AT_WORK',
      message: expect.stringContaining(`kill -TERM -- -${left.pid}`) as string,
    })
    expect([lines('begun'), lines('ended'), lines('looks')]).toEqual([1, 0, 0])
  })

  it('is at work for as long as what it has started is', async () => {
    const { process: left } = await leave(`(${working}) & sleep 1`)
    await vi.waitUntil(() => !existsSync(`/proc/${left.pid}`), soon)
    const looking = provider().observe(request, options({ timeoutMs: 50 }))
    await expect(looking).rejects.toMatchObject({ code: 'PROVISION_STILL_AT_WORK' })
  })

  it.each([
    ['on another machine', { host: 'ops-2', machineId: 'f'.repeat(32), bootId: 'another' }],
    ['in another container', { pidNamespace: 'pid:[4026532999]' }],
  ])('refuses at once what was begun %s, and says which note is to be removed', async (_, other) => {
    const left = await leave()
    const note = file('programs/a.json')
    writeFileSync(note, JSON.stringify({ ...left, process: { ...left.process, ...other } }))
    await expect(provider().observe(request, options())).rejects.toMatchObject({
      failureClass: 'config',
      code: 'PROVISION_NOT_SEEN',
      message: expect.stringContaining(`remove ${note}`) as string,
    })
    expect(lines('looks')).toBe(0)
    rmSync(note)
    expect(await provider().observe(request, options())).toBe('done')
  })

  it('is forgotten when it has ended, and when another process has its id', async () => {
    const left = await leave()
    const other = { ...left.process, pid: process.pid, startedTicks: '1' }
    writeFileSync(file('programs/a.json'), JSON.stringify({ ...left, process: other }))
    expect(await provider().observe(request, options({ timeoutMs: 50 }))).toBe('done')
    // From another machine nobody could see that it has ended.
    expect(existsSync(file('programs/a.json'))).toBe(false)
    rmSync(file('wait'))
    await vi.waitUntil(() => lines('ended') === 1, soon)
    await provider().act(request, options())
    expect([lines('begun'), readdirSync(file('programs'))]).toEqual([2, []])
  })
})

describe('the mark of a program in the cluster', () => {
  it('is put before it is started, tells its process then, and is taken when it has ended', async () => {
    const acting = provider().act(request, options())
    await vi.waitUntil(() => lines('begun') === 1, soon)
    const { process } = LeftProgram.parse(JSON.parse(readFileSync(file('programs/a.json'), 'utf8')))
    const program = { run: 'r1', verb: 'act', program: '/bin/sh' }
    const begun = [
      ['put', 'a', program, 0],
      ['fill', 'a', process.pid],
    ]
    expect(marked).toEqual(begun)
    rmSync(file('wait'))
    await acting
    expect(marked).toEqual([...begun, ['take', 'a', 1]])
  })

  it('stays while a program that was left is at work, and is taken by whoever has waited for its end', async () => {
    await leave()
    expect(marked.map(([what]) => what)).toEqual(['put', 'fill'])
    await expect(provider().observe(request, options({ timeoutMs: 100 }))).rejects.toMatchObject({
      code: 'PROVISION_STILL_AT_WORK',
    })
    expect(marked).toHaveLength(2)
    rmSync(file('wait'))
    await provider().observe(request, options())
    expect(marked.at(-1)).toEqual(['take', 'a', 1])
  })

  it('keeps a program from being started when it cannot be put, and goes when none could be started', async () => {
    const cut = AbortSignal.abort(new RunLeft())
    await expect(provider().act(request, options({ signal: cut }))).rejects.toBeInstanceOf(RunLeft)
    expect([marked, lines('begun'), existsSync(file('programs/a.json'))]).toEqual([[], 0, false])
    rmSync(file('wait'))
    const parsed = stepRow('host.provision').planned.parse({ provider: 'command', argv: ['/no/such'] })
    const none = commandProvider(parsed as StepParameters<'host.provision'>, {
      variables: {},
      graceMs: 200,
      programs: programNotes({ settings: { required: () => directory } } as unknown as CommandContext, marks),
    })
    await expect(none.act(request, options())).rejects.toMatchObject({ code: 'PROVISION_NOT_STARTED' })
    expect(marked.map(([what]) => what)).toEqual(['put', 'take'])
  })
})

describe('the note of a program', () => {
  it('has its room from the look on, while there is a way back', async () => {
    writeFileSync(file('back'), '')
    rmSync(file('wait'))
    expect(await provider().observe(request, options())).toBe('todo')
    expect(readdirSync(file('programs'))).toEqual(['a.room'])
    expect(statSync(file('programs/a.room')).size).toBeGreaterThan(8192)
    await provider().act(request, options())
    expect([lines('begun'), readdirSync(file('programs'))]).toEqual([1, []])
  })
})
