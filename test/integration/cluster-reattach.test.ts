import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/model/cluster-port.ts'
import { proveVolumes, recordVolumes } from '../../src/steps/reattached-volumes.ts'
import type { ApiClient } from '../support/control-plane/api.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { serveCluster, type ServedCluster } from '../support/control-plane/served-cluster.ts'
import { never } from '../support/ssh-host.ts'

const soon = { timeout: 120_000, interval: 100 }
const claimsPath = '/api/v1/namespaces/default/persistentvolumeclaims'
const volumesPath = '/api/v1/persistentvolumes'
const next = 'look again'

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'volumes that are attached again, on the %s control plane',
  (release) => {
    let served: ServedCluster
    let api: ApiClient
    let cluster: Cluster
    let count = 0
    let name = ''

    beforeAll(async () => {
      served = await serveCluster({ version: release })
      ;({ api, cluster } = served)
    })
    afterAll(async () => await served.stop())

    const phase = async (path: string): Promise<unknown> =>
      ((await api.request('GET', path))['status'] as { phase?: string } | undefined)?.phase

    async function makeVolume(of: string): Promise<void> {
      await api.request('POST', volumesPath, {
        body: {
          metadata: { name: of },
          spec: {
            capacity: { storage: '1Gi' },
            accessModes: ['ReadWriteOnce'],
            storageClassName: '',
            csi: { driver: 'csi.example', volumeHandle: of },
          },
        },
      })
      // 1.20 looks again after 15 s at a claim whose volume it did not know.
      await expect.poll(() => phase(`${volumesPath}/${of}`), soon).toBe('Available')
    }

    async function makeClaim(volumeName: string): Promise<void> {
      const resources = { requests: { storage: '1Gi' } }
      const spec = { accessModes: ['ReadWriteOnce'], storageClassName: '', volumeName, resources }
      await api.request('POST', claimsPath, { body: { metadata: { name }, spec } })
      await expect.poll(() => phase(`${claimsPath}/${name}`), soon).toBe('Bound')
      await expect.poll(() => phase(`${volumesPath}/${volumeName}`), soon).toBe('Bound')
    }

    async function removeClaim(): Promise<void> {
      await api.request('DELETE', `${claimsPath}/${name}`)
      await expect
        .poll(
          () =>
            api.request('GET', `${claimsPath}/${name}`).then(
              () => true,
              () => false,
            ),
          soon,
        )
        .toBe(false)
    }

    beforeEach(async () => {
      count += 1
      name = `data-${count}`
      await makeVolume(name)
      await makeClaim(name)
    })

    it('are the same as before the system was replaced', async () => {
      const claims = [`default/${name}`]
      const memory = await recordVolumes(cluster, claims, never)
      expect(await proveVolumes(cluster, { claims, memory, next }, never)).toEqual({ reattach: 1 })
      await expect(proveVolumes(cluster, { claims, memory: {}, next }, never)).rejects.toMatchObject({
        code: 'DATA_KEPT_NOT_TOLD',
      })
    })

    it('are missed when the claim is gone, made anew, or without its volume', async () => {
      const claims = [`default/${name}`]
      const memory = await recordVolumes(cluster, claims, never)
      const wrong = async (): Promise<unknown> =>
        await proveVolumes(cluster, { claims, memory, next }, never).catch((error: unknown) => error)
      await removeClaim()
      expect(await wrong()).toMatchObject({
        code: 'DATA_KEPT_DIFFERS',
        failureClass: 'data',
        message: expect.stringContaining(`default/${name}: there is no such claim`) as string,
      })
      await expect(recordVolumes(cluster, claims, never)).rejects.toMatchObject({
        code: 'DATA_KEPT_NOT_TOLD',
      })
      await makeVolume(`${name}-other`)
      await makeClaim(`${name}-other`)
      expect(await wrong()).toMatchObject({ message: expect.stringContaining('it was made anew') as string })
    })
  },
)
