import { writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startFaultProxy, type Fault } from '../support/control-plane/fault-proxy.ts'
import { writeProxyKubeconfig } from '../support/control-plane/kubeconfig.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { podSpec, startDrainWorld, type DrainWorld } from '../support/drain-world.ts'

const taint = 'osferry.io/to-be-replaced'

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'what osferry drain says at its end, on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release })
    })
    afterEach(async () => await world.clean())
    afterAll(async () => await world.stop())

    it('tells a cordon of an earlier run from one of somebody else', async () => {
      const first = await world.run(['drain', 'node-1', '--yes'])
      const mark = (await world.node('node-1')).metadata.annotations?.['osferry.io/cordon'] ?? '{}'
      const { run, holder, at } = JSON.parse(mark) as { run: string; holder: string; at: string }
      const second = await world.run(['drain', 'node-1', '--yes'])
      expect([first.exitCode, second.exitCode]).toEqual([0, 0])
      expect(second.stdout).toContain(`osferry had cordoned it in an earlier run (${holder}, ${at})`)
      expect(second.stdout).not.toContain('it was cordoned before this run')
      const document = await world.run(['drain', 'node-1', '--yes', '-o', 'json'])
      expect(JSON.parse(document.stdout)).toMatchObject({
        items: [{ wasCordoned: true, cordonedBy: { run } }],
      })
      await world.patch('/api/v1/nodes/node-2', { spec: { unschedulable: true } })
      const theirs = await world.run(['drain', 'node-2', '--yes'])
      expect([theirs.exitCode, theirs.stdout]).toEqual([
        0,
        expect.stringContaining('it was cordoned before this run, and stays so'),
      ])
    })

    it('suggests another try with the flags of this one', async () => {
      await world.namespace('again')
      await world.create(`${world.core}/again/pods`, {
        metadata: { name: 'stuck', finalizers: ['example.com/hold'] },
        spec: podSpec({ nodeName: 'node-1', volumes: [{ name: 'scratch', emptyDir: {} }] }),
      })
      await world.ready(1, 'again')
      const rules = [{ name: 'all', match: { namespaces: ['again'] }, behavior: 'Drain' }]
      writeFileSync(`${world.cwd}/my rules.yaml`, JSON.stringify({ schema: 'drain-rules/v1', rules }))
      const args = ['--force-naked', '--delete-emptydir-data', '--timeout', '3s', '--rules', 'my rules.yaml']
      const { exitCode, stderr } = await world.run(['drain', 'node-1', '--yes', ...args])
      expect([exitCode, stderr]).toEqual([
        8,
        expect.stringContaining(
          `osferry drain node-1 --timeout 3s --delete-emptydir-data --force-naked --rules 'my rules.yaml'`,
        ),
      ])
    })

    it('names the restore that takes away a soft taint which could not be', async () => {
      const proxy = await startFaultProxy(world.controlPlane)
      const refusal: Fault = {
        status: 422,
        body: JSON.stringify({
          kind: 'Status',
          status: 'Failure',
          reason: 'Invalid',
          message: 'not now',
          code: 422,
        }),
      }
      proxy.fault = ({ method, url, body }) =>
        method === 'PATCH' &&
        url.startsWith('/api/v1/nodes/node-2') &&
        body.includes('"osferry.io/soft-taint":null')
          ? refusal
          : undefined
      const keys = async (): Promise<string[]> => {
        const { spec } = (await world.node('node-2')) as unknown as { spec: { taints?: { key: string }[] } }
        return (spec.taints ?? []).map(({ key }) => key)
      }
      try {
        const file = writeProxyKubeconfig(`${world.cwd}/proxy.yaml`, proxy)
        const args = ['drain', 'node-1', 'node-2', '--yes', '--kubeconfig', file]
        const { exitCode, stdout, stderr } = await world.run(args)
        expect([exitCode, stdout]).toEqual([6, expect.stringContaining(`the taint ${taint} is left on it`)])
        expect(stderr).toContain(`osferry restore node-2 --kubeconfig ${file}`)
        expect(await keys()).toContain(taint)
      } finally {
        await proxy.close()
      }
      expect((await world.run(['restore', 'node-2', '--yes', '--timeout', '60s'])).exitCode).toBe(0)
      expect(await keys()).not.toContain(taint)
      expect((await world.node('node-2')).metadata.annotations).not.toHaveProperty(['osferry.io/soft-taint'])
    })
  },
)
