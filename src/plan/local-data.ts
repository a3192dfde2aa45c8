import type { DataKind, LocalData } from '../model/data-decision.ts'
import type { FactMap, FactName, FactValue } from '../model/facts.ts'
import { isHostPathData } from '../model/host-path-data.ts'
import { hasEnded, isMoved, nodePodName, type NodePod, type NodeView } from '../model/node-view.ts'
import type { Text } from '../model/text.ts'
import { plainPath } from '../model/plain-path.ts'
import { isBelow } from '../model/space-of-path.ts'
import type { LocalVolume } from './local-volumes.ts'

/** Something that would be lost with the node's disk, and for which nobody has decided yet. */
export interface FoundData extends Omit<LocalData, 'action' | 'reason'> {
  /** A raw device: nothing that can be archived as files. */
  isBlock?: true
}

/** What could not be looked at, and of which kind the data would be; null = of any. */
export interface UnknownData {
  kind: DataKind | null
  text: Text
}

export interface FoundLocalData {
  data: FoundData[]
  unknown: UnknownData[]
}

export interface DataSources {
  /** Null for a plain host. */
  view: NodeView | null
  facts: FactMap
  /** On a disk of this node, in use or not. */
  volumes: readonly LocalVolume[]
  /** Does the new system write the disk anew? If not, nothing but emptyDir is touched on the way there. */
  wipesDisk: boolean
  /** Or does the way back? If neither does, what nobody can tell stays where it is. */
  isWritten: boolean
}

const usersAtMost = 20
const unknownsAtMost = 20

/** What lives on a node and nowhere else, as far as its facts and the snapshot tell. */
export function localDataOf({ view, facts, volumes, wipesDisk, isWritten }: DataSources): FoundLocalData {
  const unknown: UnknownData[] = []

  function value<F extends FactName>(name: F, kind: DataKind): FactValue<F> | undefined {
    const fact = facts[name] as FactMap[FactName]
    const missing = fact === undefined ? 'not collected' : fact.status === 'ok' ? fact.degraded : fact.message
    if (missing !== undefined) {
      const text = {
        en: `the fact ${name} is not whole: ${missing}`,
        zh: `主机信息 ${name} 不完整：${missing}`,
      }
      unknown.push({ kind, text })
    }
    return fact?.status === 'ok' ? (fact.value as FactValue<F>) : undefined
  }

  const pods = view?.pods ?? []
  const kubelet = value('kubelet', 'kubelet-root')
  const staying = directoriesOf(pods.filter((pod) => !isMoved(pod) && !hasEnded(pod)))
  const data = [
    ...directories(pods, unknown).map((one) => withStaying(one, staying)),
    ...volumesOf(pods, volumes, unknown).map((one) => withStaying(one, staying)),
    // Those of pods that stay, and are written again, are gone only with the disk.
    ...emptyDirs(wipesDisk ? pods.filter((pod) => !hasEnded(pod)) : pods.filter(isMoved), kubelet),
    ...kubeletRoot(kubelet),
    ...imagesOf(value('images', 'images')),
    ...etcdOf(value('etcd', 'etcd'), unknown),
  ]
  if (!isWritten) return { data, unknown: [] }
  if (view !== null) mountedElsewhere(value('mounts', 'local-volume'), volumes, unknown)
  return { data, unknown: unknown.slice(0, unknownsAtMost) }
}

interface Use {
  path: string
  by: string
  isBlock?: boolean
}

