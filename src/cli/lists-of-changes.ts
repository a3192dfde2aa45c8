import { z } from 'zod'
import { parseApiObject, StringMap } from '../model/api-object.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { isMigrationError } from '../model/errors.ts'
import type { LabelledPod } from '../plan/changes-that-count.ts'

const Pod = z.object({
  metadata: z.object({ labels: StringMap }),
  spec: z.object({ nodeName: z.string().nullish() }),
})

/** All pods of these namespaces. */
export async function podsIn(
  cluster: Cluster,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<LabelledPod[]> {
  const found: LabelledPod[] = []
  for (const namespace of namespaces) {
    const pods = await cluster.list({ group: '', version: 'v1', resource: 'pods', namespace }, signal)
    for (const pod of pods) {
      const { metadata, spec } = parseApiObject(Pod, pod, 'Pod')
      found.push({ namespace, labels: metadata.labels, node: spec.nodeName ?? null })
    }
  }
  return found
}

const Autoscaler = z.object({
  metadata: z.object({ namespace: z.string() }),
  spec: z.object({ scaleTargetRef: z.object({ kind: z.string(), name: z.string() }) }),
})

/** Whether an autoscaler has a workload in hand; nobody is known to when autoscalers may not be read. */
export async function autoscaled(
  cluster: Cluster,
  signal: AbortSignal,
): Promise<(workload: { kind: string; namespace: string | null; name: string }) => boolean> {
  const resource = { group: 'autoscaling', resource: 'horizontalpodautoscalers' }
  const keyOf = (kind: string, namespace: string, name: string): string => `${kind} ${namespace}/${name}`
  const scaled = new Set<string>()
  try {
    const [version] = await cluster.versionsOf(resource, signal)
    const objects = version === undefined ? [] : await cluster.list({ ...resource, version }, signal)
    for (const object of objects) {
      const { metadata, spec } = parseApiObject(Autoscaler, object, 'HorizontalPodAutoscaler')
      scaled.add(keyOf(spec.scaleTargetRef.kind, metadata.namespace, spec.scaleTargetRef.name))
    }
  } catch (error) {
    if (!isMigrationError(error, 'CLUSTER_FORBIDDEN')) throw error
  }
  return ({ kind, namespace, name }) => scaled.has(keyOf(kind, namespace ?? '', name))
}
