import { z } from 'zod'
import type { ApiObject } from './cluster-port.ts'
import { parseApiObject, StringMap } from './api-object.ts'
import { inlineVolumeOf, inlineVolumeShape, type InlineVolume } from './inline-volumes.ts'
import { tolerates } from './node-selector.ts'

const Mount = z.object({ name: z.string(), readOnly: z.boolean().nullish() })
const Container = z.object({ volumeMounts: z.array(Mount).nullish() })
const Volume = z.object({
  name: z.string(),
  emptyDir: z.unknown().optional(),
  hostPath: z.object({ path: z.string(), type: z.string().nullish() }).nullish(),
  persistentVolumeClaim: z.object({ claimName: z.string() }).nullish(),
  ephemeral: z.unknown().optional(),
  ...inlineVolumeShape,
})

const absent = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined)
const Toleration = z.object({ key: absent, operator: absent, value: absent, effect: absent })

/** The parts of a Pod that a drain looks at; everything else is passed over. */
const Pod = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    creationTimestamp: z.string().nullish(),
    deletionTimestamp: z.string().nullish(),
    deletionGracePeriodSeconds: z.number().nullish(),
    labels: StringMap,
    annotations: StringMap,
    finalizers: z.array(z.string()).nullish(),
    ownerReferences: z
      .array(
        z.object({
          apiVersion: z.string(),
          kind: z.string(),
          name: z.string(),
          uid: z.string(),
          controller: z.boolean().nullish(),
        }),
      )
      .nullish(),
  }),
  spec: z.object({
    nodeName: z.string().nullish(),
    priorityClassName: z.string().nullish(),
    terminationGracePeriodSeconds: z.number().nullish(),
    tolerations: z.array(Toleration).nullish(),
    volumes: z.array(Volume).nullish(),
    containers: z.array(Container).nullish(),
    initContainers: z.array(Container).nullish(),
  }),
  status: z
    .object({
      phase: z.string().nullish(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), lastTransitionTime: z.string().nullish() }))
        .nullish(),
    })
    .nullish(),
})

/** Who creates a pod again when it is gone. */
export interface PodController {
  apiVersion: string
  kind: string
  name: string
  uid: string
}

/** A pod as a drain sees it. */
export interface DrainPod {
  namespace: string
  name: string
  uid: string
  node: string
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
  finalizers: readonly string[]
  controller: PodController | undefined
  /** ISO 8601; set while the pod ends: when its grace is over. */
  deletionTimestamp: string | undefined
  /** What it was given when its end was asked for. */
  deletionGraceSeconds: number | undefined
  phase: string
  isReady: boolean
  /** ISO 8601; since when it is, or is not, ready. */
  readyChangedAt: string | undefined
  priorityClass: string | undefined
  graceSeconds: number
  emptyDirs: readonly string[]
  /** Directories of the node that a container may write to. */
  hostPaths: readonly string[]
  /** Names of its claims, generic ephemeral volumes included. */
  claims: readonly string[]
  /** Volumes written into it that somebody attaches to its node. */
  inlineVolumes: readonly InlineVolume[]
  /** The scheduler may bind it to a node that is cordoned. */
  toleratesCordon: boolean
}

const cordonTaint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' }

/** Source: the default of spec.terminationGracePeriodSeconds. */
const defaultGraceSeconds = 30
/** Nothing that is kept: a way to talk to something on the node. */
const notData = new Set(['Socket', 'CharDevice', 'BlockDevice'])

/** Reads a Pod; throws CLUSTER_ANSWER_INVALID when it is none. */
export function parseDrainPod(object: ApiObject): DrainPod {
  const { metadata, spec, status } = parseApiObject(Pod, object, 'Pod')
  const volumes = spec.volumes ?? []
  const mounts = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap(
    ({ volumeMounts }) => volumeMounts ?? [],
  )
  const isWritten = (volume: string): boolean =>
    mounts.some(({ name, readOnly }) => name === volume && readOnly !== true)
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    node: spec.nodeName ?? '',
    labels: metadata.labels,
    annotations: metadata.annotations,
    finalizers: metadata.finalizers ?? [],
    controller:
      owner === undefined
        ? undefined
        : { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name, uid: owner.uid },
    deletionTimestamp: metadata.deletionTimestamp ?? undefined,
    deletionGraceSeconds: metadata.deletionGracePeriodSeconds ?? undefined,
    phase: status?.phase ?? 'Pending',
    isReady: ready?.status === 'True',
    readyChangedAt: ready?.lastTransitionTime ?? undefined,
    priorityClass: spec.priorityClassName ?? undefined,
    graceSeconds: spec.terminationGracePeriodSeconds ?? defaultGraceSeconds,
    emptyDirs: volumes.filter(({ emptyDir }) => isThere(emptyDir)).map(({ name }) => name),
    hostPaths: volumes.flatMap(({ name, hostPath }) =>
      isThere(hostPath) && !notData.has(hostPath.type ?? '') && isWritten(name) ? [hostPath.path] : [],
    ),
    claims: volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
      if (isThere(persistentVolumeClaim)) return [persistentVolumeClaim.claimName]
      return isThere(ephemeral) ? [`${metadata.name}-${name}`] : []
    }),
    inlineVolumes: volumes.flatMap((volume) => inlineVolumeOf(volume) ?? []),
    toleratesCordon: tolerates(spec.tolerations ?? [], cordonTaint),
  }
}

/** `namespace/name`, as people write it. */
export function podName({ namespace, name }: Pick<DrainPod, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`
}

function isThere<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined
}
