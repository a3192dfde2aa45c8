import { apiTime } from './lab-object.ts'
import { withCondition, type LabContainer, type LabPod } from './lab-pod.ts'

type Status = LabPod['status']

/** What a kubelet writes when all containers run and are ready. */
export function runningStatus(pod: LabPod, at: { host: string; pod: string; nowMs: number }): Status {
  const now = apiTime(at.nowMs)
  const podIP = pod.spec.hostNetwork === true ? at.host : at.pod
  return {
    ...pod.status,
    phase: 'Running',
    hostIP: at.host,
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: now,
    conditions: conditions(pod, 'True', now),
    containerStatuses: pod.spec.containers.map((container) => ({
      ...containerStatus(pod, container),
      ready: true,
      started: true,
      state: { running: { startedAt: now } },
    })),
  }
}

/** What a kubelet writes when the containers of a pod that is being deleted have ended. */
export function endedStatus(pod: LabPod, nowMs: number): Status {
  const now = apiTime(nowMs)
  return {
    ...pod.status,
    conditions: conditions(pod, 'False', now),
    containerStatuses: pod.spec.containers.map((container) => ({
      ...containerStatus(pod, container),
      ready: false,
      started: false,
      state: {
        terminated: {
          exitCode: 0,
          reason: 'Completed',
          startedAt: pod.status['startTime'] ?? now,
          finishedAt: now,
        },
      },
    })),
  }
}

/** Of a pod whose machine has just started: nothing of it runs yet. */
export function startingStatus(pod: LabPod, nowMs: number): Status {
  const { containerStatuses: _, ...status } = pod.status
  return { ...status, phase: 'Pending', conditions: conditions(pod, 'False', apiTime(nowMs)) }
}

function conditions(pod: LabPod, ready: 'True' | 'False', now: string): NonNullable<Status['conditions']> {
  let list = pod.status.conditions ?? []
  const wanted = [
    ['PodScheduled', 'True'],
    ['Initialized', 'True'],
    ['Ready', ready],
    ['ContainersReady', ready],
  ] as const
  for (const [type, status] of wanted) list = withCondition(list, { type, status, lastProbeTime: null }, now)
  return list
}

function containerStatus(pod: LabPod, { name, image = '' }: LabContainer): object {
  return {
    name,
    image,
    imageID: `lab://${image}`,
    containerID: `lab://${pod.metadata.uid}/${name}`,
    restartCount: 0,
    lastState: {},
  }
}
