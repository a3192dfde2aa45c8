import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { podSpec, startDrainWorld, workload, type DrainWorld } from '../support/drain-world.ts'
import { whenHeard } from '../support/when-heard.ts'

const soon = { timeout: 90_000, interval: 100 }
const iscsi = { targetPortal: '10.0.0.1:3260', iqn: 'iqn.2026-11.example:disk', lun: 1 }
const fc = { targetWWNs: ['500a0982991b8dc5', '500a0982891b8dc5'], lun: 2 }
const stays = 'kubernetes.io/iscsi/10.0.0.1:3260:iqn.2026-11.example:disk:1'
const goes = 'kubernetes.io/fc/[500a0982991b8dc5 500a0982891b8dc5]:2'

/**
 * The attach-detach controller attaches these two kinds without anything outside. What a kubelet says of them is said by the
 * test, and in the lab by its kubelets, which take their time.
 */
describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'volumes written into pods, on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release, unmountMs: 5000 })
    })
    afterEach(async () => await world.clean())
    afterAll(async () => await world.stop())

    async function attached(): Promise<string[]> {
      const { status } = (await world.node('node-1')) as unknown as {
        status: { volumesAttached?: { name: string }[] }
      }
      return (status.volumesAttached ?? []).map(({ name }) => name).sort()
    }

    async function mount(volumesInUse: readonly string[]): Promise<void> {
      if (release === 'lab') return
      await world.patch('/api/v1/nodes/node-1/status', { status: { volumesInUse } })
    }

    it('are waited for when their pods go, and left where their pods stay', async () => {
      await world.namespace('inline')
      const spec = { volumes: [{ name: 'data', iscsi }] }
      await world.create(`${world.apps}/inline/daemonsets`, workload('store', { spec }))
      await world.create(`${world.core}/inline/pods`, {
        metadata: { name: 'db' },
        spec: podSpec({ nodeName: 'node-1', volumes: [{ name: 'data', fc }] }),
      })
      await world.ready(4, 'inline')
      await vi.waitUntil(async () => (await attached()).length === 2, soon)
      expect(await attached()).toEqual([goes, stays])
      await mount([goes])
      const dry = await world.run(['drain', 'node-1', '--force-naked', '--dry-run', 'client'])
      expect([dry.exitCode, dry.stdout]).toEqual([
        0,
        expect.stringMatching(/! +node-1 +inline\/store-\w+ +it stays, and its volume stays attached/),
      ])
      expect(dry.stdout).toContain(`(iscsi ${stays.slice('kubernetes.io/iscsi/'.length)})`)
      let before: Promise<string[]> | undefined
      const { exitCode, stderr } = await world.run(['drain', 'node-1', '--yes', '--force-naked'], {
        started: whenHeard('waiting for volumes to detach', () => {
          before = attached().then(async (names) => {
            await mount([])
            return names
          })
        }),
      })
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('drained 1/1')])
      expect(await before).toEqual([goes, stays])
      expect(await attached()).toEqual([stays])
    })

    it('that are never detached are named as the node names them', async () => {
      await world.namespace('held')
      await world.create(`${world.core}/held/pods`, {
        metadata: { name: 'db' },
        spec: podSpec({ nodeName: 'node-1', volumes: [{ name: 'data', fc }] }),
      })
      await world.ready(1, 'held')
      await vi.waitUntil(async () => (await attached()).includes(goes), soon)
      await mount([goes])
      const args = ['drain', 'node-1', '--yes', '--force-naked', '--detach-timeout', '2s']
      const { exitCode, stdout } = await world.run(args)
      expect([exitCode, stdout]).toEqual([8, expect.stringContaining(`volumes are still attached: ${goes}`)])
      await mount([])
      await vi.waitUntil(async () => (await attached()).length === 0, soon)
    })
  },
)
