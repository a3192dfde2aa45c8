import type { ApiObject } from '../model/cluster-port.ts'

/** What the server and the scheduler have written into a pod. */
const ofTheServer = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
  'selfLink',
  'generateName',
]

/** A pod as it can be created again, on any node. */
export function manifestOf(pod: ApiObject): ApiObject {
  const metadata = recordOf(pod['metadata'])
  const { nodeName, ...spec } = recordOf(pod['spec'])
  void nodeName
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !ofTheServer.includes(key))),
    spec,
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
