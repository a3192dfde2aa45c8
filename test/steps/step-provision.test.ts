import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { RunSelection } from '../../src/migrate/run-selection.ts'
import type { ApiObject, Cluster } from '../../src/model/cluster-port.ts'
import { stepRow, type StepParameters } from '../../src/model/step-parameters.ts'
import { commandProvider } from '../../src/provision/command-provider.ts'
import { StepError } from '../../src/model/step-error.ts'
import type { EmptyNodePort } from '../../src/steps/empty-node.ts'
import type { MachinePort } from '../../src/steps/data-ports.ts'
import { provisionStep } from '../../src/steps/step-provision.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { noPrograms } from '../support/no-programs.ts'
import { memoryJournal, type JournalDisk } from '../support/memory-journal.ts'
import { runAlone } from '../support/run-alone.ts'
import { etcdPod, readyOf } from './etcd-pod.ts'

/** Rests between attempts are a hundred times shorter than they are, and so are times that must not be over. */
const hurry = 100
const dayMs = 24 * 3_600_000

const proven: MachinePort['machineOf'] = async ({ name }) =>
  await Promise.resolve({ machineId: '1'.repeat(32), by: `the node ${name}` })
const another: MachinePort['machineOf'] = async () =>
  await Promise.reject(new StepError('config', 'it is node-2', { code: 'HOST_IS_ANOTHER' }))

function readyNode(name: string): ApiObject {
  const metadata = { name, uid: `uid-${name}`, resourceVersion: '1', labels: {}, annotations: {} }
  return { metadata, spec: {}, status: readyOf(true) }
}

/** What is another one for a run of this file. */
interface RunSettings {
  isPoint?: boolean
  killAfter?: string
  disk?: JournalDisk
  rollback?: string
  selection?: RunSelection
  argv?: string[]
  machine?: 'proven' | 'as-listed'
  machineOf?: MachinePort['machineOf']
  requireEmpty?: EmptyNodePort['requireEmpty']
  requireLeft?: EmptyNodePort['requireLeft']
  /** Nodes with a member of etcd, and whether it is ready; undefined = no node of the control plane. */
  etcd?: Readonly<Record<string, boolean>>
}

