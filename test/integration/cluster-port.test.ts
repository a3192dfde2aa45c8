import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ApiObject, Cluster, EvictionRequest, WriteAnswer } from '../../src/model/cluster-port.ts'
import { connectApi, type ApiClient } from '../support/control-plane/api.ts'
import { auditedRequests } from '../support/control-plane/audit.ts'
import { clusterFor } from '../support/control-plane/cluster-under-test.ts'
import { startFaultProxy, type Fault, type FaultProxy } from '../support/control-plane/fault-proxy.ts'
import { podsWithBudgets, type PodsWithBudgets } from '../support/control-plane/pods-with-budgets.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane/start.ts'

const nodes = { group: '', version: 'v1', resource: 'nodes' }
const pods = { group: '', version: 'v1', resource: 'pods', namespace: 'default' }
const leases = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  namespace: 'kube-system',
}
const { signal } = new AbortController()
const go = { signal }

function metadataOf(object: ApiObject | undefined): Record<string, unknown> {
  return (object?.['metadata'] ?? {}) as Record<string, unknown>
}

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])(
  'the cluster port on the %s control plane',
  (release) => {
    let controlPlane: ControlPlane
    let api: ApiClient
    let proxy: FaultProxy
    let cluster: Cluster
    let shaky: Cluster
    let make: PodsWithBudgets

    beforeAll(async () => {
      controlPlane = await startControlPlane({ version: release, controllers: false })
      api = connectApi({ ...controlPlane })
      proxy = await startFaultProxy(controlPlane)
      cluster = clusterFor(controlPlane)
      shaky = clusterFor(proxy)
      make = podsWithBudgets(api, release === 'oldest' ? 'v1beta1' : 'v1')
    })
    afterEach(() => {
      proxy.fault = () => undefined
      proxy.seen.length = 0
    })
    afterAll(async () => {
      await Promise.all([cluster.close(), shaky.close()])
      api.close()
      await proxy.close()
      await controlPlane.stop()
    })

    function evict(name: string, uid: string, more: Partial<EvictionRequest> = {}): Promise<WriteAnswer> {
      return cluster.evict({ namespace: 'default', name, uid, signal, ...more })
    }

    /** Spoils the next requests that fit, one fault each. */
    function spoil(method: string, url: RegExp, ...faults: Fault[]): void {
      proxy.fault = (request) =>
        request.method === method && url.test(request.url) ? faults.shift() : undefined
    }

    const requests = (method: string): string[] =>
      proxy.seen.filter((request) => request.method === method).map(({ url }) => url)

    it('patches, tells a conflict from an absence, and writes nothing in a dry run', async () => {
      const made = await cluster.create(nodes, { metadata: { name: 'p1', labels: { a: '1' } } }, go)
      expect(made.outcome).toBe('done')
      const ref = { ...nodes, name: 'p1' }
      const before = metadataOf(await cluster.get(ref, signal))
      const change = (labels: Record<string, string | null>, resourceVersion?: unknown) => ({
        metadata: { labels, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
      })
      const dry = await cluster.patch(ref, change({ a: 'dry' }), { signal, dryRun: true })
      expect(dry).toMatchObject({ outcome: 'done', object: { metadata: { labels: { a: 'dry' } } } })
      expect(metadataOf(await cluster.get(ref, signal))).toEqual(before)

      const bound = await cluster.patch(ref, change({ a: '2' }, before['resourceVersion']), go)
      expect(bound).toMatchObject({ outcome: 'done', object: { metadata: { labels: { a: '2' } } } })
      const late = await cluster.patch(ref, change({ a: '3' }, before['resourceVersion']), go)
      expect(late.outcome).toBe('conflict')
      expect(metadataOf(await cluster.get(ref, signal))['labels']).toMatchObject({ a: '2' })

      expect(await cluster.patch(ref, change({ a: null }), go)).toMatchObject({ outcome: 'done' })
      expect(metadataOf(await cluster.get(ref, signal))['labels'] ?? {}).not.toHaveProperty('a')
      expect(await cluster.patch({ ...ref, name: 'p2' }, change({ a: '1' }), go)).toEqual({ outcome: 'gone' })
      expect(await cluster.patch(ref, change({ 'no label': '1' }), go)).toMatchObject({
        outcome: 'refused',
        status: 422,
      })
      expect(await cluster.get({ ...ref, name: 'p2' }, signal)).toBeUndefined()
    })

    it('removes only the object of that uid', async () => {
      const ref = { ...leases, name: 'osferry' }
      const lease = {
        metadata: { name: 'osferry' },
        spec: { holderIdentity: 'me', leaseDurationSeconds: 60 },
      }
      expect((await cluster.create(leases, lease, go)).outcome).toBe('done')
      expect((await cluster.create(leases, lease, go)).outcome).toBe('conflict')
      const uid = String(metadataOf(await cluster.get(ref, signal))['uid'])
      const other = await cluster.remove(ref, { uid: '00000000-0000-4000-8000-000000000000', signal })
      expect(other.outcome).toBe('replaced')
      expect((await cluster.remove(ref, { uid, dryRun: true, signal })).outcome).toBe('done')
      expect(metadataOf(await cluster.get(ref, signal))['uid']).toBe(uid)
      expect((await cluster.remove(ref, { uid, signal })).outcome).toBe('done')
      expect(await cluster.get(ref, signal)).toBeUndefined()
      expect(await cluster.remove(ref, { uid, signal })).toEqual({ outcome: 'gone' })
    })

    it('shortens the grace of a pod with a DELETE when told so', async () => {
      const uid = await make.pod('brief')
      const ref = { ...pods, name: 'brief' }
      await cluster.remove(ref, { uid, gracePeriodSeconds: 7, signal })
      expect(metadataOf(await cluster.get(ref, signal))['deletionGracePeriodSeconds']).toBe(7)
    })

    it('creates events', async () => {
      const event = {
        metadata: { name: 'osferry.1', namespace: 'default' },
        involvedObject: { kind: 'Node', name: 'p1' },
        reason: 'Drain',
        message: 'a test',
        type: 'Normal',
      }
      const ref = { ...pods, resource: 'events' }
      expect((await cluster.create(ref, event, go)).outcome).toBe('done')
    })

    it('evicts in the form that the server has, and only the pod of that uid', async () => {
      const uid = await make.pod('e1')
      const dry = await shaky.evict({ namespace: 'default', name: 'e1', uid, dryRun: true, signal })
      expect(dry.outcome).toBe('done')
      const post = proxy.seen.find(({ method }) => method === 'POST')
      const version = release === 'oldest' ? 'policy/v1beta1' : 'policy/v1'
      expect(JSON.parse(post?.body ?? '')).toMatchObject({ apiVersion: version, kind: 'Eviction' })
      expect(metadataOf(await cluster.get({ ...pods, name: 'e1' }, signal))).not.toHaveProperty(
        'deletionTimestamp',
      )

      expect((await evict('e1', '00000000-0000-4000-8000-000000000000')).outcome).toBe('replaced')
      expect((await evict('e1', uid, { gracePeriodSeconds: 5 })).outcome).toBe('done')
      expect(
        metadataOf(await cluster.get({ ...pods, name: 'e1' }, signal))['deletionGracePeriodSeconds'],
      ).toBe(5)
      expect(await evict('absent', uid)).toEqual({ outcome: 'gone' })
    })

    it('tells what budgets say', async () => {
      const uid = await make.pod('b1')
      await make.budget('b1', 'b1', { allowed: 0 })
      const empty = await evict('b1', uid)
      expect(empty).toMatchObject({ outcome: 'budget', processing: false, retryAfterMs: undefined })
      expect(empty).toHaveProperty(
        'message',
        'The disruption budget b1 needs 1 healthy pods and has 1 currently',
      )
      expect((await evict('b1', uid, { dryRun: true })).outcome).toBe('budget')

      const behind = await make.pod('b2')
      await make.budget('b2', 'b2', { allowed: 1, observedGeneration: 0 })
      expect(await evict('b2', behind)).toMatchObject({
        outcome: 'budget',
        processing: true,
        // 1.20 does not say how long.
        retryAfterMs: release === 'oldest' ? undefined : 10_000,
      })

      await make.budget('b1-again', 'b1', { allowed: 1 })
      expect((await evict('b1', uid)).outcome).toBe('misconfigured')
      await expect
        .poll(() => auditedRequests(controlPlane.auditLog, { name: 'b1', subresource: 'eviction' }).length)
        // Two for the budget that was empty, two for the answer that is asked for again.
        .toBe(4)
    })

    it('burns a unit of the budget with a uid that is old: the server looks at the uid last', async () => {
      const uid = await make.pod('b3')
      await make.budget('b3', 'b3', { allowed: 1 })
      expect((await evict('b3', '00000000-0000-4000-8000-000000000000')).outcome).toBe('replaced')
      expect((await evict('b3', uid)).outcome).toBe('budget')
    })

    it('has the patience for an eviction that takes the server ten seconds', async () => {
      const body = { metadata: { name: 'pending' }, spec: { containers: [{ name: 'c', image: 'none' }] } }
      await api.request('POST', '/api/v1/namespaces/default/pods', { body })
      expect((await evict('pending', '00000000-0000-4000-8000-000000000000')).outcome).toBe('replaced')
      const wanted = { name: 'pending', subresource: 'eviction' }
      await expect.poll(() => auditedRequests(controlPlane.auditLog, wanted).length).toBe(1)
    })

    it('tells that a namespace is ending', async () => {
      await api.request('POST', '/api/v1/namespaces', { body: { metadata: { name: 'ending' } } })
      const uid = await make.pod('n1', 'ending')
      await api.request('DELETE', '/api/v1/namespaces/ending')
      expect((await evict('n1', uid, { namespace: 'ending' })).outcome).toBe('namespace-terminating')
    })

    it('says what is not allowed', async () => {
      const anna = clusterFor(controlPlane.loginFor({ user: 'anna', groups: [] }))
      const uid = await make.pod('f1')
      const request = { namespace: 'default', name: 'f1', uid, signal }
      await expect(anna.evict(request)).rejects.toMatchObject({ code: 'CLUSTER_FORBIDDEN' })
      await expect(anna.list(nodes, signal)).rejects.toMatchObject({ code: 'CLUSTER_FORBIDDEN' })
      const flowers = { group: '', version: 'v1', resource: 'flowers' }
      await expect(cluster.list(flowers, signal)).rejects.toMatchObject({ code: 'CLUSTER_ANSWER_INVALID' })
      await anna.close()
    })

    it('lists what the selectors say, however many pages it takes', async () => {
      const make = (index: number) =>
        api.request('POST', '/api/v1/namespaces/default/configmaps', {
          body: { metadata: { name: `many-${index}`, labels: { many: 'yes', odd: String(index % 2) } } },
        })
      // Some at a time: each has its own time limit.
      for (let first = 0; first < 1010; first += 101)
        await Promise.all(Array.from({ length: 101 }, (_, index) => make(first + index)))
      const query = { ...pods, resource: 'configmaps' }
      expect(await shaky.list({ ...query, labelSelector: 'many=yes' }, signal)).toHaveLength(1010)
      expect(requests('GET')).toHaveLength(3)
      expect(await cluster.list({ ...query, labelSelector: 'odd=1' }, signal)).toHaveLength(505)
      const one = await cluster.list({ ...query, fieldSelector: 'metadata.name=many-7' }, signal)
      expect(one.map((each) => metadataOf(each)['name'])).toEqual(['many-7'])
    })

    describe('when the way is bad', () => {
      it('finds out what an eviction did whose answer was lost, and sends no second one', async () => {
        const uid = await make.pod('l1')
        spoil('POST', /eviction/, 'cut-after')
        const answer = await shaky.evict({ namespace: 'default', name: 'l1', uid, signal })
        expect(answer.outcome).toBe('done')
        expect(requests('POST')).toHaveLength(1)
      })

      it('sends it again when nothing has come of it', async () => {
        const uid = await make.pod('l2')
        spoil('POST', /eviction/, 'cut')
        const answer = await shaky.evict({ namespace: 'default', name: 'l2', uid, signal })
        expect(answer.outcome).toBe('done')
        expect(requests('POST')).toHaveLength(2)
        expect(requests('GET').filter((url) => url.endsWith('/pods/l2'))).toHaveLength(1)
      })

      it('leaves the pod alone that has taken the place of the one it evicted', async () => {
        await make.pod('l3')
        const old = '00000000-0000-4000-8000-000000000000'
        spoil('POST', /eviction/, 'cut')
        const answer = await shaky.evict({ namespace: 'default', name: 'l3', uid: old, signal })
        expect(answer.outcome).toBe('replaced')
        expect(requests('POST')).toHaveLength(1)
      })

      it.each<[string, Fault]>([
        [
          '429 as text',
          { status: 429, type: 'text/plain', headers: { 'retry-after': '1' }, body: 'Too many' },
        ],
        ['503 as a page', { status: 503, type: 'text/html', body: '<html>' }],
        ['500 of etcd', { status: 500, body: '{"kind":"Status","message":"etcdserver: request timed out"}' }],
        [
          '409 of a race',
          { status: 409, body: '{"kind":"Status","reason":"Conflict","message":"modified"}' },
        ],
        ['502 in JSON', { status: 502, body: '{}' }],
      ])('goes on after %s', async (name, fault) => {
        const pod = `w-${name.slice(0, 3)}-${name.length}`
        const uid = await make.pod(pod)
        spoil('POST', /eviction/, fault)
        const answer = await shaky.evict({ namespace: 'default', name: pod, uid, signal })
        expect(answer.outcome).toBe('done')
        expect(requests('POST')).toHaveLength(2)
      })

      it('knows its own change again when the answer to a bound patch was lost', async () => {
        const ref = { ...nodes, name: 'p1' }
        const { resourceVersion } = metadataOf(await cluster.get(ref, signal))
        spoil('PATCH', /p1/, 'cut-after')
        const patch = { metadata: { resourceVersion, annotations: { mine: 'yes' } } }
        expect((await shaky.patch(ref, patch, go)).outcome).toBe('done')
        expect(requests('PATCH')).toHaveLength(2)
      })

      it('knows its own object again when the answer to its creation was lost', async () => {
        spoil('POST', /leases/, 'cut-after')
        const mine = { metadata: { name: 'mine' }, spec: { holderIdentity: 'me', leaseDurationSeconds: 60 } }
        expect((await shaky.create(leases, mine, go)).outcome).toBe('done')
        spoil('POST', /leases/, 'cut')
        const theirs = { ...mine, spec: { holderIdentity: 'another', leaseDurationSeconds: 60 } }
        expect((await shaky.create(leases, theirs, go)).outcome).toBe('conflict')
      })

      it('creates nothing twice that has no name yet', async () => {
        spoil('POST', /leases/, 'cut-after')
        const unnamed = { metadata: { generateName: 'twin-' }, spec: { holderIdentity: 'me' } }
        await expect(shaky.create(leases, unnamed, go)).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
        const twins = (await cluster.list(leases, signal)).filter((each) =>
          String(metadataOf(each)['name']).startsWith('twin-'),
        )
        expect(twins).toHaveLength(1)
      })

      it('stops at once when told to', async () => {
        proxy.fault = () => ({ status: 503, body: '' })
        const abort = new AbortController()
        const waiting = shaky.get({ ...nodes, name: 'p1' }, abort.signal)
        await expect.poll(() => proxy.seen.length).toBeGreaterThan(0)
        abort.abort()
        await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
      })
    })

    it('asks five times while a webhook fails, and then says so', async () => {
      const uid = await make.pod('h1')
      const hooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'
      const webhook = {
        name: 'broken.osferry.test',
        clientConfig: { url: 'https://127.0.0.1:1/' },
        rules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods/eviction'] },
        ],
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      }
      await api.request('POST', hooks, { body: { metadata: { name: 'broken' }, webhooks: [webhook] } })
      const dry = { namespace: 'default', name: 'h1', uid, dryRun: true, signal }
      await expect
        .poll(() => cluster.evict(dry), { timeout: 60_000 })
        .toMatchObject({ outcome: 'refused', status: 500 })
      await expect
        .poll(
          () =>
            auditedRequests(controlPlane.auditLog, { name: 'h1', subresource: 'eviction' }).filter(
              ({ status }) => status === 500,
            ).length,
        )
        .toBe(5)
      await api.request('DELETE', `${hooks}/broken`)
    })
  },
)
