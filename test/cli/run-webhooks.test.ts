import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runWebhooks } from '../../src/cli/run-webhooks.ts'
import type { JournalEvent, JournalEventBody } from '../../src/model/journal-record.ts'
import { httpHere, type HttpHere } from '../monitoring/http-here.ts'
import { canary, worldOf } from './run-world-here.ts'

let directory = ''
let server: HttpHere
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'osferry-webhooks-'))
  server = await httpHere((_, response) => response.end())
})
afterEach(async () => {
  await server.close()
  await rm(directory, { recursive: true })
})

describe('webhooks of osferry.yaml', () => {
  const event = (seq: number, body: JournalEventBody, node: string | null = null): JournalEvent => ({
    seq,
    run: '20261121-2000-abc',
    at: '2026-11-21T20:00:00.000Z',
    node,
    body,
    previous: '',
    hash: '',
  })

  it('are told of what they want, in words and as data, and signed', async () => {
    const world = await worldOf(
      directory,
      `
notify:
  - { name: usual, url: "${server.url}/usual", secret: "env:HOOK_SECRET" }
  - { name: gates, url: "${server.url}/waves", events: [wave-done] }
`,
    )
    const sink = runWebhooks(world)
    sink.onEvent(event(1, { type: 'run-started', nodes: ['node-1'] }))
    sink.onEvent(event(2, { type: 'node-started' }, 'node-1'))
    sink.onEvent(event(3, { type: 'node-ended', outcome: 'rolled-back' }, 'node-1'))
    sink.onEvent(event(4, { type: 'wave-done', wave: 0 }))
    await sink.finish()
    const told = (path: string): unknown[] =>
      server.seen.filter((one) => one.path === path).map(({ body }) => JSON.parse(body) as unknown)
    expect(told('/usual')).toEqual([
      expect.objectContaining({ seq: 1, event: { type: 'run-started', nodes: ['node-1'] } }),
      {
        schema: 'run-message/v1',
        run: '20261121-2000-abc',
        playbook: 'centos8-to-containeros',
        seq: 3,
        at: '2026-11-21T20:00:00.000Z',
        node: 'node-1',
        event: { type: 'node-ended', outcome: 'rolled-back' },
        text: 'osferry 20261121-2000-abc: node-1: node ended: rolled back',
      },
    ])
    expect(told('/waves')).toMatchObject([{ seq: 4 }])
    expect(server.seen.find(({ path }) => path === '/usual')?.headers['x-osferry-signature']).toMatch(
      /^sha256=/,
    )
    expect(JSON.stringify(server.seen)).not.toContain(canary)
  })

  it('may have an address that is a secret, which is not told when it is wrong', async () => {
    const logged: unknown[] = []
    const world = await worldOf(directory, 'notify: [{ name: chat, url: "env:HOOK_SECRET" }]', logged)
    const sink = runWebhooks(world)
    sink.onEvent(event(1, { type: 'run-ended', outcome: 'done' }))
    await sink.finish()
    expect(JSON.stringify(logged)).toContain('what its url points to is no http(s) address')
    expect(JSON.stringify(logged)).not.toContain(canary)
  })
})
