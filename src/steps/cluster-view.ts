import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { ApiObject, Cluster, ObjectQuery, WatchNews } from '../model/cluster-port.ts'
import { parseDrainBudget } from '../model/drain-budget.ts'
import { parseDrainNode, type DrainNode } from '../model/drain-node.ts'
import { parseDrainPod, type DrainPod } from '../model/drain-pod.ts'
import { parseDrainAttachment, type DrainAttachment } from '../model/drain-volumes.ts'
import type { Clock } from '../model/ports.ts'
import { unlessAborted } from '../model/unless-aborted.ts'
import { createBudgetLedger, type BudgetLedger } from './budget-ledger.ts'
import { createPodsByNode } from './pods-by-node.ts'
import { createWake, type Wait, type Wake } from './wake.ts'

/** What of the cluster a drain knows, kept fresh by watches. */
export interface ClusterView {
  /** By UID; pods of the wanted nodes only. */
  readonly pods: ReadonlyMap<string, DrainPod>
  /** Pods of one of the wanted nodes. */
  podsOn(node: string): Iterable<DrainPod>
  /** Grows with all that is told of the pods of a node. */
  podsVersion(node: string): number
  /** Calls back with every pod of a wanted node that is told of from now on. */
  onPod(listener: (pod: DrainPod) => void): void
  /** By name. */
  readonly nodes: ReadonlyMap<string, DrainNode>
  readonly attachments: ReadonlyMap<string, DrainAttachment>
  readonly ledger: BudgetLedger
  readonly wake: Wake
  /** Grows with all that is told. */
  version(): number
  /** Why the server cannot be reached just now, or has not told everything again since. */
  awayReason(): string | undefined
  /** Looks at the attachments once. */
  listAttachments(): Promise<void>
  /** Watches attachments too, from the first call on; resolves when they are known. */
  followAttachments(): Promise<void>
  /** Ends with the first error of a watch; it never resolves. */
  readonly failure: AbortSignal
}

export interface ViewOptions {
  cluster: Cluster
  clock: Clock
  wait: Wait
  nodes: readonly string[]
  signal: AbortSignal
}

const watchesAtMost = 20
/** All attachments of the cluster. */
export const attachmentQuery = { group: 'storage.k8s.io', version: 'v1', resource: 'volumeattachments' }
const coreV1 = { group: '', version: 'v1' }

