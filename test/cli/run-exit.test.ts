import { describe, expect, it } from 'vitest'
import { nodeNoteText } from '../../src/cli/messages-apply.ts'
import { runExit, type RunCommands } from '../../src/cli/run-exit.ts'
import { runResultDocument } from '../../src/cli/run-result-document.ts'
import type { NodeResult, RunResult } from '../../src/migrate/run-outcome.ts'
import type { RunSelection } from '../../src/migrate/run-selection.ts'
import type { LeftCordonedReason } from '../../src/model/node-note.ts'
import { MigrationError } from '../../src/model/errors.ts'
import type { Text } from '../../src/model/text.ts'
import { commandContext } from '../support/command-context.ts'

const context = await commandContext('/nowhere')

function node(name: string, state: NodeResult['state'], more: Partial<NodeResult> = {}): NodeResult {
  return {
    node: name,
    state,
    isPastPointOfNoReturn: false,
    failed: undefined,
    notUndone: [],
    rollback: undefined,
    notes: [],
    ...more,
  }
}

function exit(result: Partial<RunResult>, selection: RunSelection = {}, commands?: RunCommands) {
  const whole = {
    exitCode: 0,
    isResumable: false,
    halt: undefined,
    message: undefined,
    error: undefined,
    nodes: [],
    asked: new Set(result.nodes?.map((one) => one.node)),
    ...result,
  } as const
  return runExit(context, whole, {
    run: 'r1',
    selection,
    digest: '0123456789ab'.repeat(5),
    ...(commands === undefined ? {} : { commands }),
  })
}

