import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { RunResultDocument } from '../../src/model/run-result.ts'
import type { ClusterNode } from '../../src/model/cluster-nodes.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { actsIn, planNodes } from '../support/node-project.ts'
import { applyWords, type OsferryOptions, type OsferryRun } from '../support/osferry.ts'
import { plannedWorld } from '../support/planned-world.ts'

const soon = { timeout: 60_000, interval: 50 }
const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/osferry-run'
const events = '/apis/events.k8s.io/v1/namespaces/kube-system/events'

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'osferry apply on the %s control plane',
  (release) => {
    const planned = plannedWorld(release)
    const { run, runs, file, acts } = planned
    const apply = (
      more: readonly string[] = [],
      options: Partial<OsferryOptions> = {},
    ): Promise<OsferryRun> => run(applyWords('nodes-only.yaml', planned.digest, ...more), options)

    /** As it was: not cordoned, no mark of ours, the labels of people; and nobody holds the lease. */
    async function expectGivenBack(): Promise<void> {
      for (const name of ['node-1', 'node-2']) {
        const { metadata, spec } = await planned.world.node(name)
        expect([name, (spec as { unschedulable?: boolean }).unschedulable ?? false]).toEqual([name, false])
        expect(
          Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('osferry.io/')),
        ).toEqual([])
        expect(metadata.labels).toMatchObject({ team: 'ferry' })
      }
      const { spec } = await planned.world.api.request('GET', lease)
      expect((spec as { holderIdentity?: string | null }).holderIdentity ?? null).toBeNull()
    }

    /** What the Events of a run say of a node, in their order: `Normal OsferryMoveStarted`, and the note. */
    async function eventsOf(run: string, node: string): Promise<[string, string][]> {
      const { items } = (await planned.world.api.request('GET', events)) as unknown as {
        items: {
          eventTime: string
          reportingInstance: string
          type: string
          reason: string
          note: string
          regarding: { kind: string; name: string }
        }[]
      }
      return items
        .filter(({ reportingInstance, regarding: { kind, name } }) => {
          return reportingInstance === run && kind === 'Node' && name === node
        })
        .sort((one, other) => (one.eventTime < other.eventTime ? -1 : 1))
        .map(({ type, reason, note }) => [`${type} ${reason}`, note])
    }

    it('takes nodes through their steps and gives them back, one at a time', async () => {
      const { exitCode, stdout, stderr } = await apply()
      expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^node-1 +✔ done\nnode-2 +✔ done$/m)])
      expect(stderr).toContain('node-1: migrate cluster.cordon done')
      expect(actsIn(planned.cwd)).toEqual(['node-1', 'node-2'])
      await expectGivenBack()
      const [{ id } = { id: '' }] = await runs()
      expect((await run(['runs', 'show', id])).exitCode).toBe(0)
      const byRun = expect.stringMatching(new RegExp(`\\(run ${id} of \\S+@\\S+\\)$`)) as string
      for (const node of ['node-1', 'node-2'])
        expect([node, await eventsOf(id, node)]).toEqual([
          node,
          [
            ['Normal OsferryMoveStarted', byRun],
            ['Warning OsferrySystemReplaced', expect.stringContaining('the way back is: reinstall')],
            ['Normal OsferryMoved', byRun],
          ],
        ])
    })

    it('goes on at once after it was killed, as the holder of its own lease', async () => {
      writeFileSync(file('wait-node-1'), '')
      const killed = apply([], { started: (child) => void acts(1).then(() => child.kill('SIGKILL')) })
      expect((await killed).exitCode).toBeNull()
      rmSync(file('wait-node-1'))
      expect((await planned.world.node('node-1'))['spec']).toMatchObject({ unschedulable: true })
      const [interrupted] = await runs()
      expect(interrupted?.status).toBe('interrupted')
      const resumed = await run(['runs', 'resume', interrupted!.id, '-o', 'json'])
      expect([resumed.exitCode, resumed.stderr]).toEqual([0, expect.not.stringContaining('CLUSTER_LOCKED')])
      expect(RunResultDocument.parse(JSON.parse(resumed.stdout))).toMatchObject({
        run: interrupted!.id,
        plan: planned.digest,
        isResumable: false,
      })
      expect((await run(['runs', 'verify'])).exitCode).toBe(0)
      await expectGivenBack()
    })

    it('begins at once after it was killed between its lease and its first record', async () => {
      // The kept plan is read when the lease is held, and before the run is begun: nobody writes into this pipe.
      const kept = file(path.join('.osferry', 'plans', `${planned.digest}.json`))
      mkdirSync(path.dirname(kept), { recursive: true, mode: 0o700 })
      execFileSync('mkfifo', [kept])
      const holder = async (): Promise<string> => {
        const found = await planned.world.api.request('GET', lease).catch(() => undefined)
        return (found?.['spec'] as { holderIdentity?: string | null } | undefined)?.holderIdentity ?? ''
      }
      const isHeld = () => vi.waitUntil(async () => (await holder()) !== '', soon)
      const killed = apply([], { started: (child) => void isHeld().then(() => child.kill('SIGKILL')) })
      expect((await killed).exitCode).toBeNull()
      expect([await runs(), await holder()]).toEqual([[], expect.stringContaining('(run ')])
      rmSync(kept)
      // As it is in a project directory that was copied from another machine: there the process may be at work.
      const holders = file(path.join('.osferry', 'runs', 'lease-holders.json'))
      const here = readFileSync(holders, 'utf8')
      writeFileSync(holders, here.replace(/"(host|machineId|bootId)": "[^"]*"/g, '"$1": "elsewhere"'))
      const refused = await apply()
      expect([refused.exitCode, refused.stderr]).toEqual([69, expect.stringContaining(await holder())])
      writeFileSync(holders, here)
      const { exitCode, stderr } = await apply()
      expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('lease')])
      await expectGivenBack()
    })

    it('stops at Ctrl-C after the step in hand, and goes on with runs resume', async () => {
      writeFileSync(file('wait-node-1'), '')
      const stopped = await apply([], {
        started: (child) => {
          void acts(1).then(() => child.kill('SIGINT'))
          child.stderr?.on('data', (chunk: Buffer) => {
            if (chunk.toString().includes('press Ctrl-C again')) rmSync(file('wait-node-1'))
          })
        },
      })
      expect([stopped.exitCode, stopped.stdout]).toEqual([
        6,
        expect.stringMatching(/node-1 +under way, past the point/),
      ])
      const [, id = ''] = /next: osferry runs resume (\S+)/.exec(stopped.stderr) ?? []
      expect((await run(['runs', 'resume', id])).exitCode).toBe(0)
      expect(actsIn(planned.cwd)).toEqual(['node-1', 'node-2'])
      const again = await run(['runs', 'resume', id])
      expect([again.exitCode, again.stderr]).toEqual([65, expect.stringContaining('[RUN_ENDED]')])
      await expectGivenBack()
    })

    it('lets one run at a time work in the cluster, whoever has the journal', async () => {
      writeFileSync(file('wait-node-1'), '')
      const first = apply()
      await acts(1)
      const elsewhere = planned.copy()
      const second = await apply([], { cwd: elsewhere })
      expect([second.exitCode, second.stderr]).toEqual([69, expect.stringContaining('[CLUSTER_LOCKED]')])
      expect(actsIn(elsewhere)).toEqual([])
      rmSync(elsewhere, { recursive: true })
      rmSync(file('wait-node-1'))
      expect((await first).exitCode).toBe(0)
    })

    it('pauses, goes on and aborts when another process asks for it', async () => {
      writeFileSync(file('wait-node-1'), '')
      const first = apply()
      await acts(1)
      const [{ id } = { id: '' }] = await runs()
      const paused = await run(['runs', 'pause', id])
      expect([paused.exitCode, paused.stderr]).toEqual([0, expect.stringContaining('is paused')])
      rmSync(file('wait-node-1'))
      await vi.waitUntil(async () => {
        const { stdout } = await run(['runs', 'show', id, '-o', 'json'])
        const { nodes } = JSON.parse(stdout) as { nodes: { steps: { uses: string; status: string }[] }[] }
        return nodes[0]?.steps.some(({ uses, status }) => uses === 'host.provision' && status === 'done')
      }, soon)
      expect((await runs())[0]?.status).toBe('paused')
      writeFileSync(file('wait-node-2'), '')
      const narrowed = await run(['runs', 'resume', id, '--until', 'replaced'])
      expect([narrowed.exitCode, narrowed.stderr]).toEqual([64, expect.stringContaining('at work')])
      expect((await run(['runs', 'resume', id])).exitCode).toBe(0)
      await acts(2)
      expect((await run(['runs', 'abort', id, '--yes'])).exitCode).toBe(0)
      rmSync(file('wait-node-2'))
      const ended = await first
      // Both were past their point of no return: they are finished.
      expect([ended.exitCode, actsIn(planned.cwd)]).toEqual([0, ['node-1', 'node-2']])
      await expectGivenBack()
    })

    it('gives nodes back that are held before their point of no return when the run is aborted', async () => {
      const held = await apply(['--until', 'migrated', '--only', 'node-1'])
      expect([held.exitCode, held.stderr]).toEqual([0, expect.stringContaining('migrated and held there')])
      expect((await planned.world.node('node-1'))['spec']).toMatchObject({ unschedulable: true })
      const [{ id } = { id: '' }] = await runs()
      expect((await run(['runs', 'pause', id])).exitCode).toBe(6)
      expect((await run(['runs', 'abort', id])).exitCode).toBe(4)
      const aborted = await run(['runs', 'abort', id, '--yes'])
      expect([aborted.exitCode, aborted.stdout]).toEqual([8, expect.stringContaining('↩ returned as found')])
      expect(actsIn(planned.cwd)).toEqual([])
      await expectGivenBack()
      expect((await eventsOf(id, 'node-1')).map(([told]) => told)).toEqual([
        'Normal OsferryMoveStarted',
        'Normal OsferryReturned',
      ])
      expect(await eventsOf(id, 'node-2')).toEqual([])
      const retried = await run(['runs', 'resume', id, '--retry', 'node-1', '--only', 'node-1'])
      expect([retried.exitCode, retried.stderr]).toEqual([65, expect.stringContaining('[RUN_ENDED]')])
    })

    it('refuses another cluster, and nodes that are others, before anything is written', async () => {
      const before = planned.world.writes().length
      const [first, second] = planned.nodes as [ClusterNode, ClusterNode]
      const wrong = { ...first, uid: '00000000-0000-4000-8000-000000000001' }
      const wrongToo = { ...second, uid: '00000000-0000-4000-8000-000000000002' }
      for (const [nodes, code] of [
        [[wrong, second], 'PLAN_STALE'],
        [[wrong, wrongToo], 'PLAN_OTHER_CLUSTER'],
      ] as const) {
        const other = await planNodes(planned.cwd, nodes, { run })
        const refused = await run(applyWords('nodes-only.yaml', other.slice(0, 12)))
        expect([refused.exitCode, refused.stderr]).toEqual([5, expect.stringContaining(`[${code}]`)])
      }
      await planned.world.audited()
      expect(planned.world.writes()).toHaveLength(before)
      expect(await runs()).toEqual([])
    })

    it('asks for its rights before anything is written', async () => {
      const env = {
        KUBECONFIG: planned.world.controlPlane.kubeconfigFor({ user: 'looker', groups: ['viewers'] }),
        HOME: planned.cwd,
      }
      const rbac = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'looker' }
      const rules = [
        { apiGroups: [''], resources: ['nodes', 'pods', 'namespaces'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'list', 'watch'] },
      ]
      await planned.world.create('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
        metadata: { name: 'looker' },
        rules,
      })
      const subjects = [{ kind: 'User', name: 'looker' }]
      await planned.world.create(rbac, { metadata: { name: 'looker' }, roleRef, subjects })
      const refused = await apply([], { env })
      expect([refused.exitCode, refused.stderr]).toEqual([77, expect.stringContaining('patch nodes')])
      expect([actsIn(planned.cwd), await runs()]).toEqual([[], []])
    })
  },
)
