import { z } from 'zod'
import {
  Condition,
  Controller,
  CountOrShare,
  LabelMap,
  LabelSelector,
  objectFields,
  Resources,
  Scheduling,
} from './cluster-parts.ts'

const text = z.string()

/**
 * One volume of a pod: its kind as the API names it (`emptyDir`, `hostPath`, `persistentVolumeClaim`, ...) and what tells
 * where the data is. Names of Secrets and ConfigMaps are told, their content is never read.
 */
export const PodVolume = z.object({
  name: text,
  kind: text,
  /** hostPath, nfs. */
  path: text.optional(),
  hostPathType: text.optional(),
  /** persistentVolumeClaim; of an ephemeral one the name that its claim has. */
  claim: text.optional(),
  /** Of a hostPath: no container may write to it. */
  readOnly: z.boolean().optional(),
  /** emptyDir: `Memory`, `HugePages`. */
  medium: text.optional(),
  sizeLimitBytes: z.number().optional(),
  /** csi, flexVolume. */
  driver: text.optional(),
  /** nfs, glusterfs. */
  server: text.optional(),
  /** Of the Secret or ConfigMap. */
  reference: text.optional(),
  /** Kinds of the sources of a projected volume. */
  sources: z.array(text).optional(),
})
export type PodVolume = z.infer<typeof PodVolume>

/** Neither environment nor command nor arguments: they may hold secrets. */
export const PodContainer = z.object({
  name: text,
  image: text,
  /** `sha256:...` of what runs; null when it does not, or the runtime tells none. */
  digest: text.nullable(),
  ready: z.boolean(),
  restarts: z.int(),
  init: z.literal(true).optional(),
  /** All rights on the host. */
  privileged: z.literal(true).optional(),
})
export type PodContainer = z.infer<typeof PodContainer>

/** What holds a pod: its workload, or why it has none. */
const PodControl = z.enum([
  /** Has a controller. */
  'controller',
  /** A static pod of its node's kubelet, shown by the API server. */
  'mirror',
  /** Nobody makes it again once it is gone. */
  'none',
])

export const ClusterPod = z.object({
  ...objectFields,
  namespace: text,
  labels: LabelMap,
  control: PodControl,
  /** The controller at the top: the Deployment behind a ReplicaSet, the CronJob behind a Job; else the pod's own. */
  owner: Controller.nullable(),
  /** False when the way up to the top could not be followed to its end: the list was not read, or made before the owner was. */
  ownerResolved: z.boolean(),
  /** The controller that is named in the pod itself, when it is not the one at the top. */
  ownedBy: Controller.optional(),
  phase: text,
  ready: z.boolean(),
  /** Why it waits or failed: `Evicted`, `Unschedulable`. */
  reason: text.nullable(),
  node: text.nullable(),
  hostNetwork: z.boolean(),
  podIps: z.array(text),
  gracePeriodSeconds: z.int().nullable(),
  priority: z.int().nullable(),
  priorityClass: text.nullable(),
  runtimeClass: text.nullable(),
  /** What the scheduler counts: containers together or the largest init container, with the overhead. */
  requests: Resources,
  containers: z.array(PodContainer),
  volumes: z.array(PodVolume),
  scheduling: Scheduling,
  /** Annotations by which somebody asks that the pod be not moved, or be moved last. */
  evictionAnnotations: LabelMap,
  /** Present while another component holds the pod back from running. */
  schedulingGates: z.array(text),
})
export type ClusterPod = z.infer<typeof ClusterPod>

/** A PodDisruptionBudget. */
export const ClusterBudget = z.object({
  ...objectFields,
  namespace: text,
  labels: LabelMap,
  /** Its controller, for example a custom resource of an operator. */
  owner: Controller.nullable(),
  /** `policy/v1` or `policy/v1beta1`; in the latter an empty selector selects no pod, in the former every one. */
  apiVersion: text,
  selector: LabelSelector.nullable(),
  minAvailable: CountOrShare.nullable(),
  maxUnavailable: CountOrShare.nullable(),
  unhealthyPodEvictionPolicy: text.nullable(),
  generation: z.int().nullable(),
  /** Null when the controller has not written it yet: how much it allows is unknown then. */
  status: z
    .object({
      observedGeneration: z.int().nullable(),
      disruptionsAllowed: z.int(),
      currentHealthy: z.int(),
      desiredHealthy: z.int(),
      expectedPods: z.int(),
      /** Pods whose eviction was granted and that are not gone yet. */
      disruptedPods: z.array(text),
      conditions: z.array(Condition),
    })
    .nullable(),
})
export type ClusterBudget = z.infer<typeof ClusterBudget>
