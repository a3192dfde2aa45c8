import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ApiObject } from '../support/control-plane/api.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { podSpec, startDrainWorld, type DrainWorld } from '../support/drain-world.ts'
import { whenHeard } from '../support/when-heard.ts'

const soon = { timeout: 90_000, interval: 100 }
const attachments = '/apis/storage.k8s.io/v1/volumeattachments'

/** The attach-detach controller is real; what a driver does after it was asked is held up by a finalizer. */
describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'volumes of a drain on the %s control plane',
  (release) => {
    let world: DrainWorld

    beforeAll(async () => {
      world = await startDrainWorld({ release })
    })
    afterEach(async () => await world.clean())
    afterAll(async () => await world.stop())

    /** A pod on node-1 with an attached volume; gives the attachment's path. */
    async function podWithVolume(namespace: string): Promise<string> {
      await world.namespace(namespace)
      const common = { accessModes: ['ReadWriteOnce'], storageClassName: '' }
      const csi = { driver: 'csi.example', volumeHandle: namespace }
      await world.create('/api/v1/persistentvolumes', {
        metadata: { name: namespace },
        spec: { ...common, capacity: { storage: '1Gi' }, csi },
      })
      await phase(`/api/v1/persistentvolumes/${namespace}`, 'Available')
      await world.create(`${world.core}/${namespace}/persistentvolumeclaims`, {
        metadata: { name: 'data' },
        spec: { ...common, volumeName: namespace, resources: { requests: { storage: '1Gi' } } },
      })
      await phase(`${world.core}/${namespace}/persistentvolumeclaims/data`, 'Bound')
      const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
      await world.create(`${world.core}/${namespace}/pods`, {
        metadata: { name: 'db' },
        spec: podSpec({ nodeName: 'node-1', volumes }),
      })
      await world.ready(1, namespace)
      const found = (await attachmentsOf(namespace))[0]
      const path = `${attachments}/${found?.metadata.name}`
      const finalizers = [...(found?.metadata.finalizers ?? []), 'example.com/slow']
      await world.patch(path, { metadata: { finalizers } })
      return path
    }

    async function phase(path: string, wanted: string): Promise<void> {
      await vi.waitUntil(async () => (await world.api.request('GET', path))['status'].phase === wanted, soon)
    }

    async function attachmentsOf(volume: string): Promise<ApiObject[]> {
      const list = await world.api.request('GET', attachments)
      const all = list['items'] as ApiObject[]
      return all.filter((item) => item['spec'].source.persistentVolumeName === volume)
    }

    const letGo = async (path: string): Promise<unknown> =>
      await world.patch(path, { metadata: { finalizers: null } })

    it('that are detached late are waited for', async () => {
      const path = await podWithVolume('late')
      let wasAsked = false
      const { exitCode, stderr } = await world.run(['drain', 'node-1', '--yes', '--force-naked'], {
        started: whenHeard('waiting for volumes to detach', () => {
          const act = async (): Promise<void> => {
            await vi.waitUntil(async () => {
              const { deletionTimestamp } = (await world.api.request('GET', path)).metadata
              return deletionTimestamp !== undefined
            }, soon)
            wasAsked = true
            await letGo(path)
          }
          void act()
        }),
      })
      expect([exitCode, wasAsked, stderr]).toEqual([0, true, expect.stringContaining('drained 1/1')])
      expect(await attachmentsOf('late')).toEqual([])
      expect((await world.node('node-1'))['status'].volumesAttached ?? []).toEqual([])
    })

    it('that are never detached are named, and the node is given back', async () => {
      const path = await podWithVolume('stuck')
      const args = ['drain', 'node-1', '--yes', '--force-naked', '--detach-timeout', '3s']
      let why = ''
      const { exitCode, stdout } = await world.run(args)
      expect([exitCode, stdout]).toEqual([8, expect.stringContaining('volumes are still attached: stuck')])
      expect((await world.node('node-1'))['spec'].unschedulable).toBeUndefined()
      // The attach-detach controller asks for it when it has seen that the node has unmounted it.
      await vi.waitUntil(async () => {
        why = (await world.run(['why', 'node-1'])).stdout
        return why.includes('is detaching')
      }, soon)
      const name = path.slice(attachments.length + 1)
      expect(why).toContain('✖ volumes are still attached that no pod here has, for ')
      expect(why).toContain(`stuck  claim stuck/data  attachment ${name}  is detaching`)
      expect(why).toContain(`kubectl describe volumeattachment ${name}`)
      // The drain's own time counts for volumes too, and says so.
      const again = await world.run(['drain', 'node-1', '--yes', '--timeout', '3s'])
      expect([again.exitCode, again.stdout]).toEqual([
        8,
        expect.stringContaining('volumes are still attached: stuck'),
      ])
      await letGo(path)
      await vi.waitUntil(async () => (await attachmentsOf('stuck')).length === 0, soon)
    })
  },
)
