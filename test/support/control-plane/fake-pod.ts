import type { ApiObject } from './api.ts'

interface Container {
  name: string
  image: string
}

/** What a kubelet writes when all containers run and are ready. */
export function runningStatus(pod: ApiObject, addresses: { host: string; pod: string }): object {
  const now = timestamp()
  const podIP = pod['spec'].hostNetwork === true ? addresses.host : addresses.pod
  return {
    phase: 'Running',
    hostIP: addresses.host,
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: now,
    conditions: conditions('True', now),
    initContainerStatuses: containersOf(pod, 'initContainers').map((container) => ({
      ...containerStatus(pod, container),
      ready: true,
      state: { terminated: terminated(pod, container, now) },
    })),
    containerStatuses: containersOf(pod, 'containers').map((container) => ({
      ...containerStatus(pod, container),
      ready: true,
      started: true,
      state: { running: { startedAt: now } },
    })),
  }
}

/** What a kubelet writes when the containers of a pod that is being deleted have ended. */
export function endedStatus(pod: ApiObject): object {
  const now = timestamp()
  return {
    conditions: conditions('False', now).filter(({ type }) => type !== 'Initialized'),
    containerStatuses: containersOf(pod, 'containers').map((container) => ({
      ...containerStatus(pod, container),
      ready: false,
      started: false,
      state: { terminated: terminated(pod, container, now) },
    })),
  }
}

interface Condition {
  type: string
  status: string
  lastProbeTime: null
  lastTransitionTime: string
}

function conditions(ready: 'True' | 'False', now: string): readonly Condition[] {
  const entry = (type: string, status: string): Condition => ({
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: now,
  })
  return [entry('Initialized', 'True'), entry('Ready', ready), entry('ContainersReady', ready)]
}

function containersOf(pod: ApiObject, field: 'containers' | 'initContainers'): readonly Container[] {
  return (pod['spec'][field] as Container[] | undefined) ?? []
}

function containerStatus(pod: ApiObject, { name, image }: Container): object {
  return {
    name,
    image,
    imageID: `fake://${image}`,
    containerID: containerId(pod, name),
    restartCount: 0,
    lastState: {},
  }
}

function terminated(pod: ApiObject, { name }: Container, now: string): object {
  const startedAt = pod['status'].startTime ?? now
  return { exitCode: 0, reason: 'Completed', startedAt, finishedAt: now, containerID: containerId(pod, name) }
}

function containerId(pod: ApiObject, name: string): string {
  return `fake://${pod.metadata.uid}/${name}`
}

/** The API's times have whole seconds. */
function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z')
}
