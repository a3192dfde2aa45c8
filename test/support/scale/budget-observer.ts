import type { LabCluster, LabEvent } from '../../../src/simulate/lab-cluster.ts'

/** A moment in which fewer pods were healthy than a budget asks for. */
export interface Violation {
  budget: string
  healthy: number
  desired: number
  /** The pod whose change it was. */
  pod: string
}

/** Who looks at the API beside osferry, with an arithmetic of its own. */
export interface BudgetObserver {
  violations: readonly Violation[]
  /** Budgets that are looked at, and how often one of them was. */
  budgets: number
  looks(): number
  /** How often a budget had nothing more to give: without that it would not be known to hold anything back. */
  exhausted(): number
  /** Pods that were told to go while one looked, those of DaemonSets left out. */
  evictions(): number
  /** Nodes that were cordoned or not ready in one moment, at most. */
  mostAway(): number
}

interface Meta {
  name: string
  namespace: string
  uid: string
  labels?: Record<string, string>
  deletionTimestamp?: string
  ownerReferences?: { kind: string }[]
}
interface Seen {
  metadata: Meta
  spec: {
    replicas?: number
    selector?: { matchLabels?: Record<string, string> }
    minAvailable?: number
    maxUnavailable?: number | string
    unschedulable?: boolean
  }
  status: { conditions?: { type: string; status: string }[] }
}
interface Account {
  budget: string
  desired: number
  healthy: number
}

/** Begins to look at pods, budgets and nodes; every budget of the cluster must select by the label `app` alone. */
export function observeBudgets(cluster: LabCluster): BudgetObserver {
  const replicas = new Map<string, number>()
  for (const resource of ['deployments', 'statefulsets'])
    for (const { metadata, spec } of listed(cluster, `/apis/apps/v1/${resource}`))
      replicas.set(`${metadata.namespace}/${metadata.name}`, spec.replicas ?? 1)
  const accounts = new Map<string, Account>()
  for (const { metadata, spec } of listed(cluster, '/apis/policy/v1/poddisruptionbudgets')) {
    const app = `${metadata.namespace}/${spec.selector?.matchLabels?.['app'] ?? ''}`
    const wanted = replicas.get(app)
    if (wanted === undefined || Object.keys(spec.selector?.matchLabels ?? {}).length !== 1)
      throw new Error(`the budget ${metadata.name} selects no one workload`)
    accounts.set(app, { budget: metadata.name, desired: desiredOf(spec, wanted), healthy: 0 })
  }
  const violations: Violation[] = []
  const healthy = new Map<string, boolean>()
  const going = new Set<string>()
  const away = new Set<string>()
  let [isBegun, looks, exhausted, mostAway] = [false, 0, 0, 0]

  function onPod(type: LabEvent['type'], { metadata, status }: Seen): void {
    const { namespace, name, uid, deletionTimestamp, ownerReferences = [] } = metadata
    const isNow = type !== 'DELETED' && deletionTimestamp === undefined && isReady(status)
    const isDaemon = ownerReferences.some(({ kind }) => kind === 'DaemonSet')
    if (isBegun && !isDaemon && deletionTimestamp !== undefined) going.add(uid)
    const was = healthy.get(uid) ?? false
    if (type === 'DELETED') healthy.delete(uid)
    else healthy.set(uid, isNow)
    const account = accounts.get(`${namespace}/${metadata.labels?.['app'] ?? ''}`)
    if (account === undefined || was === isNow) return
    account.healthy += isNow ? 1 : -1
    if (!isBegun) return
    looks += 1
    const { budget, desired } = account
    if (was && account.healthy === desired) exhausted += 1
    if (account.healthy < desired)
      violations.push({
        budget: `${namespace}/${budget}`,
        healthy: account.healthy,
        desired,
        pod: name,
      })
  }

  function onNode(_type: LabEvent['type'], { metadata, spec, status }: Seen): void {
    if (spec.unschedulable === true || !isReady(status)) away.add(metadata.name)
    else away.delete(metadata.name)
    mostAway = Math.max(mostAway, away.size)
  }

  follow(cluster, '/api/v1/pods', onPod)
  follow(cluster, '/api/v1/nodes', onNode)
  isBegun = true
  const short = [...accounts.values()].find((account) => account.healthy < account.desired)
  if (short !== undefined) throw new Error(`${short.budget} is violated before anything has begun`)
  return {
    violations,
    budgets: accounts.size,
    looks: () => looks,
    exhausted: () => exhausted,
    evictions: () => going.size,
    mostAway: () => mostAway,
  }
}

/** Pods that have to be healthy, by the rules of policy/v1: shares are rounded up. */
function desiredOf({ minAvailable, maxUnavailable }: Seen['spec'], replicas: number): number {
  if (minAvailable !== undefined) return minAvailable
  if (typeof maxUnavailable === 'number') return replicas - maxUnavailable
  return replicas - Math.ceil((Number.parseInt(maxUnavailable ?? '', 10) * replicas) / 100)
}

function isReady({ conditions = [] }: Seen['status']): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
}

const user = { name: 'observer', groups: ['system:masters'] }

function ask(
  cluster: LabCluster,
  path: string,
  query: Record<string, string>,
): ReturnType<LabCluster['handle']> {
  return cluster.handle({
    method: 'GET',
    path,
    query: new URLSearchParams(query),
    body: undefined,
    contentType: '',
    user,
  })
}

function listed(cluster: LabCluster, path: string): Seen[] {
  const answer = ask(cluster, path, {})
  if ('open' in answer || answer.status !== 200) throw new Error(`${path} cannot be listed`)
  return (JSON.parse(JSON.stringify(answer.body)) as { items: Seen[] }).items
}

/** Everything that is there, then every change in the moment in which it happens. */
function follow(
  cluster: LabCluster,
  path: string,
  see: (type: LabEvent['type'], object: Seen) => void,
): void {
  const answer = ask(cluster, path, { watch: 'true' })
  if (!('open' in answer)) throw new Error(`${path} cannot be watched`)
  answer.open((event) => see(event.type, (JSON.parse(event.line()) as { object: Seen }).object))
}
