import { z } from 'zod'

const text = z.string()

/** Amounts by resource name: `cpu` in millicores, all others in their own unit (bytes, pieces). */
export const Resources = z.record(text, z.number())
export type Resources = z.infer<typeof Resources>

export const LabelMap = z.record(text, text)

/** As the API has it: both parts must hold; without any, it selects everything. */
export const LabelSelector = z.object({
  matchLabels: LabelMap.optional(),
  matchExpressions: z
    .array(z.object({ key: text, operator: text, values: z.array(text).optional() }))
    .optional(),
})
export type LabelSelector = z.infer<typeof LabelSelector>

export const Taint = z.object({
  key: text,
  value: text.optional(),
  effect: text,
  timeAdded: text.optional(),
})
export type Taint = z.infer<typeof Taint>

/** A taint as kubectl writes it: `key=value:effect`. */
export function taintText({
  key,
  value,
  effect,
}: {
  key: string
  value?: string | null | undefined
  effect: string
}): string {
  return `${key}${value === null || value === undefined || value === '' ? '' : `=${value}`}:${effect}`
}

export const Toleration = z.object({
  key: text.optional(),
  operator: text.optional(),
  value: text.optional(),
  effect: text.optional(),
  tolerationSeconds: z.int().optional(),
})
export type Toleration = z.infer<typeof Toleration>

const NodeRequirement = z.object({ key: text, operator: text, values: z.array(text).optional() })

/** Terms are alternatives; within a term everything must hold. */
export const NodeSelectorTerm = z.object({
  matchExpressions: z.array(NodeRequirement).optional(),
  matchFields: z.array(NodeRequirement).optional(),
})
export type NodeSelectorTerm = z.infer<typeof NodeSelectorTerm>

export const PodAffinityTerm = z.object({
  topologyKey: text,
  labelSelector: LabelSelector.optional(),
  namespaces: z.array(text).optional(),
  namespaceSelector: LabelSelector.optional(),
  matchLabelKeys: z.array(text).optional(),
  mismatchLabelKeys: z.array(text).optional(),
})
export type PodAffinityTerm = z.infer<typeof PodAffinityTerm>

const PodAffinity = z.object({
  required: z.array(PodAffinityTerm),
  preferred: z.array(z.object({ weight: z.int(), term: PodAffinityTerm })),
})

/** Affinity with the API's two long names shortened: `required...` and `preferredDuringSchedulingIgnoredDuringExecution`. */
export const Affinity = z.object({
  node: z
    .object({
      required: z.array(NodeSelectorTerm),
      preferred: z.array(z.object({ weight: z.int(), term: NodeSelectorTerm })),
    })
    .optional(),
  pod: PodAffinity.optional(),
  podAnti: PodAffinity.optional(),
})
export type Affinity = z.infer<typeof Affinity>

export const TopologySpread = z.object({
  maxSkew: z.int(),
  topologyKey: text,
  whenUnsatisfiable: text,
  labelSelector: LabelSelector.optional(),
  minDomains: z.int().optional(),
  nodeAffinityPolicy: text.optional(),
  nodeTaintsPolicy: text.optional(),
  matchLabelKeys: z.array(text).optional(),
})
export type TopologySpread = z.infer<typeof TopologySpread>

/** Where a pod may run; empty parts are left out. */
export const Scheduling = z.object({
  nodeSelector: LabelMap.optional(),
  tolerations: z.array(Toleration).optional(),
  affinity: Affinity.optional(),
  topologySpread: z.array(TopologySpread).optional(),
  schedulerName: text.optional(),
})
export type Scheduling = z.infer<typeof Scheduling>

/** A controller; `group` is '' for the core group. */
export const Controller = z.object({ group: text, kind: text, name: text, uid: text })
export type Controller = z.infer<typeof Controller>

/** A count or a share, as budgets and strategies have it: `1` or `25%`. */
export const CountOrShare = z.union([z.int(), text])
export type CountOrShare = z.infer<typeof CountOrShare>

/** A reason of the server's, in a row of conditions. */
export const Condition = z.object({
  type: text,
  status: text,
  reason: text.nullable(),
  /** Redacted, and cut when it is long. */
  message: text.nullable(),
  lastTransitionAt: text.nullable(),
})
export type Condition = z.infer<typeof Condition>

/** What every recorded object has in common. Times are RFC 3339 as the server wrote them. */
export const objectFields = {
  name: text,
  uid: text,
  createdAt: text.nullable(),
  /** Set while the object is being deleted. */
  deletedAt: text.nullable(),
  finalizers: z.array(text),
} as const