/** Starts the watches and resolves when each has told all there is. */
export async function openClusterView(options: ViewOptions): Promise<ClusterView> {
  const { cluster, clock, wait, signal } = options
  const wanted = new Set(options.nodes)
  const pods = createPodsByNode()
  const listeners: ((pod: DrainPod) => void)[] = []
  const nodes = new Map<string, DrainNode>()
  const attachments = new Map<string, DrainAttachment>()
  const ledger = createBudgetLedger()
  const wake = createWake(clock, wait)
  const failed = new AbortController()
  const both = AbortSignal.any([signal, failed.signal])
  let version = 0
  const away = new Map<ObjectQuery, string>()

  /** Resolves when the first list is in. */
  const follow = (query: ObjectQuery, take: Take): Promise<void> => {
    const synced = Promise.withResolvers<void>()
    const run = async (): Promise<void> => {
      for await (const news of cluster.watch(query, both)) {
        if (news.type === 'away') away.set(query, news.reason)
        // What changed while it was away is not all told before that.
        if (news.type === 'synced') {
          away.delete(query)
          synced.resolve()
        } else if (news.type !== 'away') take(news.object, news.type)
        version += 1
        wake.notify()
      }
    }
    run().catch((error: unknown) => {
      synced.reject(error)
      if (!both.aborted) failed.abort(error)
      wake.notify()
    })
    return unlessAborted(synced.promise, both)
  }

  const takePod: Take = (object, type) => {
    if (type === 'removed') {
      const { uid } = identityOf(object)
      pods.remove(uid)
      ledger.onEnding(uid, clock.monotonicMs())
      return
    }
    // Whatever is wrong with a pod of another node is none of ours.
    const place = Place.safeParse(object, { jitless: true })
    if (place.success && !wanted.has(place.data.spec.nodeName ?? '')) return
    const pod = parseDrainPod(object)
    if (wanted.has(pod.node)) {
      pods.set(pod)
      for (const listener of listeners) listener(pod)
    }
    if (pod.deletionTimestamp !== undefined) ledger.onEnding(pod.uid, clock.monotonicMs())
  }
  const takeNode: Take = (object, type) => {
    const { name } = identityOf(object)
    if (type === 'removed') nodes.delete(name)
    else if (wanted.has(name)) nodes.set(name, parseDrainNode(object))
  }

  const budgetVersion = await versionOfBudgets(cluster, signal)
  const names = [...wanted]
  const isMany = names.length > watchesAtMost
  const podQueries = isMany ? [{}] : names.map((name) => ({ fieldSelector: `spec.nodeName=${name}` }))
  const nodeQueries = isMany ? [{}] : names.map((name) => ({ fieldSelector: `metadata.name=${name}` }))
  await Promise.all([
    ...nodeQueries.map((query) => follow({ ...coreV1, resource: 'nodes', ...query }, takeNode)),
    ...podQueries.map((query) => follow({ ...coreV1, resource: 'pods', ...query }, takePod)),
    follow({ group: 'policy', version: budgetVersion, resource: 'poddisruptionbudgets' }, (object, type) => {
      if (type === 'removed') ledger.onBudgetGone(identityOf(object))
      else ledger.onBudget(parseDrainBudget(object, budgetVersion))
    }),
  ])

  const takeAttachment: Take = (object, type) => {
    const { name } = identityOf(object)
    const attachment = type === 'removed' ? undefined : parseDrainAttachment(object)
    if (attachment === undefined) attachments.delete(name)
    else if (wanted.has(attachment.node)) attachments.set(name, attachment)
  }
  /** What the first look has seen, and the list of the watch has not, is gone since. */
  const followAll = async (): Promise<void> => {
    const unseen = new Set(attachments.keys())
    await follow(attachmentQuery, (object, type) => {
      unseen.delete(identityOf(object).name)
      takeAttachment(object, type)
    })
    for (const name of unseen) attachments.delete(name)
  }
  let attachmentsKnown: Promise<void> | undefined
  return {
    pods: pods.all,
    podsOn: (node) => pods.on(node),
    podsVersion: (node) => pods.version(node),
    onPod: (listener) => void listeners.push(listener),
    nodes,
    attachments,
    ledger,
    wake,
    version: () => version,
    awayReason: () => [...away.values()][0],
    async listAttachments(): Promise<void> {
      for (const object of await cluster.list(attachmentQuery, both)) takeAttachment(object, 'changed')
    },
    followAttachments(): Promise<void> {
      attachmentsKnown ??= followAll()
      return attachmentsKnown
    },
    failure: failed.signal,
  }
}

type Take = (object: ApiObject, type: Extract<WatchNews['type'], 'changed' | 'removed'>) => void

/** All that is left of an object that was removed while nobody watched: a list tells no more of it. */
const Identity = z.object({
  metadata: z.object({ namespace: z.string().optional(), name: z.string(), uid: z.string() }),
})

/** Where a pod is: the little that is read of pods of all nodes. */
const Place = z.object({ spec: z.object({ nodeName: z.string().nullish() }) })

function identityOf(object: ApiObject): { namespace: string; name: string; uid: string } {
  const { namespace = '', name, uid } = parseApiObject(Identity, object, 'removed object').metadata
  return { namespace, name, uid }
}

/**
 * That of the evictions: policy/v1 evictions came after policy/v1 budgets (1.22 and 1.21), and v1beta1 went for both with
 * 1.25. Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/#poddisruptionbudget-v125
 */
export async function versionOfBudgets(cluster: Cluster, signal: AbortSignal): Promise<string> {
  return (await cluster.evictionVersion(signal)) === 'policy/v1' ? 'v1' : 'v1beta1'
}
