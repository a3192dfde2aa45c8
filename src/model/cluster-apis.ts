import { z } from 'zod'
import { LabelMap, LabelSelector, objectFields, Resources, Toleration } from './cluster-parts.ts'

const text = z.string()

export const RuntimeClass = z.object({
  ...objectFields,
  handler: text,
  overhead: Resources,
  nodeSelector: LabelMap,
  tolerations: z.array(Toleration),
})
export type RuntimeClass = z.infer<typeof RuntimeClass>

export const PriorityClass = z.object({
  ...objectFields,
  value: z.int(),
  isDefault: z.boolean(),
  preemptionPolicy: text.nullable(),
})
export type PriorityClass = z.infer<typeof PriorityClass>

/** A CustomResourceDefinition, without its schemas. */
export const CustomResource = z.object({
  ...objectFields,
  group: text,
  kind: text,
  scope: text,
  versions: z.array(z.object({ name: text, served: z.boolean(), storage: z.boolean() })),
})
export type CustomResource = z.infer<typeof CustomResource>

/** One webhook of a configuration: with `Fail`, nothing that its rules name works while nobody serves it. */
export const Webhook = z.object({
  kind: z.enum(['validating', 'mutating']),
  configuration: text,
  name: text,
  failurePolicy: text.nullable(),
  timeoutSeconds: z.int().nullable(),
  rules: z.array(
    z.object({
      operations: z.array(text),
      apiGroups: z.array(text),
      apiVersions: z.array(text),
      resources: z.array(text),
      scope: text.nullable(),
    }),
  ),
  namespaceSelector: LabelSelector.nullable(),
  objectSelector: LabelSelector.nullable(),
  /** It has match conditions (1.27 and newer): not every request that the rules name is asked about. */
  conditional: z.literal(true).optional(),
  /** Served in the cluster, or at an address: host and path only, as a query may hold a token. */
  service: z
    .object({ namespace: text, name: text, path: text.nullable(), port: z.int().nullable() })
    .nullable(),
  url: text.nullable(),
})
export type Webhook = z.infer<typeof Webhook>