describe('how a run ended', () => {
  it('is done', () => {
    expect(exit({ nodes: [node('a', 'done'), node('b', 'done')] })).toEqual({
      code: 0,
      reason: 'r1: 2 of 2 nodes are done',
      next: [],
    })
  })

  it('holds nodes where they were to be held, and can go on', () => {
    const held = exit({ isResumable: true, nodes: [node('a', 'under-way')] }, { until: 'migrated' })
    expect(held).toEqual({
      code: 0,
      reason: 'r1: migrated and held there: a',
      next: ['osferry runs resume r1'],
    })
  })

  it('names the commands of one node: what comes next when it is held, the same when it has stopped', () => {
    const commands = { again: 'migrate a', onward: 'replace a' }
    const held = exit({ isResumable: true, nodes: [node('a', 'under-way')] }, { until: 'migrated' }, commands)
    expect(held.next).toEqual(['osferry replace a'])
    const stopped = exit({ exitCode: 6, isResumable: true, halt: 'interrupted' }, {}, commands)
    expect(stopped.next).toEqual(['osferry migrate a'])
    // Other nodes of the run may have failed: only the run itself can say how it goes on.
    const failed = exit({ exitCode: 8, isResumable: true, nodes: [node('a', 'returned')] }, {}, commands)
    expect(failed.next).toEqual(['osferry runs resume r1', 'osferry runs resume r1 --retry a'])
  })

  it('is done, and not clean, when a node has stayed cordoned', () => {
    const cordoned = { notes: [{ kind: 'left-cordoned', why: 'mark-gone' } as const] }
    const left = exit({ exitCode: 2, nodes: [node('a', 'done'), node('b', 'done', cordoned)] })
    expect(left).toEqual({
      code: 2,
      reason: 'r1: 2 of 2 nodes are done, but left cordoned: b (the mark of this run is gone)',
      next: [],
    })
    const text = nodeNoteText('b', cordoned.notes[0]!)
    expect(text.en).toContain('the mark of this run is gone from it')
    expect(text.en).toContain('kubectl uncordon b')
  })

  it('names by their reasons those of the nodes that were asked for that have stayed cordoned', () => {
    const left = (name: string, why: LeftCordonedReason): NodeResult =>
      node(name, 'done', { notes: [{ kind: 'left-cordoned', why }] })
    const nodes = [
      left('a', 'new-object'),
      left('b', 'of-others'),
      left('c', 'new-object'),
      left('d', 'mark-gone'),
    ]
    const { reason } = exit({ exitCode: 2, nodes, asked: new Set(['a', 'b', 'c']) })
    expect(reason).toBe(
      'r1: 4 of 4 nodes are done, but left cordoned: b (somebody else was faster); a, c (a new Node object)',
    )
  })

  it('says what it stopped for, and the command that goes on', () => {
    const message = 'prometheus: 3 alerts'
    const stopped = exit({ exitCode: 6, isResumable: true, halt: 'gate', message })
    expect(stopped.reason).toBe('r1: a gate did not open: prometheus: 3 alerts')
    expect(stopped.next).toEqual(['osferry runs resume r1'])
    const error = new MigrationError('CLUSTER_LOCKED', 'another osferry is at work')
    expect(exit({ exitCode: 6, isResumable: true, halt: 'error', error }).reason).toContain(
      '[CLUSTER_LOCKED]',
    )
  })

  it('tells in Chinese what to do about a node that was refused, whose words are English', () => {
    const chinese = { ...context, say: ({ zh }: Text): string => zh }
    const whole = { exitCode: 6, isResumable: true, halt: 'gate', error: undefined, nodes: [] } as const
    const message = '/opt/x is at work on node-1'
    const about = { run: 'r1', selection: {}, digest: '0123456789ab' }
    const result = { ...whole, message, asked: new Set<string>(), codes: ['PROGRAM_AT_WORK'] as const }
    const { reason } = runExit(chinese, result, about)
    expect(reason).toMatch(
      /^r1：有关卡未放行：\/opt\/x is at work on node-1。.*请等待其结束.*kubectl annotate/,
    )
  })

  it('names the way back of a node where the plan has one, and after it no way forward', () => {
    const stuck = node('a', 'failed', { isPastPointOfNoReturn: true, rollback: 'image' })
    expect(exit({ exitCode: 7, nodes: [stuck] }).next).toContain('osferry rollback a --approve 0123456789ab')
    const none = { ...stuck, rollback: 'none' } as const
    expect(exit({ exitCode: 7, nodes: [none] }).next.join()).not.toContain('rollback')
    const asked = { rollback: ['a'] }
    expect(exit({ nodes: [node('a', 'rolled-back')] }, asked)).toEqual({
      code: 0,
      reason: 'r1: a back as found',
      next: [],
    })
    expect(exit({ exitCode: 7, nodes: [stuck] }, asked).next).toEqual([
      'osferry rollback a --approve 0123456789ab',
      'osferry runs show r1',
    ])
  })

  it('names nodes that failed and those that were given back, and how to try them again', () => {
    const nodes = [node('a', 'returned'), node('b', 'failed', { isPastPointOfNoReturn: true })]
    const failed = exit({ exitCode: 7, halt: 'failures', nodes })
    expect(failed.reason).toBe(
      'r1: b failed, and could not be given back as found: no further node was started after a failure',
    )
    expect(failed.next).toEqual(['osferry runs resume r1 --retry b --retry a', 'osferry runs show r1'])
    const returned = exit({ exitCode: 8, halt: 'failures', nodes: [node('a', 'returned')] })
    expect(returned.reason).toContain('r1: a given back as found')
  })
})

it('is a document without what is not known, and without secrets', () => {
  const failure = { class: 'config', code: 'NODE_GONE', message: 'the cluster has no node a' } as const
  const document = runResultDocument(
    {
      exitCode: 7,
      isResumable: false,
      halt: 'failures',
      message: undefined,
      asked: new Set(['a']),
      error: new Error('password=hunter2'),
      nodes: [node('a', 'failed', { failed: { uses: 'host.provision', failure }, rollback: 'none' })],
    },
    { run: 'r1', plan: 'a'.repeat(64), exit: { code: 7, reason: 'no', next: [] } },
  )
  expect(document.nodes[0]).toMatchObject({ failed: { failure: { code: 'NODE_GONE' } }, rollback: 'none' })
  expect(document.error?.code).toBe('UNKNOWN')
  expect(JSON.stringify(document)).not.toContain('hunter2')
})
