import { dirname, resolve } from 'node:path'
import { mkdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { rollbackNodes } from '../../src/cli/rollback-nodes.ts'
import type { JournalEventBody } from '../../src/model/journal-record.ts'
import { commandContext, type TestContext } from '../support/command-context.ts'
import { journalRun, openHere } from '../support/journal/open.ts'
import { journalPlace } from '../journal/temp.ts'

type Told = readonly [node: string, body: JournalEventBody]
const started = { type: 'node-started' } as const
const failed = { type: 'node-ended', outcome: 'failed' } as const
const point = { type: 'point-of-no-return' } as const
const back = { type: 'node-rolling-back', means: 'image', reason: { en: 'asked', zh: '按要求' } } as const

/** A project with these runs in its journal. */
async function project(...runs: readonly (readonly [string, readonly Told[]])[]): Promise<TestContext> {
  // The state directory of a project is beside nothing else.
  const cwd = resolve(dirname(await journalPlace()), '..')
  mkdirSync(resolve(cwd, '.osferry'), { mode: 0o700 })
  const journal = await openHere(resolve(cwd, '.osferry/journal.db'))
  for (const [run, told] of runs) {
    journal.begin(journalRun(run))
    const nodes = ['node-1', 'node-2', 'node-3']
    journal.append({ run, node: null, body: { type: 'run-started', nodes } })
    for (const [node, body] of told) journal.append({ run, node, body })
    journal.append({ run, node: null, body: { type: 'run-ended', outcome: 'failed' } })
  }
  journal.close()
  return await commandContext(cwd)
}

const first = '20261121-100000-aaaaaa'
const second = '20261121-110000-bbbbbb'
const ofFirst: readonly Told[] = [
  ['node-1', started],
  ['node-1', point],
  ['node-1', failed],
  ['node-2', started],
]

describe('what is brought back', () => {
  it('are nodes of the last run that has begun with them', async () => {
    const context = await project([first, ofFirst], [second, [['node-2', started]]])
    expect(rollbackNodes(context, ['node-1'])).toMatchObject({ run: { id: first }, nodes: ['node-1'] })
    expect(rollbackNodes(context, ['node-2'])).toMatchObject({ run: { id: second }, nodes: ['node-2'] })
    expect(() => rollbackNodes(context, ['node-1', 'node-2'])).toThrow('nodes of several runs')
    expect(() => rollbackNodes(context, ['node-1', 'node-3'])).toThrow('nothing was begun with node-3')
  })

  it('is everything of a run that has not ended well', async () => {
    const context = await project([first, ofFirst])
    expect(rollbackNodes(context, ['aaaa'])).toMatchObject({
      run: { id: first },
      nodes: ['node-1', 'node-2'],
    })
  })

  it('is no run on whose nodes a later one has been at work, and none that has nothing left', async () => {
    const ended: readonly Told[] = [
      ...ofFirst.slice(0, 3),
      ['node-1', back],
      ['node-1', { ...failed, outcome: 'rolled-back' }],
    ]
    const context = await project([first, ofFirst], [second, ended])
    expect(() => rollbackNodes(context, [first])).toThrow(
      `a later run has been at work on node-1 (${second})`,
    )
    expect(() => rollbackNodes(context, [second])).toThrow('no node that has failed or was left')
    expect(() => rollbackNodes(context, ['zzz'])).toThrow('nothing was begun with zzz')
  })

  it('is nothing where no run has been', async () => {
    const context = await commandContext('/nowhere')
    expect(() => rollbackNodes(context, ['node-1'])).toThrow('nothing was begun with node-1')
  })
})
