import { mergePatch, type ApiObject } from './api.ts'
import type { Follower } from './follow.ts'
import type { PersistentRequests } from './persistent-requests.ts'

/** CSI volumes: a kubelet's volumesInUse, and the part of a CSI driver's external-attacher. */
export interface FakeVolumes {
  /** For the one watch of all VolumeAttachments. */
  follower: Follower
  /** Resolves when every attachable volume of the pod is attached to its node and reported as in use. */
  mount(pod: ApiObject): Promise<void>
  unmount(pod: ApiObject): Promise<void>
}

const storage = '/apis/storage.k8s.io/v1'

interface Volume {
  /** The PersistentVolume's name. */
  name: string
  /** As node.status.volumesInUse and volumesAttached write it. */
  uniqueName: string
}

export function fakeVolumes(
  requests: PersistentRequests,
  options: { signal: AbortSignal; isOurs(node: string): boolean },
): FakeVolumes {
  const attached = new Set<string>()
  const waiting = new Map<string, PromiseWithResolvers<void>>()
  const mounted = new Map<string, { node: string; volumes: readonly Volume[] }>()
  const reports = new Map<string, Promise<void>>()
  // Nothing is attached after the end, and nobody may wait for it for ever.
  options.signal.addEventListener('abort', () => {
    for (const waiter of waiting.values()) waiter.resolve()
  })

  const sendInUse = async (node: string): Promise<void> => {
    const pods = [...mounted.values()].filter((pod) => pod.node === node)
    const volumesInUse = [
      ...new Set(pods.flatMap(({ volumes }) => volumes.map((volume) => volume.uniqueName))),
    ]
    const body = { status: { volumesInUse } }
    await requests.request('PATCH', `/api/v1/nodes/${node}/status`, { body, contentType: mergePatch })
  }
  /** One report of a node after the other, each with what holds when it is sent. */
  const reportInUse = async (node: string): Promise<void> => {
    const earlier = reports.get(node)
    const { promise, resolve } = Promise.withResolvers<void>()
    reports.set(node, promise)
    await earlier
    try {
      await sendInUse(node)
    } finally {
      resolve()
    }
  }

  return {
    mount: async (pod) => {
      const node = pod['spec'].nodeName as string
      const volumes = await attachableVolumes(requests, pod)
      if (volumes.length === 0) return
      mounted.set(pod.metadata.uid, { node, volumes })
      await reportInUse(node)
      await Promise.all(
        volumes.map(async ({ name }) => {
          const key = `${node}/${name}`
          if (attached.has(key)) return
          const waiter = waiting.get(key) ?? Promise.withResolvers<void>()
          waiting.set(key, waiter)
          await waiter.promise
        }),
      )
    },
    unmount: async (pod) => {
      if (mounted.delete(pod.metadata.uid)) await reportInUse(pod['spec'].nodeName as string)
    },
    follower: {
      onSet: (attachment) => {
        if (!options.isOurs(attachment['spec'].nodeName as string)) return
        const key = attachmentKey(attachment)
        if (attachment.metadata.deletionTimestamp !== undefined) {
          attached.delete(key)
          requests.background(() => detach(requests, attachment))
        } else if (attachment['status']?.attached === true) {
          attached.add(key)
          waiting.get(key)?.resolve()
          waiting.delete(key)
        } else {
          requests.background(() => attach(requests, attachment))
        }
      },
      onGone: (attachment) => void attached.delete(attachmentKey(attachment)),
    },
  }
}

function attachmentKey(attachment: ApiObject): string {
  return `${attachment['spec'].nodeName}/${attachment['spec'].source.persistentVolumeName}`
}

/** The finalizer is what makes the API server keep the object until the volume is detached. */
async function attach(requests: PersistentRequests, attachment: ApiObject): Promise<void> {
  const path = `${storage}/volumeattachments/${attachment.metadata.name}`
  const finalizers = [`external-attacher/${attachment['spec'].attacher}`]
  if (attachment.metadata.finalizers === undefined) {
    await requests.request('PATCH', path, { body: { metadata: { finalizers } }, contentType: mergePatch })
  }
  const body = { status: { attached: true } }
  await requests.request('PATCH', `${path}/status`, { body, contentType: mergePatch })
}

async function detach(requests: PersistentRequests, attachment: ApiObject): Promise<void> {
  const all = attachment.metadata.finalizers ?? []
  const others = all.filter((finalizer) => !finalizer.startsWith('external-attacher/'))
  if (others.length === all.length) return
  const body = { metadata: { finalizers: others } }
  await requests.request('PATCH', `${storage}/volumeattachments/${attachment.metadata.name}`, {
    body,
    contentType: mergePatch,
  })
}

async function attachableVolumes(requests: PersistentRequests, pod: ApiObject): Promise<readonly Volume[]> {
  const volumes =
    (pod['spec'].volumes as { persistentVolumeClaim?: { claimName: string } }[] | undefined) ?? []
  const claims = volumes.flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? [])
  const found: Volume[] = []
  for (const claim of claims) {
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/persistentvolumeclaims/${claim}`
    const name = (await requests.request('GET', path))?.['spec'].volumeName as string | undefined
    if (name === undefined) continue
    const volume = await requests.request('GET', `/api/v1/persistentvolumes/${name}`)
    const csi = volume?.['spec'].csi as { driver: string; volumeHandle: string } | undefined
    if (csi === undefined) continue
    const driver = await requests.request('GET', `${storage}/csidrivers/${csi.driver}`)
    if (driver?.['spec'].attachRequired === false) continue
    found.push({ name, uniqueName: `kubernetes.io/csi/${csi.driver}^${csi.volumeHandle}` })
  }
  return found
}
