import { z } from 'zod'
import {
  countOrShare,
  flag,
  optionalWord,
  quantities,
  RawMeta,
  RawSelector,
  whole,
  word,
  words,
} from './raw.ts'
import { rawScheduling } from './raw-scheduling.ts'

const RawMount = z.object({ name: word, readOnly: flag })

/** Of a container only these: env, command, args and probes are not even parsed. */
export const RawContainer = z.object({
  name: word,
  image: optionalWord,
  restartPolicy: optionalWord,
  resources: z.object({ requests: quantities, limits: quantities }).nullish(),
  securityContext: z.object({ privileged: flag }).nullish(),
  volumeMounts: z.array(RawMount).nullish(),
})
export type RawContainer = z.infer<typeof RawContainer>

const reference = z.object({ name: optionalWord, secretName: optionalWord }).nullish()
const projectedSource = z.record(word, z.unknown())

/**
 * A volume: its name, and one property that is its kind. Of the kinds that tell where data is, the telling fields are
 * parsed; of all others only that they are there.
 */
export const RawVolume = z.looseObject({
  name: word,
  hostPath: z.object({ path: word, type: optionalWord }).nullish(),
  emptyDir: z.object({ medium: optionalWord, sizeLimit: optionalWord }).nullish(),
  persistentVolumeClaim: z.object({ claimName: word, readOnly: flag }).nullish(),
  nfs: z.object({ server: word, path: word, readOnly: flag }).nullish(),
  csi: z.object({ driver: word, readOnly: flag }).nullish(),
  flexVolume: z.object({ driver: word, readOnly: flag }).nullish(),
  secret: reference,
  configMap: reference,
  projected: z.object({ sources: z.array(projectedSource).nullish() }).nullish(),
})
export type RawVolume = z.infer<typeof RawVolume>

/** What pods and pod templates share. */
const rawPodSpec = {
  ...rawScheduling,
  hostNetwork: flag,
  terminationGracePeriodSeconds: whole,
  priority: whole,
  priorityClassName: optionalWord,
  runtimeClassName: optionalWord,
  overhead: quantities,
  containers: z.array(RawContainer).nullish(),
  initContainers: z.array(RawContainer).nullish(),
  volumes: z.array(RawVolume).nullish(),
} as const

const RawContainerStatus = z.object({
  name: word,
  ready: flag,
  restartCount: whole,
  imageID: optionalWord,
})
export type RawContainerStatus = z.infer<typeof RawContainerStatus>

export const RawPod = z.object({
  metadata: RawMeta,
  spec: z.object({
    ...rawPodSpec,
    nodeName: optionalWord,
    schedulingGates: z.array(z.object({ name: word })).nullish(),
  }),
  status: z
    .object({
      phase: optionalWord,
      reason: optionalWord,
      podIP: optionalWord,
      podIPs: z.array(z.object({ ip: optionalWord })).nullish(),
      conditions: z
        .array(z.object({ type: word, status: word, reason: optionalWord, message: words.nullish() }))
        .nullish(),
      containerStatuses: z.array(RawContainerStatus).nullish(),
      initContainerStatuses: z.array(RawContainerStatus).nullish(),
    })
    .nullish(),
})
export type RawPod = z.infer<typeof RawPod>

/** A pod template of a workload. */
export const RawTemplate = z.object({
  spec: z
    .object({
      ...rawScheduling,
      priorityClassName: optionalWord,
      runtimeClassName: optionalWord,
      containers: z.array(RawContainer).nullish(),
      initContainers: z.array(RawContainer).nullish(),
    })
    .nullish(),
})
export type RawTemplate = z.infer<typeof RawTemplate>

export const RawBudget = z.object({
  metadata: RawMeta,
  spec: z.object({
    selector: RawSelector.nullish(),
    minAvailable: countOrShare,
    maxUnavailable: countOrShare,
    unhealthyPodEvictionPolicy: optionalWord,
  }),
  status: z
    .object({
      observedGeneration: whole,
      disruptionsAllowed: whole,
      currentHealthy: whole,
      desiredHealthy: whole,
      expectedPods: whole,
      disruptedPods: z.record(word, z.unknown()).nullish(),
      conditions: z
        .array(
          z.object({
            type: word,
            status: word,
            reason: optionalWord,
            message: words.nullish(),
            lastTransitionTime: optionalWord,
          }),
        )
        .nullish(),
    })
    .nullish(),
})
