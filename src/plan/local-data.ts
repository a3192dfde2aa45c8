import type { LocalData } from '../model/data-decision.ts'
import type { FactMap, FactName, FactValue } from '../model/facts.ts'
import { isHostPathData } from '../model/host-path-data.ts'
import { hasEnded, nodePodName, type NodePod, type NodeView } from '../model/node-view.ts'
import { withoutTrailingSlash } from '../model/space-of-path.ts'
import type { Text } from '../model/text.ts'

/** Something that would be lost with the node's disk, and for which nobody has decided yet. */
export type FoundData = Omit<LocalData, 'action' | 'reason'>

export interface FoundLocalData {
  data: FoundData[]
  /** What could not be looked at: a node with any of it cannot be planned. */
  unknown: Text[]
}

const usersAtMost = 20

/** What lives on a node and nowhere else, as far as its facts and the snapshot tell; `view` is null for a plain host. */
export function localDataOf(view: NodeView | null, facts: FactMap): FoundLocalData {
  const unknown: Text[] = []

  function value<F extends FactName>(name: F): FactValue<F> | undefined {
    const fact = facts[name] as FactMap[FactName]
    const missing = fact === undefined ? 'not collected' : fact.status === 'ok' ? fact.degraded : fact.message
    if (missing !== undefined)
      unknown.push({
        en: `the fact ${name} is not whole: ${missing}`,
        zh: `主机信息 ${name} 不完整：${missing}`,
      })
    return fact?.status === 'ok' ? (fact.value as FactValue<F>) : undefined
  }

  const kubelet = value('kubelet')
  const pods = (view?.pods ?? []).filter((pod) => !hasEnded(pod))
  return {
    data: [
      ...directories(pods),
      ...localVolumes(pods, unknown),
      ...emptyDirs(pods, kubelet?.rootDir ?? null),
      ...kubeletRoot(kubelet),
      ...imagesOf(value('images')),
      ...etcdOf(value('etcd'), unknown),
    ],
    unknown,
  }
}

/** Each directory once, whoever uses it. */
function byPath(kind: FoundData['kind'], uses: readonly { path: string; by: string }[]): FoundData[] {
  return [...Map.groupBy(uses, ({ path }) => withoutTrailingSlash(path))]
    .map(([path, users]) => ({
      id: `${kind}:${path}`,
      kind,
      path,
      usedBy: someOf(users.map(({ by }) => by)),
      bytes: null,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

function directories(pods: readonly NodePod[]): FoundData[] {
  const uses = pods.flatMap((pod) =>
    pod.volumes.filter(isHostPathData).map(({ path = '/' }) => ({ path, by: nodePodName(pod) })),
  )
  return byPath('host-path', uses)
}

function localVolumes(pods: readonly NodePod[], unknown: Text[]): FoundData[] {
  const claimed = pods.flatMap((pod) =>
    pod.volumes.flatMap((volume) => (volume.claim === undefined ? [] : [{ pod, volume }])),
  )
  const uses = claimed.flatMap(({ pod, volume: { kind, claim = '', path, unresolved, onlyHere } }) => {
    const by = `${nodePodName(pod)} (${claim})`
    if (unresolved === true) {
      unknown.push({
        en: `the claim of ${by} is not in the snapshot: nobody knows where its data is`,
        zh: `${by} 的存储声明不在快照中，无法确定数据位置`,
      })
    } else if (kind === 'local' || kind === 'hostPath') {
      if (path !== undefined) return [{ path, by }]
      unknown.push({ en: `the local volume of ${by} has no path`, zh: `${by} 的本地卷没有路径` })
    } else if (onlyHere === true) {
      unknown.push({
        en: `no other node may use the volume of ${by} (${kind}): where its data is must be said by its driver`,
        zh: `其他节点无法使用 ${by} 的卷（${kind}），数据位置取决于其驱动`,
      })
    }
    return []
  })
  return byPath('local-volume', uses)
}

/** All of a node's together: what becomes of them is one question. */
function emptyDirs(pods: readonly NodePod[], rootDir: string | null): FoundData[] {
  const users = pods.filter(
    (pod) =>
      pod.control !== 'mirror' &&
      pod.volumes.some(({ kind, medium }) => kind === 'emptyDir' && medium !== 'Memory'),
  )
  if (users.length === 0) return []
  const path = rootDir === null ? null : `${withoutTrailingSlash(rootDir)}/pods`
  return [{ id: 'empty-dir', kind: 'empty-dir', path, usedBy: someOf(users.map(nodePodName)), bytes: null }]
}

function kubeletRoot(kubelet: FactValue<'kubelet'> | undefined): FoundData[] {
  if (kubelet?.installed !== true) return []
  const { rootDir: path } = kubelet
  return [{ id: 'kubelet-root', kind: 'kubelet-root', path, usedBy: ['kubelet'], bytes: null }]
}

function imagesOf(images: FactValue<'images'> | undefined): FoundData[] {
  if (images === undefined || images.localOnly.length === 0) return []
  const sizes = images.localOnly.map(({ sizeBytes }) => sizeBytes)
  return [
    {
      id: 'images',
      kind: 'images',
      path: null,
      usedBy: someOf(images.localOnly.map(({ id, tags }) => tags[0] ?? id)),
      bytes: sizes.every((size) => size !== null) ? sizes.reduce((sum, size) => sum + size, 0) : null,
    },
  ]
}

function etcdOf(etcd: FactValue<'etcd'> | undefined, unknown: Text[]): FoundData[] {
  if (etcd === undefined || (!etcd.present && etcd.managedBy === null)) return []
  if (!etcd.present || etcd.dataDir === null) {
    unknown.push({
      en: 'an etcd is set up here, and where its data is was not found',
      zh: '本机配置了 etcd，但未找到其数据目录',
    })
    return []
  }
  const bytes = etcd.sizeKiB === null ? null : etcd.sizeKiB * 1024
  return [{ id: `etcd:${etcd.dataDir}`, kind: 'etcd', path: etcd.dataDir, usedBy: ['etcd'], bytes }]
}

function someOf(names: readonly string[]): string[] {
  return [...new Set(names)].sort().slice(0, usersAtMost)
}
