import type { LocalData } from './data-decision.ts'
import type { Text } from './text.ts'
import { isBelow } from './space-of-path.ts'

/** A directory of a node whose content somebody makes anew on every node. */
interface MadeAgain {
  path: string
  by: Text
  source: string
}

const kubelet: Text = { en: 'the kubelet makes it anew', zh: '由 kubelet 重新生成' }
const network: Text = { en: 'the network plugin writes it on every node', zh: '由网络插件在每个节点写入' }
const system: Text = { en: 'it belongs to the operating system', zh: '属于操作系统本身' }
const runtime: Text = { en: 'the container runtime makes it anew', zh: '由容器运行时重新生成' }

const paths = 'https://kubernetes.io/docs/reference/node/kubelet-files/'
const cni = 'https://github.com/containernetworking/cni/blob/main/SPEC.md'
const hierarchy = 'https://refspecs.linuxfoundation.org/FHS_3.0/fhs-3.0.html'

/** What need not be decided: the new system, or a DaemonSet, has it again. People may decide otherwise. */
export const madeAgain: readonly MadeAgain[] = [
  { path: '/var/lib/kubelet/plugins_registry', by: kubelet, source: paths },
  { path: '/var/lib/kubelet/device-plugins', by: kubelet, source: paths },
  { path: '/var/lib/kubelet/pods', by: kubelet, source: paths },
  { path: '/var/lib/kubelet/pod-resources', by: kubelet, source: paths },
  { path: '/var/log/pods', by: kubelet, source: paths },
  { path: '/var/log/containers', by: kubelet, source: paths },
  { path: '/opt/cni/bin', by: network, source: cni },
  { path: '/var/lib/cni', by: network, source: cni },
  { path: '/var/lib/docker/containers', by: runtime, source: 'https://docs.docker.com/engine/storage/' },
  { path: '/boot', by: system, source: hierarchy },
  { path: '/lib', by: system, source: hierarchy },
  { path: '/lib64', by: system, source: hierarchy },
  { path: '/usr/bin', by: system, source: hierarchy },
  { path: '/usr/sbin', by: system, source: hierarchy },
  { path: '/usr/lib', by: system, source: hierarchy },
  { path: '/usr/lib64', by: system, source: hierarchy },
  { path: '/usr/share', by: system, source: hierarchy },
  { path: '/bin', by: system, source: hierarchy },
  { path: '/sbin', by: system, source: hierarchy },
]

/** Why a directory need not be kept; undefined when nothing says so. */
export function whoMakesAgain(path: string): Text | undefined {
  return madeAgain.find((row) => isBelow(path, row.path))?.by
}

/** Data of a host, and nobody would make it again. */
export function isOfTheHost({ kind, path }: Pick<LocalData, 'kind' | 'path'>): boolean {
  if (kind === 'host-path') return path !== null && whoMakesAgain(path) === undefined
  return kind === 'local-volume' || kind === 'etcd'
}

const ofPods =
  /\/var\/lib\/(?:kubelet\/(?:pods|plugins)|containerd|docker|containers)(?:\/|$)|\/pods\/[0-9a-f-]{32,36}\/volume/

/** True where kubelet and runtime mount what pods and containers need. */
export function isMountedForPods(path: string): boolean {
  return ofPods.test(path)
}
