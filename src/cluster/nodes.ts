import { z } from 'zod'
import type { ClusterNode } from '../model/cluster-nodes.ts'
import { annotationsOf } from './annotations.ts'
import { defineKind } from './kind.ts'
import {
  conditionsOf,
  flag,
  objectOf,
  optionalWord,
  quantities,
  RawConditions,
  RawMeta,
  resourcesOf,
  whole,
  word,
  wordList,
} from './raw.ts'

const RawNode = z.object({
  metadata: RawMeta,
  spec: z
    .object({
      unschedulable: flag,
      providerID: optionalWord,
      podCIDR: optionalWord,
      podCIDRs: wordList,
      taints: z
        .array(z.object({ key: word, value: optionalWord, effect: word, timeAdded: optionalWord }))
        .nullish(),
    })
    .nullish(),
  status: z
    .object({
      addresses: z.array(z.object({ type: word, address: word })).nullish(),
      conditions: RawConditions,
      allocatable: quantities,
      capacity: quantities,
      nodeInfo: z
        .object({
          machineID: optionalWord,
          systemUUID: optionalWord,
          bootID: optionalWord,
          kernelVersion: optionalWord,
          osImage: optionalWord,
          containerRuntimeVersion: optionalWord,
          kubeletVersion: optionalWord,
          operatingSystem: optionalWord,
          architecture: optionalWord,
        })
        .nullish(),
      volumesAttached: z.array(z.object({ name: word, devicePath: optionalWord })).nullish(),
      volumesInUse: wordList,
    })
    .nullish(),
})
type RawNode = z.infer<typeof RawNode>

export const nodes = defineKind({
  list: 'nodes',
  group: '',
  resource: 'nodes',
  versions: ['v1'],
  raw: RawNode,
  records: ({ metadata, spec, status }) => [
    {
      ...objectOf(metadata),
      labels: metadata.labels ?? {},
      annotations: annotationsOf(metadata.annotations),
      taints: (spec?.taints ?? []).map(({ key, value, effect, timeAdded }) => ({
        key,
        effect,
        ...(value ? { value } : {}),
        ...(timeAdded ? { timeAdded } : {}),
      })),
      unschedulable: spec?.unschedulable ?? false,
      providerId: spec?.providerID || null,
      podCidrs: spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []),
      addresses: status?.addresses ?? [],
      conditions: conditionsOf(status?.conditions).map((condition, index) => ({
        ...condition,
        lastHeartbeatAt: status?.conditions?.[index]?.lastHeartbeatTime ?? null,
      })),
      ready: readinessOf(status),
      allocatable: resourcesOf(status?.allocatable),
      capacity: resourcesOf(status?.capacity),
      info: infoOf(status),
      volumesAttached: (status?.volumesAttached ?? []).map(({ name, devicePath }) => ({
        name,
        devicePath: devicePath ?? '',
      })),
      volumesInUse: status?.volumesInUse ?? [],
    },
  ],
})

function readinessOf(status: RawNode['status']): ClusterNode['ready'] {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status
  if (ready === 'True') return 'ready'
  return ready === 'False' ? 'not-ready' : 'unknown'
}

function infoOf(status: RawNode['status']): ClusterNode['info'] {
  const info = status?.nodeInfo
  return {
    machineId: info?.machineID || null,
    systemUuid: info?.systemUUID || null,
    bootId: info?.bootID || null,
    kernelVersion: info?.kernelVersion ?? '',
    osImage: info?.osImage ?? '',
    containerRuntimeVersion: info?.containerRuntimeVersion ?? '',
    kubeletVersion: info?.kubeletVersion ?? '',
    operatingSystem: info?.operatingSystem ?? '',
    architecture: info?.architecture ?? '',
  }
}

const RawLease = z.object({
  metadata: RawMeta,
  spec: z
    .object({ holderIdentity: optionalWord, renewTime: optionalWord, leaseDurationSeconds: whole })
    .nullish(),
})

/** Signs of life of kubelets; leases of other namespaces elect leaders. */
export const leases = defineKind({
  list: 'leases',
  group: 'coordination.k8s.io',
  resource: 'leases',
  versions: ['v1', 'v1beta1'],
  raw: RawLease,
  records: ({ metadata, spec }) =>
    metadata.namespace === 'kube-node-lease'
      ? [
          {
            name: metadata.name,
            holder: spec?.holderIdentity ?? null,
            renewedAt: spec?.renewTime ?? null,
            durationSeconds: spec?.leaseDurationSeconds ?? null,
          },
        ]
      : [],
})