describe('a host that is replaced by a program', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'osferry-provision-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  function script(name: string, text: string): string[] {
    const file = path.join(directory, name)
    writeFileSync(file, `#!/bin/sh\ncd '${directory}'\n${text}\n`)
    chmodSync(file, 0o755)
    return [file]
  }
  const text = (name: string): string => readFileSync(path.join(directory, name), 'utf8')

  async function run(
    act: string,
    {
      isPoint = true,
      killAfter = '',
      disk,
      rollback,
      selection = {},
      argv = script('act', act),
      machine = 'proven',
      machineOf = proven,
      requireEmpty = async () => await Promise.resolve(),
      requireLeft = async () => await Promise.resolve(),
      etcd,
    }: RunSettings = {},
  ): Promise<RunResult> {
    const settings = stepRow('host.provision').planned.parse({
      provider: 'command',
      argv,
      observe: script('observe', 'test -e new'),
      undo: script('undo', 'cat > undone'),
      ...(rollback === undefined ? {} : { rollback: script('rollback', rollback) }),
    }) as StepParameters<'host.provision'>
    const provider = commandProvider(settings, {
      variables: process.env,
      graceMs: 1000,
      programs: noPrograms,
    })
    const made = modelPlan([{ nodes: ['node-1'] }])
    const node = made.nodes[0]!
    const planned = {
      ...node.steps.find(({ uses }) => uses === 'host.provision')!,
      with: { provider: 'command', machine },
      pointOfNoReturn: isPoint,
      timeoutMs: dayMs,
    }
    let isLost = false
    const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }
    return await runAlone(
      {
        ...made,
        nodes: [
          { ...node, uid: 'uid-1', role: etcd === undefined ? 'worker' : 'control-plane', steps: [planned] },
        ],
      },
      {
        engine: {
          journal: memoryJournal(disk ?? { runs: [], events: [] }, {
            clock,
            around(moment, _seq, { type }) {
              isLost ||= moment === 'after' && type === killAfter
              if (isLost) throw new Error('nothing is written any more')
            },
          }),
          clock,
          wait: async (ms, signal) => await sleep(ms / hurry, undefined, { signal }),
          steps: [provisionStep],
          ports: {
            clock,
            provisioner: () => provider,
            requireEmpty,
            requireLeft,
            refreshConfig: async () => await Promise.reject(new Error('no configuration is rendered')),
            writtenConfig: async () => await Promise.resolve(undefined),
            endToken: async () => await Promise.resolve(),
            get archives(): never {
              throw new Error('nothing is parked')
            },
            hostOf: () => Promise.reject(new Error('nothing is preserved')),
            get cluster(): Cluster {
              if (etcd === undefined) throw new Error('nothing is attached again')
              const pods = Object.entries(etcd).map(([name, isReady]) => etcdPod(name, isReady))
              const nodes = Object.keys(etcd).map(readyNode)
              const list: Cluster['list'] = async ({ resource }) =>
                await Promise.resolve(resource === 'pods' ? pods : nodes)
              return { list } as unknown as Cluster
            },
            machineOf,
          },
        },
        selection,
      },
    )
  }

  it('is done when the program has ended well and its look agrees', async () => {
    expect(await run('cat > request; touch new')).toMatchObject({ exitCode: 0 })
    expect(JSON.parse(text('request'))).toMatchObject({
      node: 'node-1',
      host: 'node-1',
      token: 'run-1:node-1:0',
    })
    expect(await run('exit 0')).toMatchObject({ exitCode: 0 })
  })

  it('is not replaced when etcd would have no majority without its member', async () => {
    expect(
      await run('touch new', { etcd: { 'node-1': true, 'node-2': true, 'node-3': false } }),
    ).toMatchObject({
      exitCode: 8,
      nodes: [{ state: 'returned', failed: { failure: { class: 'quorum', code: 'ETCD_QUORUM' } } }],
    })
    expect(existsSync(path.join(directory, 'new'))).toBe(false)
    const whole = { 'node-1': true, 'node-2': true, 'node-3': true }
    expect(await run('touch new', { etcd: whole })).toMatchObject({ exitCode: 0 })
  })

  it('fails past its point of no return with the last words of the program and the way back', async () => {
    expect(await run('echo "no image for this disk" >&2; exit 4')).toMatchObject({
      exitCode: 7,
      nodes: [
        {
          state: 'failed',
          rollback: 'image',
          failed: {
            failure: { code: 'PROVISION_FAILED', message: expect.stringContaining('no image') as string },
          },
        },
      ],
    })
    expect(existsSync(path.join(directory, 'undone'))).toBe(false)
  })

  it('is given back when the program is not there: its point of no return is not passed', async () => {
    const gone = [path.join(directory, 'gone')]
    expect(await run('exit 0', { argv: gone })).toMatchObject({
      exitCode: 8,
      nodes: [{ state: 'returned', isPastPointOfNoReturn: false }],
    })
  })

  it('is given back when the program fails before it', async () => {
    const result = await run('exit 4', { isPoint: false })
    expect(result).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
    expect(JSON.parse(text('undone'))).toMatchObject({ verb: 'undo', token: 'run-1:node-1:0' })
  })

  it.each([
    ['proven', { machine: 'proven', machineId: '1'.repeat(32), by: 'the node node-1' }],
    ['as-listed', { machine: 'not proven' }],
  ] as const)('leaves in the journal which machine was replaced: %s', async (machine, told) => {
    const disk: JournalDisk = { runs: [], events: [] }
    expect(await run('touch new', { disk, machine })).toMatchObject({ exitCode: 0 })
    const bodies = disk.events.map(({ body }) => body)
    expect(bodies.find(({ type }) => type === 'step-started')).toMatchObject({ found: told })
    expect(bodies.find(({ type }) => type === 'step-done')).toMatchObject({ result: told })
  })

  it('is given back untouched when pods have come while it was looked at', async () => {
    let isLookedAt = false
    const machineOf: MachinePort['machineOf'] = async (...asked) => {
      isLookedAt = true
      return await proven(...asked)
    }
    const requireEmpty = async (): Promise<void> => {
      await Promise.resolve()
      if (isLookedAt) throw new StepError('config', 'pods have come', { code: 'PODS_CAME' })
    }
    expect(await run('touch acted', { machineOf, requireEmpty })).toMatchObject({
      exitCode: 8,
      nodes: [{ state: 'returned', failed: { failure: { code: 'PODS_CAME' } } }],
    })
    expect(existsSync(path.join(directory, 'acted'))).toBe(false)
  })

  it('is given back untouched when another machine answers at its address', async () => {
    expect(await run('touch acted', { machineOf: another })).toMatchObject({
      exitCode: 8,
      nodes: [{ state: 'returned', failed: { failure: { code: 'HOST_IS_ANOTHER' } } }],
    })
    expect(existsSync(path.join(directory, 'acted'))).toBe(false)
    // Nobody is asked when nobody is to be proven.
    expect(await run('touch new', { machineOf: another, machine: 'as-listed' })).toMatchObject({
      exitCode: 0,
    })
  })

  it('is not asked who it is past its point of no return, or when it is done', async () => {
    const disk: JournalDisk = { runs: [], events: [] }
    expect(await run('exit 4', { disk })).toMatchObject({ exitCode: 7 })
    const again = { disk, machineOf: another, selection: { retry: ['node-1'] } }
    expect(await run('touch new', again)).toMatchObject({ exitCode: 0 })
    expect(await run('exit 4', { machineOf: another })).toMatchObject({ exitCode: 0 })
  })

  it('gets its old system back by a program of its own, and not at all without one', async () => {
    const disk = { runs: [], events: [] }
    expect(await run('touch new; exit 4', { disk })).toMatchObject({ exitCode: 7 })
    const selection = { rollback: ['node-1'] }
    await expect(run('exit 4', { disk, selection })).rejects.toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      message: expect.stringContaining('name no rollback program') as string,
    })
    const result = await run('exit 4', { disk, selection, rollback: 'cat > back; rm -f new' })
    expect(result).toMatchObject({ exitCode: 0, nodes: [{ state: 'rolled-back' }] })
    expect(JSON.parse(text('back'))).toMatchObject({
      verb: 'rollback',
      means: 'image',
      token: 'run-1:node-1:0:back',
    })
  })

  it.each<[string, Pick<RunSettings, 'etcd' | 'requireLeft'>, string]>([
    [
      'pods have come to it',
      {
        requireLeft: async () =>
          await Promise.reject(new StepError('config', 'pods have come', { code: 'PODS_CAME' })),
      },
      'PODS_CAME',
    ],
    [
      'etcd would lose its majority',
      { etcd: { 'node-1': true, 'node-2': true, 'node-3': false } },
      'ETCD_QUORUM',
    ],
  ])('does not get its old system back while %s', async (_, change, code) => {
    const disk = { runs: [], events: [] }
    const whole =
      change.etcd === undefined ? {} : { etcd: { 'node-1': true, 'node-2': true, 'node-3': true } }
    expect(await run('touch new; exit 4', { disk, ...whole })).toMatchObject({ exitCode: 7 })
    const back = { disk, selection: { rollback: ['node-1'] }, rollback: 'cat > back; rm -f new' }
    expect(await run('exit 4', { ...back, ...change })).toMatchObject({
      exitCode: 7,
      nodes: [{ state: 'failed', notUndone: [{ failure: { code } }] }],
    })
    expect(existsSync(path.join(directory, 'back'))).toBe(false)
    // A member that is not ready is none that could be taken away.
    const ready = change.etcd === undefined ? {} : { etcd: { ...change.etcd, 'node-1': false } }
    expect(await run('exit 4', { ...back, ...ready })).toMatchObject({ exitCode: 0 })
  })

  it('is tried again with the same token when the program asks for it', async () => {
    const act = 'cat >> requests; test "$(wc -l < requests)" -ge 3 || exit 75; touch new'
    expect(await run(act)).toMatchObject({ exitCode: 0 })
    const tokens = text('requests')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { token: string }).token)
    expect(tokens).toEqual(Array.from({ length: 3 }, () => 'run-1:node-1:0'))
  })

  it('is looked at, not done again, when the end of it could not be written', async () => {
    const disk = { runs: [], events: [] }
    const act = 'cat >> requests; touch new'
    // The act in hand is finished, although nothing is written any more.
    expect(await run(act, { disk, killAfter: 'step-waiting' })).toMatchObject({ exitCode: 6, halt: 'error' })
    expect(await run(act, { disk })).toMatchObject({ exitCode: 0 })
    expect(text('requests').trim().split('\n')).toHaveLength(1)
  })
})
