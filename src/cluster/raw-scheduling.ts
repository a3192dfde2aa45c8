import { z } from 'zod'
import type {
  Affinity,
  NodeSelectorTerm,
  PodAffinityTerm,
  Scheduling,
  Toleration,
  TopologySpread,
} from '../model/cluster-parts.ts'
import { optionalWord, RawSelector, selectorOf, whole, word, wordList, wordMap } from './raw.ts'

const Requirements = z.array(z.object({ key: word, operator: word, values: wordList })).nullish()
export const RawNodeTerm = z.object({ matchExpressions: Requirements, matchFields: Requirements })

const RawPodTerm = z.object({
  topologyKey: word,
  labelSelector: RawSelector.nullish(),
  namespaces: wordList,
  namespaceSelector: RawSelector.nullish(),
  matchLabelKeys: wordList,
  mismatchLabelKeys: wordList,
})

const RawPodAffinity = z
  .object({
    requiredDuringSchedulingIgnoredDuringExecution: z.array(RawPodTerm).nullish(),
    preferredDuringSchedulingIgnoredDuringExecution: z
      .array(z.object({ weight: z.int(), podAffinityTerm: RawPodTerm }))
      .nullish(),
  })
  .nullish()

const RawNodeAffinity = z
  .object({
    requiredDuringSchedulingIgnoredDuringExecution: z
      .object({ nodeSelectorTerms: z.array(RawNodeTerm).nullish() })
      .nullish(),
    preferredDuringSchedulingIgnoredDuringExecution: z
      .array(z.object({ weight: z.int(), preference: RawNodeTerm }))
      .nullish(),
  })
  .nullish()

export const RawToleration = z.object({
  key: optionalWord,
  operator: optionalWord,
  value: optionalWord,
  effect: optionalWord,
  tolerationSeconds: whole,
})

/** The part of a pod specification that says where it may run. */
export const rawScheduling = {
  nodeSelector: wordMap,
  schedulerName: optionalWord,
  tolerations: z.array(RawToleration).nullish(),
  affinity: z
    .object({ nodeAffinity: RawNodeAffinity, podAffinity: RawPodAffinity, podAntiAffinity: RawPodAffinity })
    .nullish(),
  topologySpreadConstraints: z
    .array(
      z.object({
        maxSkew: z.int(),
        topologyKey: word,
        whenUnsatisfiable: word,
        labelSelector: RawSelector.nullish(),
        minDomains: whole,
        nodeAffinityPolicy: optionalWord,
        nodeTaintsPolicy: optionalWord,
        matchLabelKeys: wordList,
      }),
    )
    .nullish(),
} as const

const RawScheduling = z.object(rawScheduling)
export type RawScheduling = z.infer<typeof RawScheduling>

/** Empty parts are left out: most pods have none of them, and there are very many pods. */
export function schedulingOf(raw: RawScheduling): Scheduling {
  const affinity = affinityOf(raw.affinity)
  const { nodeSelector, tolerations, topologySpreadConstraints: spread, schedulerName } = raw
  return {
    ...(nodeSelector && Object.keys(nodeSelector).length > 0 ? { nodeSelector } : {}),
    ...(tolerations?.length ? { tolerations: tolerations.map(tolerationOf) } : {}),
    ...(affinity === undefined ? {} : { affinity }),
    ...(spread?.length ? { topologySpread: spread.map(spreadOf) } : {}),
    ...(schedulerName && schedulerName !== 'default-scheduler' ? { schedulerName } : {}),
  }
}

export function tolerationOf(raw: z.infer<typeof RawToleration>): Toleration {
  const { tolerationSeconds, ...texts } = raw
  return {
    ...present(texts),
    ...(tolerationSeconds === null || tolerationSeconds === undefined ? {} : { tolerationSeconds }),
  }
}

export function nodeTermOf(raw: z.infer<typeof RawNodeTerm>): NodeSelectorTerm {
  return {
    ...(raw.matchExpressions ? { matchExpressions: raw.matchExpressions.map(requirementOf) } : {}),
    ...(raw.matchFields ? { matchFields: raw.matchFields.map(requirementOf) } : {}),
  }
}

function requirementOf(raw: { key: string; operator: string; values?: string[] | null | undefined }): {
  key: string
  operator: string
  values?: string[]
} {
  return { key: raw.key, operator: raw.operator, ...(raw.values ? { values: raw.values } : {}) }
}

function affinityOf(raw: RawScheduling['affinity']): Affinity | undefined {
  const node = nodeAffinityOf(raw?.nodeAffinity)
  const pod = podAffinityOf(raw?.podAffinity)
  const podAnti = podAffinityOf(raw?.podAntiAffinity)
  if (!node && !pod && !podAnti) return undefined
  return { ...(node && { node }), ...(pod && { pod }), ...(podAnti && { podAnti }) }
}

function nodeAffinityOf(raw: z.infer<typeof RawNodeAffinity>): Affinity['node'] {
  const required = raw?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const preferred = raw?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  if (required.length + preferred.length === 0) return undefined
  return {
    required: required.map(nodeTermOf),
    preferred: preferred.map(({ weight, preference }) => ({ weight, term: nodeTermOf(preference) })),
  }
}

function podAffinityOf(raw: z.infer<typeof RawPodAffinity>): Affinity['pod'] {
  const required = raw?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const preferred = raw?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  if (required.length + preferred.length === 0) return undefined
  return {
    required: required.map(podTermOf),
    preferred: preferred.map(({ weight, podAffinityTerm }) => ({ weight, term: podTermOf(podAffinityTerm) })),
  }
}

function podTermOf(raw: z.infer<typeof RawPodTerm>): PodAffinityTerm {
  const { topologyKey, labelSelector, namespaceSelector, ...lists } = raw
  return {
    topologyKey,
    ...(labelSelector ? { labelSelector: selectorOf(labelSelector) } : {}),
    ...(namespaceSelector ? { namespaceSelector: selectorOf(namespaceSelector) } : {}),
    ...present(lists),
  }
}

function spreadOf(
  raw: NonNullable<NonNullable<RawScheduling['topologySpreadConstraints']>[number]>,
): TopologySpread {
  const { maxSkew, topologyKey, whenUnsatisfiable, labelSelector, ...rest } = raw
  return {
    maxSkew,
    topologyKey,
    whenUnsatisfiable,
    ...(labelSelector ? { labelSelector: selectorOf(labelSelector) } : {}),
    ...present(rest),
  }
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], null | undefined> }

/** The properties that are set. */
function present<T extends object>(raw: T): Present<T> {
  return Object.fromEntries(
    Object.entries(raw).filter(([, value]) => value !== null && value !== undefined),
  ) as Present<T>
}
