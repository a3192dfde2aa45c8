import type { LabMachines, LabNode, LabSystem } from './lab-cluster.ts'
import { deleteObject } from './lab-delete.ts'
import { createKubeletPods } from './lab-kubelet-pods.ts'
import { labKinds } from './lab-kinds.ts'
import { nodeConditions, nodeInfo, ownedByNode, registration } from './lab-node-object.ts'
import { apiMicroTime, type LabObject } from './lab-object.ts'
import type { LabNodeObject } from './lab-pod.ts'
import type { LabWorld } from './lab-world.ts'
import { createObject, update } from './lab-writes.ts'

interface Kubelet {
  node: LabNode
  system: Partial<LabSystem>
  address: string
  /** The number of its start; undefined while the machine is off. Work of an earlier start is void. */
  run: number | undefined
  isReady: boolean
}

const leaseMs = 10_000
const leaseSeconds = 40
const statusMs = 300_000
const leaseNamespace = 'kube-node-lease'

/** The kubelets of all machines: nodes with their status and leases, and the lives of their pods. */
export function createLabKubelets(world: LabWorld): LabMachines {
  const { store, timers, settings } = world
  const kubelets = new Map<string, Kubelet>()
  let runs = 0

  const pods = createKubeletPods(world, {
    addressOf: (name) => {
      const kubelet = kubelets.get(name)
      return kubelet?.run === undefined ? undefined : kubelet.address
    },
    timesOf: (name) => ({ ...settings, ...kubelets.get(name)?.node }),
    onMirrorGone: (pod) => {
      const { nodeName = '' } = pod.spec
      const kubelet = kubelets.get(nodeName)
      if (kubelet?.run !== undefined) timers.soon(`mirrors/${nodeName}`, () => createMirrors(kubelet))
    },
  })

  function kubeletOf(name: string): Kubelet {
    const kubelet = kubelets.get(name)
    if (kubelet === undefined) throw new Error(`the lab has no machine ${name}`)
    return kubelet
  }

  function nodeOf({ node }: Kubelet): LabNodeObject | undefined {
    return store.get(labKinds.nodes, node.name) as LabNodeObject | undefined
  }

  function start(kubelet: Kubelet): void {
    runs += 1
    const run = runs
    kubelet.run = run
    const { node, address, isReady } = kubelet
    if (nodeOf(kubelet) === undefined) {
      const info = nodeInfo(node, kubelet.system, settings.version)
      const body = registration(node, { address, info, nowMs: timers.nowMs(), isReady })
      createObject(world, { kind: labKinds.nodes, namespace: undefined, body })
      createCsiNode(kubelet)
    } else {
      report(kubelet)
    }
    createMirrors(kubelet)
    renew(kubelet)
    const every = (ms: number, work: () => void): void =>
      timers.after(ms, () => {
        if (kubelet.run !== run) return
        work()
        every(ms, work)
      })
    const { renewMs = leaseMs } = node
    // Kubelets do not beat in step.
    timers.after((run * 97) % renewMs, () => every(renewMs, () => renew(kubelet)))
    every(statusMs, () => report(kubelet))
  }

  function report(kubelet: Kubelet): void {
    const object = nodeOf(kubelet)
    if (object === undefined) return
    update(world, labKinds.nodes, {
      object,
      change: (found) => ({
        ...found,
        status: {
          ...found.status,
          nodeInfo: nodeInfo(kubelet.node, kubelet.system, settings.version),
          conditions: nodeConditions(found.status.conditions ?? [], {
            nowMs: timers.nowMs(),
            isReady: kubelet.isReady,
          }),
        },
      }),
    })
  }

  function renew(kubelet: Kubelet): void {
    const { name } = kubelet.node
    const lease = store.get(labKinds.leases, name, leaseNamespace)
    const renewTime = apiMicroTime(timers.nowMs())
    if (lease !== undefined) {
      store.put(labKinds.leases, { ...lease, spec: { ...(lease.spec as object), renewTime } })
      return
    }
    const object = nodeOf(kubelet)
    if (object === undefined) return
    const body = {
      metadata: { name, ownerReferences: [ownedByNode(object)] },
      spec: { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime },
    }
    createObject(world, { kind: labKinds.leases, namespace: leaseNamespace, body })
  }

  function createCsiNode(kubelet: Kubelet): void {
    const object = nodeOf(kubelet)
    const { name, csiDrivers = [] } = kubelet.node
    if (object === undefined || store.get(labKinds.csiNodes, name) !== undefined) return
    const drivers = csiDrivers.map((driver) => ({ name: driver, nodeID: name, topologyKeys: [] }))
    const body = { metadata: { name, ownerReferences: [ownedByNode(object)] }, spec: { drivers } }
    createObject(world, { kind: labKinds.csiNodes, namespace: undefined, body })
  }

  function createMirrors(kubelet: Kubelet): void {
    const object = nodeOf(kubelet)
    if (object === undefined) return
    for (const pod of kubelet.node.staticPods ?? []) {
      const { namespace, name } = pod.metadata
      const mirror = `${name}-${kubelet.node.name}`
      const isThere = store.get(labKinds.pods, mirror, namespace) !== undefined
      const space = store.get(labKinds.namespaces, namespace)
      if (isThere || space === undefined || space.metadata.deletionTimestamp !== undefined) continue
      createObject(world, { kind: labKinds.pods, namespace, body: mirrorPod(object, pod, mirror) })
    }
  }

  return {
    addNode(node): void {
      if (kubelets.has(node.name)) throw new Error(`the lab has a machine ${node.name} already`)
      const index = kubelets.size
      const address = node.address ?? `10.20.${Math.floor(index / 250)}.${1 + (index % 250)}`
      const kubelet: Kubelet = { node, system: {}, address, run: undefined, isReady: true }
      kubelets.set(node.name, kubelet)
      start(kubelet)
    },
    nodeDown(name): void {
      kubeletOf(name).run = undefined
      pods.stop(name)
    },
    nodeUp(name, system = {}): void {
      const kubelet = kubeletOf(name)
      kubelet.system = { ...kubelet.system, ...system }
      kubelet.isReady = true
      start(kubelet)
      pods.restart(name)
    },
    deleteNode(name): void {
      if (store.get(labKinds.nodes, name) === undefined) return
      deleteObject(world, { kind: labKinds.nodes, namespace: undefined, name }, {})
    },
    setReady(name, isReady): void {
      const kubelet = kubeletOf(name)
      kubelet.isReady = isReady
      if (kubelet.run !== undefined) report(kubelet)
    },
  }
}

function mirrorPod(
  node: LabObject,
  { metadata, spec }: NonNullable<LabNode['staticPods']>[number],
  name: string,
): object {
  const hash = `${node.metadata.uid}-${metadata.name}`
  return {
    metadata: {
      ...metadata,
      name,
      annotations: {
        'kubernetes.io/config.hash': hash,
        'kubernetes.io/config.mirror': hash,
        'kubernetes.io/config.source': 'file',
      },
      ownerReferences: [{ ...ownedByNode(node), controller: true }],
    },
    spec: {
      tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
      automountServiceAccountToken: false,
      ...spec,
      nodeName: node.metadata.name,
    },
  }
}
