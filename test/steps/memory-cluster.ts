import type { ApiObject, Cluster, ObjectQuery, WatchNews, WriteAnswer } from '../../src/model/cluster-port.ts'
import { holdsSelector, merged, type Loose } from './memory-objects.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Pods of one workload, and how they behave. */
export interface MemoryApp {
  name: string
  /** Node of each replica. */
  nodes: readonly string[]
  kind: 'ReplicaSet' | 'naked'
  graceSeconds: number
  /** From being told to end to the end of the programs; the grace is the most. */
  endMs: number
  /** From the end of one pod to a ready one elsewhere; undefined = never. */
  readyMs: number | undefined
  /** Undefined = no budget. */
  minAvailable: number | undefined
  hangs: boolean
  /** When it ends by itself. */
  completesMs: number | undefined
  critical: boolean
}

/** As much of a cluster as a drain talks to, in memory: the real servers prove that they do the same. */
export interface MemoryCluster extends Cluster {
  /** Evictions and deletions, with what was answered. */
  readonly sent: {
    how: 'evict' | 'delete'
    pod: string
    app: string
    outcome: string
    grace: number | undefined
  }[]
  object(resource: string, name: string): Loose | undefined
  /** Puts an object there, or takes it away, as somebody else. */
  put(resource: string, object: Loose): Loose
  take(resource: string, name: string): void
}

const done = (object: ApiObject): WriteAnswer => ({ outcome: 'done', object })

