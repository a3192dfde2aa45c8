import { z } from 'zod'
import {
  Controller,
  CountOrShare,
  LabelMap,
  LabelSelector,
  objectFields,
  Scheduling,
} from './cluster-parts.ts'

const text = z.string()

const workloadKinds = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  /** Those without a Deployment. */
  'ReplicaSet',
  'Job',
  'CronJob',
] as const
export const WorkloadKind = z.enum(workloadKinds)
export type WorkloadKind = z.infer<typeof WorkloadKind>

/** What decides how pods are replaced. */
export const WorkloadStrategy = z.object({
  /** `RollingUpdate`, `Recreate`, `OnDelete`; of a CronJob its concurrency policy. */
  type: text.nullable(),
  maxUnavailable: CountOrShare.nullable(),
  maxSurge: CountOrShare.nullable(),
  partition: z.int().nullable(),
  /** StatefulSet: `OrderedReady` or `Parallel`. */
  podManagement: text.nullable(),
})
export type WorkloadStrategy = z.infer<typeof WorkloadStrategy>

/** An image of the pod template, and the digests under which pods of the workload run it now. */
const WorkloadImage = z.object({ image: text, digests: z.array(text) })

export const ClusterWorkload = z.object({
  ...objectFields,
  kind: WorkloadKind,
  namespace: text,
  apiVersion: text,
  labels: LabelMap,
  /** Its own controller, for example a custom resource of an operator. */
  owner: Controller.nullable(),
  selector: LabelSelector.nullable(),
  /** Wanted pods: replicas, nodes of a DaemonSet, parallelism of a Job; null for a CronJob. */
  replicas: z.int().nullable(),
  ready: z.int().nullable(),
  available: z.int().nullable(),
  updated: z.int().nullable(),
  minReadySeconds: z.int(),
  /** Whether the controller has seen the newest specification; null when it tells nothing. */
  observed: z.boolean().nullable(),
  /** A Deployment that is paused, a Job or CronJob that is suspended. */
  paused: z.boolean(),
  strategy: WorkloadStrategy,
  images: z.array(WorkloadImage),
  /** Of the pod template. */
  scheduling: Scheduling,
  priorityClass: text.nullable(),
  runtimeClass: text.nullable(),
  /** Names of a StatefulSet's claim templates. */
  claimTemplates: z.array(text),
  /** Job and CronJob only. */
  job: z
    .object({
      schedule: text.nullable(),
      completions: z.int().nullable(),
      active: z.int(),
      succeeded: z.int(),
      failed: z.int(),
      /** Complete or failed: it makes no more pods. */
      finished: z.boolean(),
    })
    .nullable(),
})
export type ClusterWorkload = z.infer<typeof ClusterWorkload>
