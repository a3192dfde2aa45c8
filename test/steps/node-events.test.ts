import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/model/cluster-port.ts'
import { MigrationError } from '../../src/model/errors.ts'
import { createNodeEvents } from '../../src/steps/node-events.ts'
import { virtualClock } from './virtual-clock.ts'

interface Told {
  /** Names of nodes of which the server was told. */
  sent: string[]
  logged: string[]
}

/** Tells of nodes at their times; the server gives an error where `failure` does. */
async function tellOf(
  nodes: readonly { name: string; atMs: number }[],
  failure: (name: string) => Error | undefined,
): Promise<Told> {
  const clock = virtualClock()
  const told: Told = { sent: [], logged: [] }
  const keep =
    (level: string) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): void =>
      void told.logged.push(`${level}: ${message}: ${String(fields?.['error'])}`)
  const create = async (_: unknown, { regarding }: { regarding: { name: string } }): Promise<unknown> => {
    told.sent.push(regarding.name)
    const error = failure(regarding.name)
    return error === undefined ? { outcome: 'done' } : await Promise.reject(error)
  }
  const cluster = { create } as unknown as Cluster
  const log = { info: keep('info'), warn: keep('warn') }
  const events = createNodeEvents({ cluster, clock, wait: clock.wait, log }, { id: 'run-1', holder: 'me' })
  const last = Math.max(...nodes.map(({ atMs }) => atMs))
  for (const { name, atMs } of nodes)
    clock.after(atMs, () => events.tell({ name }, 'OsferryMoveStarted', 'begins'))
  const { signal } = new AbortController()
  await clock.run(clock.wait(last + 1, signal), last + 1)
  await clock.run(events.finish(), last + 10_000)
  return told
}

describe('Events about nodes', () => {
  const four = [
    { name: 'node-1', atMs: 0 },
    { name: 'node-2', atMs: 30_000 },
    { name: 'node-3', atMs: 61_000 },
    { name: 'node-4', atMs: 62_000 },
  ]

  it('go on after an outage, which is logged and costs nothing for a minute', async () => {
    const away = new MigrationError('CLUSTER_UNREACHABLE', 'the server is away')
    const told = await tellOf(four, (name) => (name === 'node-1' ? away : undefined))
    expect(told).toEqual({
      sent: ['node-1', 'node-3', 'node-4'],
      logged: ['warn: an Event about a node could not be written: the server is away'],
    })
  })

  it('end where the right is missing, which is logged once', async () => {
    const forbidden = new MigrationError('CLUSTER_FORBIDDEN', 'may not create events')
    expect(await tellOf(four, () => forbidden)).toEqual({
      sent: ['node-1'],
      logged: ['info: no Events are written about nodes: may not create events'],
    })
  })
})