export function memoryCluster(
  clock: VirtualClock,
  input: { nodes: readonly string[]; apps: readonly MemoryApp[] },
): MemoryCluster {
  const objects = new Map<string, Loose>()
  const watchers = new Set<{ query: ObjectQuery; tell: (news: WatchNews) => void }>()
  const sent: MemoryCluster['sent'] = []
  const endings = new Map<string, number>()
  let version = 0
  let count = 0

  const idOf = (resource: string, name: string): string => `${resource}/${name}`
  function put(resource: string, object: Loose): Loose {
    version += 1
    const stored = merged(object, { metadata: { resourceVersion: `${version}` } })
    objects.set(idOf(resource, stored.metadata.name), stored)
    tell(resource, { type: 'changed', object: stored })
    return stored
  }
  function drop(resource: string, object: Loose): void {
    objects.delete(idOf(resource, object.metadata.name))
    tell(resource, { type: 'removed', object })
  }
  function tell(resource: string, news: Extract<WatchNews, { object: ApiObject }>): void {
    for (const { query, tell } of watchers)
      if (query.resource === resource && holdsSelector(news.object as Loose, query)) tell(news)
  }
  const of = (resource: string): Loose[] =>
    [...objects].filter(([id]) => id.startsWith(`${resource}/`)).map(([, object]) => object)

  function addPod(app: MemoryApp, node: string): void {
    count += 1
    const name = `${app.name}-${count}`
    const controller = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: app.name,
      uid: app.name,
      controller: true,
    }
    put('pods', {
      metadata: {
        namespace: 'a',
        name,
        uid: `uid-${name}`,
        labels: { app: app.name },
        annotations: {},
        ...(app.kind === 'naked' ? {} : { ownerReferences: [controller] }),
        ...(app.hangs ? { finalizers: ['example.com/hold'] } : {}),
      },
      spec: {
        nodeName: node,
        terminationGracePeriodSeconds: app.graceSeconds,
        ...(app.critical ? { priorityClassName: 'system-cluster-critical' } : {}),
      },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    })
    recount(app)
    if (app.completesMs !== undefined) clock.after(app.completesMs, () => complete(name))
  }

  function complete(name: string): void {
    const pod = objects.get(idOf('pods', name))
    if (pod === undefined || pod.metadata['deletionTimestamp'] !== undefined) return
    put('pods', merged(pod, { status: { phase: 'Succeeded', conditions: [] } }))
    const app = input.apps.find((app) => app.name === pod.metadata.labels?.['app'])
    if (app !== undefined) recount(app)
  }

  /** What the budget's controller does, at once. */
  function recount(app: MemoryApp): void {
    if (app.minAvailable === undefined) return
    const budget = objects.get(idOf('poddisruptionbudgets', app.name))
    if (budget === undefined) return
    const healthy = of('pods').filter(
      ({ metadata, status }) =>
        metadata.labels?.['app'] === app.name &&
        metadata['deletionTimestamp'] === undefined &&
        status?.['phase'] === 'Running',
    ).length
    const disruptionsAllowed = Math.max(0, healthy - app.minAvailable)
    const numbers = {
      currentHealthy: healthy,
      desiredHealthy: app.minAvailable,
      expectedPods: app.nodes.length,
    }
    put(
      'poddisruptionbudgets',
      merged(budget, { status: { disruptionsAllowed, observedGeneration: 1, ...numbers } }),
    )
  }

  function endPod(pod: Loose, app: MemoryApp, graceSeconds: number): void {
    const { name } = pod.metadata
    const endsAtMs = clock.monotonicMs() + Math.min(app.endMs, graceSeconds * 1000)
    const known = endings.get(name)
    if (known !== undefined && known <= endsAtMs) return
    endings.set(name, endsAtMs)
    const current = put('pods', merged(pod, { metadata: { deletionTimestamp: clock.now() } }))
    recount(app)
    if (app.hangs) return
    clock.after(endsAtMs - clock.monotonicMs(), () => {
      if (endings.get(name) !== endsAtMs || !objects.has(idOf('pods', name))) return
      drop('pods', objects.get(idOf('pods', name)) ?? current)
      recount(app)
      if (app.readyMs !== undefined && app.kind === 'ReplicaSet')
        clock.after(app.readyMs, () => addPod(app, 'elsewhere'))
    })
  }

  function go(
    how: 'evict' | 'delete',
    { name, uid, gracePeriodSeconds: grace }: { name: string; uid: string; gracePeriodSeconds?: number },
  ): WriteAnswer {
    const pod = objects.get(idOf('pods', name))
    const app = input.apps.find((app) => app.name === pod?.metadata.labels?.['app'])
    const answer = ((): WriteAnswer => {
      if (pod === undefined || app === undefined) return { outcome: 'gone' }
      if (pod.metadata['uid'] !== uid) return { outcome: 'replaced', message: 'it is another pod' }
      const budget = objects.get(idOf('poddisruptionbudgets', app.name))
      // As the real server: a pod that ends, or has, costs no budget.
      const hasEnded =
        pod.metadata['deletionTimestamp'] !== undefined || pod.status?.['phase'] === 'Succeeded'
      const isFree = how === 'delete' || budget === undefined || hasEnded
      if (!isFree && Number(budget.status?.['disruptionsAllowed']) < 1)
        return { outcome: 'budget', message: 'needs more', processing: false, retryAfterMs: undefined }
      endPod(pod, app, Math.min(grace ?? app.graceSeconds, app.graceSeconds))
      return done(pod)
    })()
    sent.push({ how, pod: name, app: app?.name ?? '', outcome: answer.outcome, grace })
    return answer
  }

  put('namespaces', { metadata: { name: 'kube-system', uid: 'uid-cluster', labels: {}, annotations: {} } })
  for (const name of [...input.nodes, 'elsewhere']) {
    const metadata = { name, uid: `uid-${name}`, labels: {}, annotations: {} }
    put('nodes', { metadata, spec: {}, status: { conditions: [{ type: 'Ready', status: 'True' }] } })
  }
  for (const app of input.apps) {
    if (app.minAvailable !== undefined) {
      const metadata = { namespace: 'a', name: app.name, uid: `uid-${app.name}`, labels: {}, generation: 1 }
      const spec = { selector: { matchLabels: { app: app.name } }, minAvailable: app.minAvailable }
      put('poddisruptionbudgets', { metadata, spec })
    }
    for (const node of app.nodes) addPod(app, node)
  }

  const soon = async <T>(value: T): Promise<T> => {
    await clock.wait(5, new AbortController().signal)
    return value
  }
  return {
    sent,
    context: 'memory',
    server: 'memory',
    object: (resource, name) => objects.get(idOf(resource, name)),
    put,
    take(resource, name): void {
      const object = objects.get(idOf(resource, name))
      if (object !== undefined) drop(resource, object)
    },
    version: async () => await Promise.resolve('v1.36.0'),
    // No drain reads pages.
    async *pages(): AsyncGenerator<never> {},
    versionsOf: async () => await Promise.resolve(['v1']),
    evictionVersion: async () => await Promise.resolve('policy/v1'),
    get: async ({ resource, name }) => await soon(objects.get(idOf(resource, name))),
    list: async (query) => await soon(of(query.resource).filter((object) => holdsSelector(object, query))),
    async *watch(query, signal): AsyncGenerator<WatchNews> {
      const queue: WatchNews[] = of(query.resource)
        .filter((object) => holdsSelector(object, query))
        .map((object) => ({ type: 'changed', object }))
      queue.push({ type: 'synced' })
      let wake = Promise.withResolvers<void>()
      const tell = (news: WatchNews): void => {
        queue.push(news)
        wake.resolve()
      }
      watchers.add({ query, tell })
      signal.addEventListener('abort', () => wake.resolve(), { once: true })
      while (!signal.aborted) {
        const news = queue.shift()
        if (news !== undefined) yield news
        else {
          await wake.promise
          wake = Promise.withResolvers()
        }
      }
    },
    async patch({ resource, name }, patch, { signal, fence }): Promise<WriteAnswer> {
      await fence?.(signal)
      const object = await soon(objects.get(idOf(resource, name)))
      if (object === undefined) return { outcome: 'gone' }
      const current = objects.get(idOf(resource, name)) ?? object
      const wanted = (patch['metadata'] as { resourceVersion?: string }).resourceVersion
      if (wanted !== undefined && wanted !== current.metadata['resourceVersion'])
        return { outcome: 'conflict', message: 'the object has been modified' }
      return done(put(resource, merged(current, patch)))
    },
    async create({ resource }, object, { dryRun = false, signal, fence }): Promise<WriteAnswer> {
      await fence?.(signal)
      await soon(undefined)
      // Of all that is created only Secrets are looked for again.
      if (resource !== 'secrets') return done(object)
      const secret = object as Loose
      if (objects.has(idOf(resource, secret.metadata.name)))
        return { outcome: 'conflict', message: 'it is there already' }
      return done(dryRun ? object : put(resource, secret))
    },
    async remove({ resource, name }, { uid, signal, fence, ...options }): Promise<WriteAnswer> {
      await fence?.(signal)
      await soon(undefined)
      if (uid !== null) return go('delete', { ...options, uid, name })
      const object = objects.get(idOf(resource, name))
      if (object === undefined) return { outcome: 'gone' }
      drop(resource, object)
      return done(object)
    },
    async evict(request): Promise<WriteAnswer> {
      await request.fence?.(request.signal)
      await soon(undefined)
      return go('evict', request)
    },
    close: async () => await Promise.resolve(),
  }
}
