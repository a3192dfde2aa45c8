import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/model/cluster-port.ts'
import { connectApi, type ApiClient } from '../support/control-plane/api.ts'
import { auditedRequests } from '../support/control-plane/audit.ts'
import { clusterFor, followWatch, type WatchLog } from '../support/control-plane/cluster-under-test.ts'
import { startFaultProxy, type Fault, type FaultProxy } from '../support/control-plane/fault-proxy.ts'
import type { TestedRelease } from '../support/control-plane/releases.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane/start.ts'

const merge = { contentType: 'application/merge-patch+json' }
const long = { timeout: 150_000 }

describe.each<TestedRelease>(['oldest', 'newest', 'lab'])('a watch on the %s control plane', (release) => {
  let controlPlane: ControlPlane
  let api: ApiClient
  let proxy: FaultProxy
  let straight: Cluster
  let shaky: Cluster
  /** Takes a watch for dead that is silent for two seconds: on a slow machine it opens many. */
  let hasty: Cluster
  const open: WatchLog[] = []
  let round = 0

  beforeAll(async () => {
    controlPlane = await startControlPlane({ version: release, controllers: false })
    api = connectApi({ ...controlPlane })
    proxy = await startFaultProxy(controlPlane)
    straight = clusterFor(controlPlane)
    shaky = clusterFor(proxy)
    hasty = clusterFor(proxy, { idleMs: 2000 })
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((log) => log.stop()))
    proxy.fault = () => undefined
    proxy.seen.length = 0
  })
  afterAll(async () => {
    await Promise.all([straight, shaky, hasty].map((cluster) => cluster.close()))
    api.close()
    await proxy.close()
    await controlPlane.stop()
  })

  /** Objects of this test only, told apart by a label. */
  async function scene(cluster: Cluster, names: readonly string[]) {
    round += 1
    const path = '/api/v1/namespaces/default/configmaps'
    const labels = { round: String(round) }
    const write = {
      make: (name: string) =>
        api.request('POST', path, {
          body: { metadata: { name: `${name}-${round}`, labels }, data: { n: '0' } },
        }),
      change: (name: string, n: string) =>
        api.request('PATCH', `${path}/${name}-${round}`, { body: { data: { n } }, ...merge }),
      drop: (name: string) => api.request('DELETE', `${path}/${name}-${round}`),
    }
    for (const name of names) await write.make(name)
    const log = followWatch(cluster, {
      group: '',
      version: 'v1',
      resource: 'configmaps',
      namespace: 'default',
      labelSelector: `round=${round}`,
    })
    open.push(log)
    await expect.poll(() => log.words, long).toContain('synced')
    const words = (): string[] => log.words.map((word) => word.replace(/-\d+$/, ''))
    const value = (name: string): unknown => log.objects.get(`${name}-${round}`)?.['data']
    return { ...write, log, words, value }
  }

  const isWatch = (url: string): boolean => /[?&]watch=true/.test(url)
  const watches = (): string[] => proxy.seen.filter(({ url }) => isWatch(url)).map(({ url }) => url)
  const lists = (): string[] => proxy.seen.filter(({ url }) => !isWatch(url)).map(({ url }) => url)

  /** Spoils the next watches, one fault each. */
  function spoil(...faults: Fault[]): void {
    proxy.fault = ({ url }) => (isWatch(url) ? faults.shift() : undefined)
  }

  it('lists, and then tells every change once and in order', async () => {
    const { words, make, change, drop } = await scene(shaky, ['a', 'b'])
    await make('c')
    for (const n of ['1', '2', '3']) await change('a', n)
    await drop('b')
    await expect.poll(words).toContain('removed b')
    expect(words()).toEqual([
      'changed a',
      'changed b',
      'synced',
      'changed c',
      'changed a',
      'changed a',
      'changed a',
      'removed b',
    ])
    expect(watches()[0]).toMatch(/allowWatchBookmarks=true&timeoutSeconds=240&resourceVersion=\d+$/)
  })

  it('goes on where it was after a cut, and tells nothing twice', async () => {
    const { words, make, change, drop } = await scene(shaky, ['a', 'b'])
    await change('a', '1')
    await expect.poll(() => words().length).toBe(4)
    proxy.cutAll()
    await change('a', '2')
    await drop('b')
    await make('b')
    await expect.poll(words, long).toHaveLength(7)
    expect(words().slice(4)).toEqual(['changed a', 'removed b', 'changed b'])
    expect(lists()).toHaveLength(1)
    expect(watches()).toHaveLength(2)
  })

  const gone = '{"kind":"Status","status":"Failure","reason":"Expired","message":"too old","code":410}'

  it.each<[string, Fault]>([
    ['410 as the answer', { status: 410, body: gone }],
    ['410 inside the stream', { status: 200, body: `{"type":"ERROR","object":${gone}}\n` }],
  ])('lists anew after an outage and after %s, and tells what has vanished meanwhile', async (_, fault) => {
    const { words, make, drop, change, log } = await scene(shaky, ['a', 'b', 'c'])
    // Otherwise the first fault meets the first watch, and nothing is an outage yet.
    await expect.poll(watches, long).toHaveLength(1)
    spoil('cut', fault)
    proxy.cutAll()
    await drop('b')
    await drop('c')
    await make('c')
    await expect.poll(() => words().filter((word) => word === 'synced'), long).toHaveLength(3)
    const after = words()
      .slice(4)
      .filter((word) => word !== 'away')
    const again = ['changed a', 'changed c', 'synced']
    expect(after).toEqual(['changed a', 'removed c', 'changed c', 'removed b', 'synced', ...again])
    await change('a', '9')
    await expect.poll(() => words().at(-1)).toBe('changed a')
    expect(log.objects.size).toBe(2)
    expect(lists()).toHaveLength(3)
  })

  it('lists anew when a restarted server no longer knows its version', async () => {
    const { words, value, make, change } = await scene(shaky, ['a'])
    proxy.fault = () => 'cut'
    proxy.cutAll()
    // One try that fails is no outage yet.
    await expect.poll(words, long).toContain('away')
    // The server that comes back remembers nothing that is older than its start.
    await change('a', '5')
    await make('b')
    await controlPlane.killApiServer()
    // Now: a list that the new server answers is followed by a watch at once.
    proxy.fault = () => undefined
    await controlPlane.restartApiServer()
    await expect.poll(() => value('b'), long).toEqual({ n: '0' })
    expect(value('a')).toEqual({ n: '5' })
    await expect
      .poll(words, long)
      .toEqual(['changed a', 'synced', 'away', 'changed a', 'changed b', 'synced'])
  })

  it('tells an outage that comes right after the new list, before any event, once more', async () => {
    const { words, value, change } = await scene(shaky, ['a'])
    proxy.fault = ({ url }) => (isWatch(url) ? 'cut' : undefined)
    proxy.cutAll()
    const known = ['changed a', 'synced']
    await expect
      .poll(() => words().slice(0, 7), long)
      .toEqual([...known, 'away', ...known, 'away', 'changed a'])
    proxy.fault = () => undefined
    await change('a', '1')
    await expect.poll(() => value('a'), long).toEqual({ n: '1' })
    // Whoever was told that it is away is told that it is back.
    await expect
      .poll(() => words().lastIndexOf('synced') - words().lastIndexOf('away'), long)
      .toBeGreaterThan(0)
  })

  it('opens a stream anew that is silent', async () => {
    const { value, change } = await scene(hasty, ['a'])
    await change('a', '1')
    await expect.poll(() => value('a'), long).toEqual({ n: '1' })
    proxy.freeze()
    await change('a', '2')
    await expect.poll(() => value('a'), long).toEqual({ n: '2' })
    expect(watches().length).toBeGreaterThan(1)
    expect(lists()).toHaveLength(1)
  })

  it('asks no more often than it must while something answers in the place of the server', async () => {
    const { words, value, change } = await scene(shaky, ['a'])
    const before = proxy.seen.length
    proxy.fault = () => ({ status: 503, type: 'text/html', body: '<html>maintenance</html>' })
    proxy.cutAll()
    await change('a', '1')
    await wait(10_000)
    // At once, then after 1, 2, 4 and 8 s, each a fifth more or less.
    expect(proxy.seen.length - before).toBeLessThanOrEqual(5)
    expect(words().filter((word) => word === 'away')).toHaveLength(1)
    proxy.fault = () => undefined
    await expect.poll(() => value('a'), long).toEqual({ n: '1' })
  })

  it('asks no more often than it must while every stream ends at once', async () => {
    await scene(shaky, ['a'])
    const before = proxy.seen.length
    proxy.fault = ({ url }) => (isWatch(url) ? { status: 200, body: '' } : undefined)
    proxy.cutAll()
    await wait(5000)
    expect(proxy.seen.length - before).toBeLessThanOrEqual(5)
  })

  it.each<[string, string]>([
    ['a page', '<html>log in</html>\n'],
    ['an event of no kind', '{"type":"SURPRISE","object":{}}\n'],
    ['an object without identity', '{"type":"ADDED","object":{"metadata":{"name":"x"}}}\n'],
    ['a line without end', 'x'.repeat(9 << 20)],
  ])('ends with an error when the stream holds %s', async (_, body) => {
    const { log } = await scene(shaky, ['a'])
    proxy.fault = ({ url }) => (isWatch(url) ? { status: 200, body } : undefined)
    proxy.cutAll()
    expect(await log.ended).toMatchObject({ code: 'CLUSTER_ANSWER_INVALID' })
  })

  it('ends quietly when told to, and says at once what is forbidden', async () => {
    const { log } = await scene(straight, ['a'])
    await log.stop()
    expect(await log.ended).toBeUndefined()
    const anna = clusterFor(controlPlane.loginFor({ user: 'anna', groups: [] }))
    const refused = followWatch(anna, { group: '', version: 'v1', resource: 'nodes' })
    expect(await refused.ended).toMatchObject({ code: 'CLUSTER_FORBIDDEN' })
    await anna.close()
  })

  it('outlives the API server, and a login by RBAC is not refused while it settles', async () => {
    const rbac = '/apis/rbac.authorization.k8s.io/v1'
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }]
    await api.request('POST', `${rbac}/clusterroles`, { body: { metadata: { name: 'reader' }, rules } })
    const group = 'rbac.authorization.k8s.io'
    await api.request('POST', `${rbac}/clusterrolebindings`, {
      body: {
        metadata: { name: 'reader' },
        roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'reader' },
        subjects: [{ apiGroup: group, kind: 'User', name: 'rita' }],
      },
    })
    const rita = clusterFor(controlPlane.loginFor({ user: 'rita' }))
    await expect
      .poll(
        () =>
          rita.list({ group: '', version: 'v1', resource: 'configmaps' }, AbortSignal.timeout(9000)).then(
            () => 'allowed',
            () => 'refused',
          ),
        long,
      )
      .toBe('allowed')
    const { words, value, make, change } = await scene(rita, ['a', 'b'])
    const count = (): number => auditedRequests(controlPlane.auditLog, { user: 'rita' }).length
    const before = count()
    await controlPlane.killApiServer()
    await expect.poll(words, long).toContain('away')
    await wait(5000)
    await controlPlane.restartApiServer()
    await change('a', '1')
    await make('c')
    await expect.poll(() => value('c'), long).toEqual({ n: '0' })
    expect(value('a')).toEqual({ n: '1' })
    expect(words().filter((word) => word === 'changed b').length).toBeLessThanOrEqual(2)
    expect(words().filter((word) => word.startsWith('removed'))).toEqual([])
    // The first watch may be written into the log late: 1.20 does so when it ends.
    expect(count() - before).toBeLessThanOrEqual(6)
    await rita.close()
  })

  // The lab's store is in the same memory as its API: it cannot be away alone.
  it.each(release === 'lab' ? [] : ['etcd'])('outlives %s', async () => {
    const { words, value, change, make, drop } = await scene(straight, ['a', 'b'])
    await controlPlane.restartEtcd()
    await change('a', '1')
    await make('c')
    await drop('b')
    // As an event, or by a list when the server has ended its watches meanwhile.
    await expect.poll(words, long).toContain('removed b')
    await expect.poll(() => value('c'), long).toEqual({ n: '0' })
    expect(value('a')).toEqual({ n: '1' })
  })
})
