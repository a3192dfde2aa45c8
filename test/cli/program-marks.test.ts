import { spawn, type ChildProcess } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isAtWork, programMarks } from '../../src/cli/program-marks.ts'
import type { RunHolder } from '../../src/cli/run-holder.ts'
import type { RunWorld } from '../../src/cli/run-world.ts'
import { identityOf, ownIdentity } from '../../src/journal/owner.ts'
import type { ProgramAtWork } from '../../src/model/left-program.ts'
import { ProgramMark } from '../../src/model/program-mark.ts'
import { modelPlan } from '../migrate/model-plan.ts'

const { signal } = new AbortController()
const program = { run: 'r1', verb: 'act', program: '/opt/reinstall' } as const
const at = '2026-11-22T10:00:00.000Z'
const ann: RunHolder = { name: 'ann@one (run r1, 1)', gone: new Set() }
const bob: RunHolder = { name: 'bob@two (run r2, 1)', gone: new Set(['bob@two (run r2, 0)']) }
/** Who goes on with the run of ann in her project. */
const next: RunHolder = { name: 'ann@one (run r1, 2)', gone: new Set([ann.name]) }

let child: ChildProcess
beforeEach(() => {
  child = spawn('sleep', ['600'], { detached: true })
})
afterEach(() => child.kill('SIGKILL'))

/** What stands on the Leases of nodes after somebody has marked a program of host `h1`, which is the node `node-1`. */
async function marksOf(holder: RunHolder): Promise<{ begins: string; begun: string; taken: unknown }> {
  const said: unknown[] = []
  const plan = modelPlan([{ nodes: ['node-1'] }])
  const world = {
    plan: { ...plan, nodes: plan.nodes.map((node) => ({ ...node, host: 'h1' })) },
    context: { clock: { now: () => at } },
    holder,
  } as unknown as RunWorld & { holder: RunHolder }
  const marks = programMarks(world, {
    mark: async (node, mark) => await Promise.resolve(void said.push([node, mark])),
    remark: (node, mark) => void said.push([node, mark]),
  })
  await marks.put('h1', program, signal)
  marks.fill('h1', { ...program, process: identityOf(child.pid!) })
  marks.take('h1')
  expect(said.map((line) => (line as string[])[0])).toEqual(['node-1', 'node-1', 'node-1'])
  const [begins, begun, taken] = said.map((line) => (line as string[])[1])
  return { begins: begins!, begun: begun!, taken }
}

async function asked(mark: string, holder: RunHolder, note?: Partial<ProgramAtWork>): Promise<boolean> {
  const atWork = async (): Promise<ProgramAtWork | undefined> =>
    await Promise.resolve(note as ProgramAtWork | undefined)
  return await isAtWork(mark, { node: 'node-1', holder, notes: { atWork } })
}

async function ended(): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
  await vi.waitUntil(() => child.exitCode !== null || child.signalCode !== null)
}

/** As it would be read where its process cannot be seen. */
function elsewhere(mark: string, more: object = {}): string {
  const found = ProgramMark.parse(JSON.parse(mark))
  const process = { ...found.process!, host: 'ops-2', bootId: 'another', machineId: null }
  return JSON.stringify({ ...found, machine: 'ops-2', process, ...more })
}

describe('the mark of a program', () => {
  it('says whose it is, where and since when, and nobody’s machine id', async () => {
    const { begins, begun, taken } = await marksOf(ann)
    const { host, machineId } = ownIdentity()
    const about = { ...program, host: 'h1', holder: ann.name, machine: host, since: at }
    expect(ProgramMark.parse(JSON.parse(begins))).toMatchObject({ ...about, process: null })
    expect(ProgramMark.parse(JSON.parse(begun))).toMatchObject({ ...about, process: { pid: child.pid } })
    expect(taken).toBeNull()
    expect(begins + begun).not.toContain(machineId ?? 'no machine id')
  })

  it('is refused with who, where, since when and the ways forward while its program is at work', async () => {
    const { begun } = await marksOf(ann)
    const { host } = ownIdentity()
    await expect(asked(begun, bob)).rejects.toMatchObject({
      code: 'PROGRAM_AT_WORK',
      message: `/opt/reinstall (process ${child.pid}, act since ${at} on ${host}), begun by ${ann.name}, is at work on node-1. Nothing was begun on node-1: wait until it has ended; or end it (kill -TERM -- -${child.pid}) on ${host} and go on in its project there: osferry runs resume r1; or, when you have looked and it is no more: kubectl annotate lease osferry-node-node-1 -n kube-system osferry.io/program-`,
      details: { holder: ann.name, machine: host, since: at },
    })
  })

  it('is stale when its program has ended on this machine, whoever looks', async () => {
    const { begun } = await marksOf(ann)
    await ended()
    expect(await asked(begun, bob)).toBe(false)
    expect(await asked(begun, next)).toBe(false)
  })

  it('is refused where nobody can see whether its program has ended, or was begun at all', async () => {
    const { begins, begun } = await marksOf(ann)
    for (const mark of [elsewhere(begun), begins])
      await expect(asked(mark, bob)).rejects.toMatchObject({
        code: 'PROGRAM_AT_WORK',
        message: expect.stringContaining('cannot be seen from here') as string,
      })
    await expect(asked(elsewhere(begun), bob)).rejects.toMatchObject({ details: { machine: 'ops-2' } })
  })

  it('lets its own project on, which waits for what it has a note of', async () => {
    const { begins, begun } = await marksOf(ann)
    for (const mark of [begins, begun, elsewhere(begun)]) {
      expect(await asked(mark, next, { isSeen: true })).toBe(true)
      expect(await asked(mark, ann, { isSeen: false })).toBe(true)
    }
    // Killed before it was started, or after it had ended.
    expect(await asked(begins, next)).toBe(false)
    // A copy of the project, or somebody has removed the note.
    await expect(asked(begun, next)).rejects.toMatchObject({ code: 'PROGRAM_AT_WORK' })
    // A note of another project says nothing of it.
    await expect(asked(begun, bob, { isSeen: true })).rejects.toMatchObject({ code: 'PROGRAM_AT_WORK' })
  })

  it.each(['', '{}', '{"schema":"program-mark/v2"}'])(
    'is refused when it cannot be read: %j',
    async (mark) => {
      await expect(asked(mark, next)).rejects.toMatchObject({
        code: 'PROGRAM_AT_WORK',
        message: expect.stringContaining('osferry.io/program-') as string,
      })
    },
  )

  it('acts on no terminal and is no part of a command', async () => {
    const { begun } = await marksOf(ann)
    const hostile = JSON.stringify({ ...JSON.parse(begun), run: 'r1; rm -rf /', program: 'a\u001b[2J' })
    const refused: unknown = await asked(hostile, bob).catch((error: unknown) => error)
    expect(refused).toMatchObject({
      message: expect.stringMatching(/^a\\x1b\[2J .*osferry runs resume 'r1; rm -rf \/';/) as string,
    })
  })
})