/** Each directory once, whoever uses it. */
function byPath(kind: FoundData['kind'], uses: readonly Use[], unknown: UnknownData[]): FoundData[] {
  const plain = uses.flatMap((use) => {
    const path = plainPath(use.path)
    if (path !== undefined) return [{ ...use, path }]
    const text = {
      en: `${use.by} uses a path that leads up: ${use.path}`,
      zh: `${use.by} 使用的路径含有 ..：${use.path}`,
    }
    unknown.push({ kind, text })
    return []
  })
  return [...Map.groupBy(plain, ({ path }) => path)]
    .map(([path, users]): FoundData => ({
      id: `${kind}:${path}`,
      kind,
      path,
      usedBy: someOf(users.map(({ by }) => by)),
      bytes: null,
      ...(users.some(({ isBlock }) => isBlock) ? { isBlock: true } : {}),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Pods that have ended have left what they wrote. */
function directories(pods: readonly NodePod[], unknown: UnknownData[]): FoundData[] {
  return byPath('host-path', directoriesOf(pods), unknown)
}

function directoriesOf(pods: readonly NodePod[]): Use[] {
  return pods.flatMap((pod) =>
    pod.volumes.filter(isHostPathData).map(({ path = '/' }) => ({ path, by: nodePodName(pod) })),
  )
}

/** Who writes to a directory above may never write here: to take that for sure would leave nothing to park beside a node agent. */
function withStaying(data: FoundData, staying: readonly Use[]): FoundData {
  const { path } = data
  if (path === null) return data
  const pods = staying.filter((use) => isBelow(plainPath(use.path) ?? use.path, path)).map(({ by }) => by)
  return pods.length === 0 ? data : { ...data, writtenByStaying: someOf(pods) }
}

function volumesOf(
  pods: readonly NodePod[],
  volumes: readonly LocalVolume[],
  unknown: UnknownData[],
): FoundData[] {
  const idle = volumes.map(({ name, path, claim, isBlock }) => ({
    path,
    by: claim === null ? `PersistentVolume ${name}` : `PersistentVolume ${name} (${claim})`,
    isBlock,
  }))
  const tied: FoundData[] = []
  const uses = pods.flatMap((pod) =>
    pod.volumes.flatMap(({ kind, claim, path, unresolved, onlyHere }): Use[] => {
      if (claim === undefined) return []
      const by = `${nodePodName(pod)} (${claim})`
      if (unresolved === true) {
        const text = {
          en: `the claim of ${by} is not in the snapshot: nobody knows where its data is`,
          zh: `${by} 的存储声明不在快照中，无法确定数据位置`,
        }
        unknown.push({ kind: 'local-volume', text })
      } else if (kind === 'local' || kind === 'hostPath') {
        if (path !== undefined) return [{ path, by }]
        const text = { en: `the local volume of ${by} has no path`, zh: `${by} 的本地卷没有路径` }
        unknown.push({ kind: 'local-volume', text })
      } else if (onlyHere === true)
        // A volume of the network in this zone, or of a driver with disks of the node: its owner knows.
        tied.push({
          id: `local-volume:${pod.namespace}/${claim}`,
          kind: 'local-volume',
          path: null,
          usedBy: [nodePodName(pod)],
          bytes: null,
        })
      return []
    }),
  )
  const unique = [...new Map(tied.map((item) => [item.id, item])).values()]
  return [
    ...byPath('local-volume', [...uses, ...idle], unknown),
    ...unique.sort((a, b) => (a.id < b.id ? -1 : 1)),
  ]
}

const localMount = /\/volumes\/kubernetes\.io~local-volume\/([^/]+)/

/** A volume that is mounted here and not in the snapshot is younger than it. */
function mountedElsewhere(
  mounts: FactValue<'mounts'> | undefined,
  volumes: readonly LocalVolume[],
  unknown: UnknownData[],
): void {
  const known = new Set(volumes.map(({ name }) => name))
  const mounted = mounts?.mounts.flatMap(({ target }) => localMount.exec(target)?.[1] ?? []) ?? []
  for (const name of new Set(mounted)) {
    if (known.has(name)) continue
    const text = {
      en: `the local volume ${name} is mounted here, and the snapshot does not know it`,
      zh: `本机挂载了本地卷 ${name}，但快照中没有它`,
    }
    unknown.push({ kind: 'local-volume', text })
  }
}

/** All of a node's together: what becomes of them is one question. */
function emptyDirs(pods: readonly NodePod[], kubelet: FactValue<'kubelet'> | undefined): FoundData[] {
  const users = pods.filter((pod) =>
    pod.volumes.some(({ kind, medium }) => kind === 'emptyDir' && medium !== 'Memory'),
  )
  if (users.length === 0) return []
  const path = kubelet === undefined ? null : `${plainPath(kubelet.rootDir) ?? '/var/lib/kubelet'}/pods`
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

function etcdOf(etcd: FactValue<'etcd'> | undefined, unknown: UnknownData[]): FoundData[] {
  if (etcd === undefined || (!etcd.present && etcd.managedBy === null)) return []
  if (!etcd.present || etcd.dataDir === null) {
    const text = {
      en: 'an etcd is set up here, and where its data is was not found',
      zh: '本机配置了 etcd，但未找到其数据目录',
    }
    unknown.push({ kind: 'etcd', text })
    return []
  }
  const bytes = etcd.sizeKiB === null ? null : etcd.sizeKiB * 1024
  return [{ id: `etcd:${etcd.dataDir}`, kind: 'etcd', path: etcd.dataDir, usedBy: ['etcd'], bytes }]
}

function someOf(names: readonly string[]): string[] {
  return [...new Set(names)].sort().slice(0, usersAtMost)
}
