import { matchesLabels } from '../model/label-selector.ts'
import { labKinds } from './lab-kinds.ts'
import type { LabObject } from './lab-object.ts'
import { isOver, isReady, type LabPod } from './lab-pod.ts'
import { selectedBy } from './lab-selected-by.ts'
import type { LabListener } from './lab-store.ts'
import type { LabWorld } from './lab-world.ts'
import { createObject, update } from './lab-writes.ts'

interface Service extends LabObject {
  spec: {
    selector?: Record<string, string>
    ports?: readonly { name?: string; port: number; protocol?: string }[]
  }
}

/** The EndpointSlice controller: who answers for a Service; one slice a Service, however long. */
export function endpointController(world: LabWorld): LabListener {
  const { store, timers } = world
  const servicesOf = selectedBy(store, labKinds.services, (service) => {
    const { selector } = (service as Service).spec
    return selector === undefined || Object.keys(selector).length === 0
      ? undefined
      : { matchLabels: selector }
  })
  const soon = (service: LabObject): void => {
    const { name, namespace } = service.metadata
    timers.soon(`endpoints/${namespace}/${name}`, () => {
      const found = store.get(labKinds.services, name, namespace)
      if (found !== undefined) reconcile(world, found as Service)
    })
  }
  return ({ kind, before, after }) => {
    if (kind === labKinds.services && after !== undefined) soon(after)
    if (kind !== labKinds.pods) return
    for (const pod of [before, after])
      if (pod !== undefined) for (const service of servicesOf(pod)) soon(service)
  }
}

function selects({ spec }: Service, { metadata }: LabObject): boolean {
  const { selector } = spec
  if (selector === undefined || Object.keys(selector).length === 0) return false
  return matchesLabels({ matchLabels: selector }, metadata.labels ?? {})
}

function reconcile(world: LabWorld, service: Service): void {
  const { store } = world
  const { name, namespace = '', uid } = service.metadata
  const { selector, ports = [] } = service.spec
  if (selector === undefined) return
  const pods = ([...store.podsWith(namespace, selector)] as LabPod[]).filter(
    (pod) => selects(service, pod) && !isOver(pod) && pod.status.podIP !== undefined,
  )
  const endpoints = pods.map((pod) => endpointOf(world, pod))
  const slicePorts = ports.map(({ name: portName = '', port, protocol = 'TCP' }) => ({
    name: portName,
    port,
    protocol,
  }))
  const known = [...store.ownedBy(uid)].find(({ kind }) => kind === labKinds.slices)?.object
  if (known !== undefined) {
    update(world, labKinds.slices, {
      object: known,
      change: (found) => ({ ...found, endpoints, ports: slicePorts }),
    })
    return
  }
  const body = {
    metadata: {
      generateName: `${name}-`,
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    addressType: 'IPv4',
    endpoints,
    ports: slicePorts,
  }
  createObject(world, { kind: labKinds.slices, namespace, body })
}

function endpointOf({ store }: LabWorld, pod: LabPod): object {
  const { name, namespace, uid, deletionTimestamp } = pod.metadata
  const { nodeName = '' } = pod.spec
  const zone = store.get(labKinds.nodes, nodeName)?.metadata.labels?.['topology.kubernetes.io/zone']
  const isGoing = deletionTimestamp !== undefined
  return {
    addresses: [pod.status.podIP],
    conditions: { ready: isReady(pod) && !isGoing, serving: isReady(pod), terminating: isGoing },
    targetRef: { kind: 'Pod', namespace, name, uid },
    nodeName,
    ...(zone === undefined ? {} : { zone }),
  }
}
