import { rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { actsIn } from '../support/node-project.ts'
import type { OsferryRun } from '../support/osferry.ts'
import { plannedWorld } from '../support/planned-world.ts'

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])('one node on the %s control plane', (release) => {
  const planned = plannedWorld(release)
  const { run, runs, file, acts } = planned
  const migrate = (...args: string[]): Promise<OsferryRun> =>
    run(['migrate', 'node-1', '--options', 'options.yaml', ...args])

  async function migrated(): Promise<string> {
    const shown = await migrate()
    expect([shown.exitCode, shown.stderr]).toEqual([5, expect.stringContaining('[APPROVAL_MISSING]')])
    expect(await isCordoned('node-1')).toBe(false)
    const [, digest = ''] = /sha256 ([0-9a-f]{64})$/m.exec(shown.stdout) ?? []
    const held = await migrate('--approve', digest)
    expect([held.exitCode, held.stderr]).toEqual([0, expect.stringContaining('next: osferry replace node-1')])
    expect([await isCordoned('node-1'), await isCordoned('node-2')]).toEqual([true, false])
    const [begun, ...others] = await runs()
    expect([begun?.plan, others]).toEqual([digest, []])
    return begun!.id
  }

  async function isCordoned(name: string): Promise<boolean> {
    const { spec } = await planned.world.node(name)
    return (spec as { unschedulable?: boolean }).unschedulable ?? false
  }

  async function expectGivenBack(name: string): Promise<void> {
    expect([name, await isCordoned(name)]).toEqual([name, false])
    const { metadata } = await planned.world.node(name)
    expect(Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('osferry.io/'))).toEqual([])
    expect(metadata.labels).toMatchObject({ team: 'ferry' })
  }

  it('is migrated, replaced and restored by one run, and held between, whatever else is drained', async () => {
    await migrated()
    const early = await run(['restore', 'node-1', '--yes'])
    expect([early.exitCode, early.stderr]).toEqual([64, expect.stringContaining('has not replaced')])
    expect([actsIn(planned.cwd), await isCordoned('node-1')]).toEqual([[], true])
    // A node without a run is restored by the record of its drain, as ever; the one of the run is left alone.
    expect((await run(['drain', 'node-2', '--yes'])).exitCode).toBe(0)
    const both = await run(['restore', 'node-1', 'node-2', '--yes'])
    expect([both.exitCode, both.stderr]).toEqual([64, expect.stringContaining('no run with node-2')])
    expect(await isCordoned('node-2')).toBe(true)
    const drained = await run(['restore', 'node-2', '--yes'])
    expect([drained.exitCode, drained.stderr]).toEqual([0, expect.not.stringContaining('going on with')])
    await expectGivenBack('node-2')
    expect(await isCordoned('node-1')).toBe(true)
    const replaced = await run(['replace', 'node-1'])
    expect([replaced.exitCode, replaced.stderr]).toEqual([
      0,
      expect.stringContaining('next: osferry restore node-1'),
    ])
    expect([actsIn(planned.cwd), await isCordoned('node-1')]).toEqual([['node-1'], true])
    const restored = await run(['restore', 'node-1'])
    expect([restored.exitCode, restored.stderr]).toEqual([
      0,
      expect.stringContaining('until node-1 is restored'),
    ])
    await expectGivenBack('node-1')
    expect(actsIn(planned.cwd)).toEqual(['node-1'])
    // The run is over: what is left is what restore does with any node.
    const over = await run(['replace', 'node-1'])
    expect([over.exitCode, over.stderr]).toEqual([65, expect.stringContaining('[RUN_NOT_FOUND]')])
  })

  it('goes on where a kill has left it', async () => {
    const id = await migrated()
    writeFileSync(file('wait-node-1'), '')
    const killed = await run(['replace', 'node-1'], {
      started: (child) => void acts(1).then(() => child.kill('SIGKILL')),
    })
    expect(killed.exitCode).toBeNull()
    rmSync(file('wait-node-1'))
    const again = await run(['replace', 'node-1'])
    expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining(`run ${id}`)])
    expect((await run(['restore', 'node-1'])).exitCode).toBe(0)
    await expectGivenBack('node-1')
    expect((await run(['runs', 'verify'])).exitCode).toBe(0)
  })

  it('is given back when its run is aborted before its system was replaced', async () => {
    const id = await migrated()
    const { exitCode } = await run(['runs', 'abort', id, '--yes'])
    expect([exitCode, actsIn(planned.cwd)]).toEqual([8, []])
    await expectGivenBack('node-1')
    const over = await run(['replace', 'node-1'])
    expect([over.exitCode, over.stderr]).toEqual([65, expect.stringContaining('osferry migrate node-1')])
  })
})
