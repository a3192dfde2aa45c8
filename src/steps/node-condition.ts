import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { ApiObject } from '../model/cluster-port.ts'
import type { RecordedNode } from '../model/node-record.ts'

const Conditions = z.object({
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().nullish() }))
        .nullish(),
    })
    .nullish(),
})

/** How a node says that it is. */
export interface NodeHealth {
  /** Undefined when it is ready; else what the kubelet, or the node lifecycle controller, says. */
  notReady: string | undefined
  /** Every other condition that is not as it should be: `DiskPressure: kubelet has disk pressure`. */
  troubles: readonly string[]
}

/** Source: https://kubernetes.io/docs/reference/node/node-status/#condition */
const bad = new Set(['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'])

/** Reads the conditions of a Node; one that is Unknown is no good one. */
export function nodeHealth(node: ApiObject): NodeHealth {
  const conditions = parseApiObject(Conditions, node, 'Node').status?.conditions ?? []
  const text = (condition: (typeof conditions)[number]): string =>
    condition.message || `${condition.type} is ${condition.status}`
  const ready = conditions.find(({ type }) => type === 'Ready')
  return {
    notReady: ready?.status === 'True' ? undefined : ready === undefined ? '' : text(ready),
    troubles: conditions
      .filter(({ type, status }) => bad.has(type) && status !== 'False')
      .map((condition) => `${condition.type}: ${text(condition)}`),
  }
}

/** What tells the machine of now from that of then: `osImage: CentOS Linux 8 -> Anolis OS 8.8`. */
export function machineChanges(was: RecordedNode, is: RecordedNode): string[] {
  return (['bootId', 'machineId', 'osImage'] as const).flatMap((key) =>
    was[key] === is[key] ? [] : [`${key}: ${was[key] ?? '?'} -> ${is[key] ?? '?'}`],
  )
}
