import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Webhook } from '../../src/model/cluster-apis.ts'
import { coversEveryNewPod, coversVital } from '../../src/model/webhook-rules.ts'
import { connectApi, type ApiClient } from '../support/control-plane/api.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane/start.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'

const soon = { timeout: 60_000, interval: 100 }
const shop = '/api/v1/namespaces/shop'
const configurations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'
const rule = (resource: string): Webhook['rules'][number] => ({
  operations: ['CREATE'],
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: [resource],
  scope: '*',
})

/** Nothing listens at the address of the webhook: what it covers, the server refuses. */
function configuration(resource: string): object {
  const common = { admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Fail' }
  const client = { clientConfig: { url: 'https://127.0.0.1:1/' }, timeoutSeconds: 1 }
  const webhook = (name: string, resources: string): object => ({
    ...common,
    ...client,
    name,
    rules: [rule(resources)],
    namespaceSelector: { matchLabels: { guarded: 'yes' } },
  })
  // The second one tells when the server has read them.
  return {
    metadata: { name: 'guard' },
    webhooks: [webhook('guard.example.com', resource), webhook('marker.example.com', 'configmaps')],
  }
}

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'rules of webhooks on the %s control plane',
  (release) => {
    let controlPlane: ControlPlane
    let api: ApiClient

    beforeAll(async () => {
      controlPlane = await startControlPlane({ version: release })
      api = connectApi(controlPlane)
      await api.request('POST', '/api/v1/namespaces', {
        body: { metadata: { name: 'shop', labels: { guarded: 'yes' } } },
      })
      await vi.waitUntil(async () => await isTaken(`${shop}/pods?dryRun=All`, pod), soon)
      await api.request('POST', `${shop}/pods`, { body: pod })
    })
    afterAll(async () => {
      api.close()
      await controlPlane.stop()
    })

    const pod = {
      metadata: { name: 'web' },
      spec: { automountServiceAccountToken: false, containers: [{ name: 'main', image: 'fake' }] },
    }
    const another = { ...pod, metadata: { name: 'another' } }
    const policy = `policy/${release === 'oldest' ? 'v1beta1' : 'v1'}`
    const eviction = { apiVersion: policy, kind: 'Eviction', metadata: { name: 'web', namespace: 'shop' } }

    async function isTaken(path: string, body: object): Promise<boolean> {
      return await api.request('POST', path, { body }).then(
        () => true,
        () => false,
      )
    }

    it.each([
      ['pods', true, false],
      ['pods/*', true, true],
      ['*', true, false],
      ['*/*', true, true],
      ['pods/eviction', false, true],
      ['*/eviction', false, true],
      ['pods/exec', false, false],
      ['services', false, false],
    ])('take %s for what the server takes it', async (resource, refusesPods, refusesEvictions) => {
      await api.request('POST', configurations, { body: configuration(resource) })
      const marker = { metadata: { name: 'marker' } }
      const isMarked = async (): Promise<boolean> => !(await isTaken(`${shop}/configmaps?dryRun=All`, marker))
      await vi.waitUntil(isMarked, soon)
      const takesPods = await isTaken(`${shop}/pods?dryRun=All`, another)
      const takesEvictions = await isTaken(`${shop}/pods/web/eviction?dryRun=All`, eviction)
      await api.request('DELETE', `${configurations}/guard`)
      await vi.waitUntil(async () => !(await isMarked()), soon)
      expect({ takesPods, takesEvictions }).toEqual({
        takesPods: !refusesPods,
        takesEvictions: !refusesEvictions,
      })
      const rules = [rule(resource)]
      expect(coversVital({ rules })).toBe(refusesPods || refusesEvictions)
      expect(coversEveryNewPod({ rules, namespaceSelector: null, objectSelector: null })).toBe(refusesPods)
    })
  },
)
