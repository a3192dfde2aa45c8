import type { ChildProcess } from 'node:child_process'
import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { microTime } from '../../src/model/micro-time.ts'
import { ProgramMark } from '../../src/model/program-mark.ts'
import { mergePatch } from '../support/control-plane/api.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { actsIn, planNodes } from '../support/node-project.ts'
import { applyWords, type OsferryOptions, type OsferryRun } from '../support/osferry.ts'
import { plannedWorld } from '../support/planned-world.ts'

const soon = { timeout: 60_000, interval: 50 }
/** A lease is renewed every twenty seconds. */
const renewed = { timeout: 120_000, interval: 200 }
const preload = fileURLToPath(new URL('../support/jumping-clock.ts', import.meta.url))
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
const nodes = ['node-1', 'node-2'] as const
/** Asked before and after a system is replaced; fails while there is a file `lost`. */
const observe = `
node=$(sed -n 's/.*"node":"\\([^"]*\\)".*/\\1/p')
test ! -e lost || { echo 'no such image' >&2; exit 3; }
test -e "new-$node"
`
/** Behind the program of the project. */
const renew = 'test ! -e "fail-$node" && : > "new-$node"\n'

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'what osferry apply meets on the %s control plane',
  (release) => {
    const planned = plannedWorld(release)
    const { run, runs, file, acts } = planned
    beforeEach(() => hold('node-1'))
    afterEach(async () => void (await planned.world.api.request('DELETE', leases)))

    const apply = (more: Partial<OsferryOptions> = {}): Promise<OsferryRun> =>
      run(applyWords('nodes-only.yaml', planned.digest), more)
    /** The program that replaces the system waits until it is let go. */
    const hold = (name: string): void => writeFileSync(file(`wait-${name}`), '')
    const letGo = (name: string): void => rmSync(file(`wait-${name}`), { force: true })

    interface Marks {
      cordoned: boolean
      taints: string[]
      marks: string[]
    }
    async function marksOf(name: string): Promise<Marks> {
      const { metadata, spec } = await planned.world.node(name)
      const { unschedulable = false, taints = [] } = spec as {
        unschedulable?: boolean
        taints?: { key: string; effect: string }[]
      }
      const marks = Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('osferry.io/'))
      // The server's own taint of a cordon goes by itself.
      const own = taints.filter(({ key }) => key.startsWith('osferry.io/'))
      return { cordoned: unschedulable, taints: own.map(({ key, effect }) => `${key}:${effect}`), marks }
    }
    const untouched: Marks = { cordoned: false, taints: [], marks: [] }
    const softly: Marks = {
      cordoned: false,
      taints: ['osferry.io/to-be-replaced:PreferNoSchedule'],
      marks: ['osferry.io/soft-taint'],
    }

    /** Who holds a lease of ours, by its name; those that nobody holds are left out. */
    async function holders(): Promise<Record<string, string>> {
      const { items } = (await planned.world.api.request('GET', leases)) as unknown as {
        items: { metadata: { name: string }; spec: { holderIdentity?: string | null } }[]
      }
      const own = items.filter(({ metadata }) => metadata.name.startsWith('osferry-'))
      return Object.fromEntries(
        own.flatMap(({ metadata, spec }) =>
          typeof spec.holderIdentity === 'string' ? [[metadata.name, spec.holderIdentity]] : [],
        ),
      )
    }

    async function expectGivenBack(): Promise<void> {
      for (const name of nodes) expect([name, await marksOf(name)]).toEqual([name, untouched])
      expect(await holders()).toEqual({})
      const verified = await run(['runs', 'verify'])
      expect([verified.exitCode, verified.stderr]).toEqual([0, verified.stderr])
    }

    it('an API server that is killed and comes back: both nodes are done, exit 0', async () => {
      let heard = ''
      const applying = apply({
        started: (child) => void child.stderr?.on('data', (chunk: Buffer) => (heard += chunk.toString())),
      })
      await acts(1)
      await planned.world.controlPlane.killApiServer()
      letGo('node-1')
      // Its next step asks a server that is away.
      await vi.waitUntil(() => heard.includes('host.provision done'), soon)
      await planned.world.controlPlane.restartApiServer()
      const { exitCode, stderr } = await applying
      expect([exitCode, stderr]).toEqual([0, stderr])
      expect(actsIn(planned.cwd)).toEqual(nodes)
      await expectGivenBack()
    })

    it('an API server that stays away: Ctrl-C twice leaves the run, exit 6; runs resume ends it when the server is back', async () => {
      let heard = ''
      let left: ChildProcess | undefined
      const applying = apply({
        started(child) {
          left = child
          child.stderr?.on('data', (chunk: Buffer) => (heard += chunk.toString()))
        },
      })
      await acts(1)
      await planned.world.controlPlane.killApiServer()
      letGo('node-1')
      await vi.waitUntil(() => heard.includes('host.provision done'), soon)
      left?.kill('SIGINT')
      await vi.waitUntil(() => heard.includes('press Ctrl-C again'), soon)
      left?.kill('SIGINT')
      const { exitCode, stderr } = await applying
      const [, next = ''] = /osferry (runs resume \S+)$/m.exec(stderr) ?? []
      expect([exitCode, next]).toEqual([6, expect.stringMatching(/^runs resume \S+$/)])
      await planned.world.controlPlane.restartApiServer()
      expect(await marksOf('node-1')).toMatchObject({ cordoned: true })
      const resumed = await run(next.split(' '))
      expect([resumed.exitCode, resumed.stderr]).toEqual([0, resumed.stderr])
      expect(actsIn(planned.cwd)).toEqual(nodes)
      await expectGivenBack()
    })

    it('a program that was left at work keeps another project from its node, exit 6; runs resume waits for it, and leaves no mark', async () => {
      let heard = ''
      let left: ChildProcess | undefined
      const applying = apply({
        started(child) {
          left = child
          child.stderr?.on('data', (chunk: Buffer) => (heard += chunk.toString()))
        },
      })
      await acts(1)
      left?.kill('SIGINT')
      await vi.waitUntil(() => heard.includes('press Ctrl-C again'), soon)
      left?.kill('SIGINT')
      expect((await applying).exitCode).toBe(6)
      const markOf = async (): Promise<string | undefined> => {
        const { metadata } = await planned.world.api.request('GET', `${leases}/osferry-node-node-1`)
        return metadata.annotations?.['osferry.io/program']
      }
      const mark = ProgramMark.parse(JSON.parse((await markOf()) ?? ''))
      expect(existsSync(`/proc/${mark.process?.pid}`)).toBe(true)
      // Whoever left could not let them go: they end by themselves.
      for (const lease of ['osferry-run', 'osferry-node-node-1']) {
        const renewTime = microTime(new Date(Date.now() - 3_600_000).toISOString())
        // Whoever takes one looks at it for as long as it is valid.
        const body = { spec: { renewTime, leaseDurationSeconds: 1 } }
        await planned.world.api.request('PATCH', `${leases}/${lease}`, { body, contentType: mergePatch })
      }
      const found = await marksOf('node-1')
      const copy = planned.copy()
      const refused = await apply({ cwd: copy })
      expect([refused.exitCode, refused.stderr]).toEqual([6, expect.stringContaining('is at work on node-1')])
      for (const words of [mark.holder, mark.machine, mark.since, `osferry runs resume ${mark.run}`])
        expect(refused.stderr).toContain(words)
      expect(refused.stderr).toContain(
        'kubectl annotate lease osferry-node-node-1 -n kube-system osferry.io/program-',
      )
      expect([actsIn(copy), await marksOf('node-1'), await marksOf('node-2')]).toEqual([[], found, untouched])
      expect(ProgramMark.parse(JSON.parse((await markOf()) ?? ''))).toEqual(mark)
      rmSync(copy, { recursive: true })
      letGo('node-1')
      const resumed = await run(['runs', 'resume', mark.run])
      expect([resumed.exitCode, resumed.stderr]).toEqual([0, resumed.stderr])
      expect([actsIn(planned.cwd).toSorted(), await markOf()]).toEqual([
        ['node-1', 'node-1', 'node-2'],
        undefined,
      ])
      await expectGivenBack()
    })

    it.each(['osferry-run', 'osferry-node-node-1'])(
      'the Lease %s is taken by somebody else: nothing more is done, exit 6; once it is free, runs resume ends the run',
      async (lease) => {
        const applying = apply()
        await acts(1)
        const give = async (holderIdentity: string | null): Promise<void> => {
          const body = { spec: { holderIdentity } }
          await planned.world.api.request('PATCH', `${leases}/${lease}`, { body, contentType: mergePatch })
        }
        await give('thief@elsewhere')
        const { exitCode, stdout, stderr } = await applying
        expect([exitCode, stderr]).toEqual([6, expect.stringContaining('thief@elsewhere')])
        expect(stderr).toContain('[CLUSTER_LOCKED]')
        expect(stdout).toMatch(/^node-1 +under way, past the point of no return/m)
        // As it was left: whoever goes on finds it so.
        expect(await marksOf('node-1')).toMatchObject({ cordoned: true, marks: ['osferry.io/cordon'] })
        expect(await marksOf('node-2')).toEqual(untouched)
        const [, next = ''] = /^next: osferry (runs resume \S+)/m.exec(stderr) ?? []
        letGo('node-1')
        const refused = await run(next.split(' '))
        expect([refused.exitCode, refused.stderr]).toEqual([
          lease === 'osferry-run' ? 69 : 6,
          expect.stringContaining('thief@elsewhere'),
        ])
        await give(null)
        const resumed = await run(next.split(' '))
        expect([resumed.exitCode, resumed.stderr]).toEqual([0, resumed.stderr])
        await expectGivenBack()
      },
    )

    it.each([
      ['forwards', 7_200_000],
      ['backwards', -7_200_000],
    ])('a clock that jumps two hours %s: both nodes are done, exit 0', async (_, jumpMs) => {
      const env = { NODE_OPTIONS: `--import=${preload}`, CLOCK_JUMPS_BY: file('jump') }
      const applying = apply({ env })
      await acts(1)
      writeFileSync(file('jump'), String(jumpMs))
      const renewedAt = async (): Promise<number> => {
        const { spec } = await planned.world.api.request('GET', `${leases}/osferry-run`)
        return Date.parse((spec as { renewTime: string }).renewTime) - Date.now()
      }
      // By the clock that has jumped, and still by the same process.
      await vi.waitUntil(async () => Math.abs((await renewedAt()) - jumpMs) < 600_000, renewed)
      letGo('node-1')
      const { exitCode, stderr } = await applying
      expect([exitCode, stderr]).toEqual([0, stderr])
      expect(actsIn(planned.cwd)).toEqual(nodes)
      await expectGivenBack()
    })

    it('a kill while nodes wait with their taint: it is taken off by the run that goes on', async () => {
      const killed = apply({
        started: (child) =>
          void (async () => {
            await acts(1)
            await vi.waitUntil(async () => (await marksOf('node-2')).marks.length > 0, soon)
            child.kill('SIGKILL')
          })(),
      })
      expect((await killed).exitCode).toBeNull()
      expect(await marksOf('node-2')).toEqual(softly)
      letGo('node-1')
      const [{ id } = { id: '' }] = await runs()
      const resumed = await run(['runs', 'resume', id, '--only', 'node-1'])
      expect([resumed.exitCode, resumed.stderr]).toEqual([0, resumed.stderr])
      await expectGivenBack()
      expect((await run(['runs', 'resume', id])).exitCode).toBe(0)
      await expectGivenBack()
    })

    it.each([
      {
        when: 'before the point of no return: it is given back, exit 8',
        fault: 'lost',
        exitCode: 8,
        state: 'returned as found',
        message: '/bin/sh ended with 3: no such image',
        left: untouched,
        acts: [],
      },
      {
        when: 'past the point of no return: it stays cordoned, exit 7',
        fault: 'fail-node-1',
        exitCode: 7,
        state: 'failed, past the point of no return',
        message: '/bin/sh ended with 1',
        left: { ...untouched, cordoned: true, marks: ['osferry.io/cordon'] },
        acts: ['node-1'],
      },
    ])(
      'a program that fails to replace the system of a node $when; the printed commands end the run',
      async ({ fault, exitCode, state, message, left, acts: done }) => {
        letGo('node-1')
        writeFileSync(file('observe.sh'), observe)
        const provision = { observe: ['/bin/sh', './observe.sh'] }
        const digest = await planNodes(planned.cwd, planned.nodes, { run, provision })
        appendFileSync(file('provision.sh'), renew)
        writeFileSync(file(fault), '')
        const { stdout, stderr, ...end } = await run(applyWords('nodes-only.yaml', digest.slice(0, 12)))
        expect([end.exitCode, stderr]).toEqual([exitCode, stderr])
        expect(stdout).toMatch(new RegExp(`^node-1 +\\S ${state} .*${message}`, 'm'))
        expect(stdout).toMatch(/^node-2 +not started/m)
        expect([await marksOf('node-1'), await marksOf('node-2')]).toEqual([left, untouched])
        expect([actsIn(planned.cwd), await holders()]).toEqual([done, {}])
        // Only a system that may be another one by now can be brought back.
        const isPast = exitCode === 7
        expect(/osferry rollback node-1 --approve [0-9a-f]{12}$/m.test(stderr)).toBe(isPast)
        const [, next = ''] = /next: osferry (runs resume .*--retry node-1)$/m.exec(stderr) ?? []
        rmSync(file(fault))
        const retried = await run(next.split(' '))
        expect([retried.exitCode, retried.stdout]).toEqual([0, expect.stringMatching(/^node-1 +✔ done$/m)])
        const [, onward = ''] = /next: osferry (runs resume \S+)$/m.exec(retried.stderr) ?? []
        const rest = await run(onward.split(' '))
        expect([rest.exitCode, rest.stderr]).toEqual([0, rest.stderr])
        expect(actsIn(planned.cwd)).toEqual([...done, ...nodes])
        await expectGivenBack()
      },
    )

    it('somebody who takes the mark of the cordon: the node stays cordoned, exit 2 with what to do', async () => {
      const applying = apply()
      await acts(1)
      await planned.world.patch('/api/v1/nodes/node-1', {
        metadata: { annotations: { 'osferry.io/cordon': null } },
      })
      letGo('node-1')
      const { exitCode, stdout, stderr } = await applying
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('left cordoned: node-1 (')])
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain('kubectl uncordon node-1')
      expect(await marksOf('node-1')).toEqual({ ...untouched, cordoned: true })
      expect(await marksOf('node-2')).toEqual(untouched)
      const { stdout: listed } = await run(['runs', 'list', '-o', 'json'])
      const [{ id } = { id: '' }] = (JSON.parse(listed) as { items: { id: string }[] }).items
      expect((await run(['runs', 'show', id])).stdout.replaceAll(/\s+/g, ' ')).toContain(
        'kubectl uncordon node-1',
      )
      const notes = [{ kind: 'left-cordoned', why: 'mark-gone' }]
      const shown: unknown = JSON.parse((await run(['runs', 'show', id, '-o', 'json'])).stdout)
      expect(shown).toMatchObject({
        nodes: [
          { name: 'node-1', notes },
          { name: 'node-2', notes: [] },
        ],
      })
    })
  },
)
