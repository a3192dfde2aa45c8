import type { PodContainer, PodVolume } from '../model/cluster-pods.ts'
import type { Resources } from '../model/cluster-parts.ts'
import { parseQuantity } from '../model/quantity.ts'
import { resourcesOf } from './raw.ts'
import type { RawContainer, RawContainerStatus, RawPod, RawVolume } from './raw-pod.ts'

/**
 * What the scheduler counts for a pod: the sum of its containers and sidecars, or the largest init container with the
 * sidecars started before it, whichever is more; and the overhead of its runtime class.
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
export function requestsOf({ containers, initContainers, overhead }: RawPod['spec']): Resources {
  const running: Resources = {}
  for (const container of containers ?? []) add(running, requested(container))
  const sidecars: Resources = {}
  const starting: Resources = {}
  for (const container of initContainers ?? []) {
    const own = requested(container)
    if (container.restartPolicy === 'Always') {
      add(sidecars, own)
      raise(starting, sidecars)
    } else raise(starting, added(sidecars, own))
  }
  const total = added(running, sidecars)
  raise(total, starting)
  add(total, resourcesOf(overhead))
  return total
}

/** A limit without a request is the request. */
function requested({ resources }: RawContainer): Resources {
  return { ...resourcesOf(resources?.limits), ...resourcesOf(resources?.requests) }
}

function add(total: Resources, more: Resources): void {
  for (const [name, amount] of Object.entries(more)) total[name] = (total[name] ?? 0) + amount
}

function added(a: Resources, b: Resources): Resources {
  const total = { ...a }
  add(total, b)
  return total
}

function raise(total: Resources, least: Resources): void {
  for (const [name, amount] of Object.entries(least)) total[name] = Math.max(total[name] ?? 0, amount)
}

/** Containers with what runs of them, init containers first. */
export function containersOf({ spec, status }: RawPod): PodContainer[] {
  const one = (container: RawContainer, found: readonly RawContainerStatus[] | null | undefined) => {
    const state = found?.find(({ name }) => name === container.name)
    return {
      name: container.name,
      image: container.image ?? '',
      digest: digestOf(state?.imageID),
      ready: state?.ready ?? false,
      restarts: state?.restartCount ?? 0,
      ...(container.securityContext?.privileged === true ? { privileged: true as const } : {}),
    }
  }
  return [
    ...(spec.initContainers ?? []).map((container) => ({
      ...one(container, status?.initContainerStatuses),
      init: true as const,
    })),
    ...(spec.containers ?? []).map((container) => one(container, status?.containerStatuses)),
  ]
}

/** `docker-pullable://registry/name@sha256:...` and `registry/name@sha256:...`; docker's bare image ids are no digests. */
export function digestOf(imageId: string | null | undefined): string | null {
  const at = imageId?.lastIndexOf('@') ?? -1
  const digest = at < 0 ? '' : (imageId ?? '').slice(at + 1)
  return /^[a-z0-9+._-]+:[a-f0-9]{32,128}$/.test(digest) ? digest : null
}

/** The volumes of a pod; a hostPath that every container mounts read-only says so. */
export function volumesOf({ volumes, containers, initContainers }: RawPod['spec'], pod: string): PodVolume[] {
  const mounts = [...(containers ?? []), ...(initContainers ?? [])].flatMap(
    ({ volumeMounts }) => volumeMounts ?? [],
  )
  const written = new Set(mounts.filter(({ readOnly }) => readOnly !== true).map(({ name }) => name))
  return (volumes ?? []).map((raw) => ({
    ...volumeOf(raw, pod),
    ...(raw.hostPath && !written.has(raw.name) ? { readOnly: true } : {}),
  }))
}

/** One volume with its kind; of a kind that we do not know, the name alone. */
export function volumeOf(raw: RawVolume, pod: string): PodVolume {
  const { name } = raw
  const kind = Object.keys(raw).find((key) => key !== 'name' && raw[key] !== null && raw[key] !== undefined)
  return { name, kind: kind ?? 'unknown', ...detailsOf(raw, `${pod}-${name}`) }
}

function detailsOf(raw: RawVolume, ephemeralClaim: string): Partial<PodVolume> {
  const { hostPath, emptyDir, persistentVolumeClaim: claim, nfs, csi, flexVolume, projected } = raw
  if (hostPath) return { path: hostPath.path, ...(hostPath.type ? { hostPathType: hostPath.type } : {}) }
  if (emptyDir) return emptyDirOf(emptyDir)
  if (claim) return { claim: claim.claimName, ...readOnly(claim) }
  if (nfs) return { server: nfs.server, path: nfs.path, ...readOnly(nfs) }
  const driver = csi ?? flexVolume
  if (driver) return { driver: driver.driver, ...readOnly(driver) }
  if (raw['ephemeral']) return { claim: ephemeralClaim }
  const reference = raw.secret?.secretName ?? raw.configMap?.name
  if (reference) return { reference }
  if (projected) return { sources: [...new Set((projected.sources ?? []).flatMap(Object.keys))] }
  return {}
}

function emptyDirOf(raw: NonNullable<RawVolume['emptyDir']>): Partial<PodVolume> {
  const limit = raw.sizeLimit ? parseQuantity(raw.sizeLimit) : null
  return {
    ...(raw.medium ? { medium: raw.medium } : {}),
    ...(limit === null ? {} : { sizeLimitBytes: limit }),
  }
}

function readOnly(raw: { readOnly?: boolean | null | undefined }): { readOnly?: true } {
  return raw.readOnly === true ? { readOnly: true } : {}
}
