import { compareText } from '../model/compare-text.ts'
import type { HostAssessment } from '../model/assessment.ts'
import { cordonAnnotation } from '../model/cordon-annotation.ts'
import type { ClusterNode } from '../model/cluster-nodes.ts'
import type { ClusterBudget } from '../model/cluster-pods.ts'
import type { PersistentVolume } from '../model/cluster-storage.ts'
import type { ClusterWorkload } from '../model/cluster-workloads.ts'
import type { FactMap, FactName, FactValue, HostFacts } from '../model/facts.ts'
import type { Target } from '../model/target.ts'
import { findingOn } from './ended-waivers.ts'
import { isLocal } from './local-volumes.ts'

/**
 * What of each input a plan rests on, as JSON: when its digest is another one, the plan is stale. Clocks, load, status and
 * pods that come and go are none of it: they change all the time, and the engine looks at them itself before it acts.
 */

/** Of a host: which machine and system it is, and what of its own it holds. */
export function factsView({ host, status, facts }: HostFacts): unknown {
  const ofFact = <F extends FactName>(name: F, part: (value: FactValue<F>) => unknown): unknown => {
    const fact = facts[name] as FactMap[FactName]
    if (fact === undefined) return 'not collected'
    if (fact.status !== 'ok') return fact.reason
    const value = part(fact.value as FactValue<F>)
    return fact.degraded === undefined ? value : { value, degraded: fact.degraded }
  }
  return {
    host: host.name,
    address: host.address,
    status,
    machineId: ofFact('machineId', (value) => value),
    os: ofFact('osRelease', ({ id, versionId, release }) => ({ id, versionId, release })),
    kernel: ofFact('kernel', ({ release, arch }) => ({ release, arch })),
    // Disks of the network come and go with pods.
    disks: ofFact('disks', ({ rootDisks, devices }) =>
      devices
        .filter(({ name }) => rootDisks.includes(name))
        .map(({ name, sizeBytes, serial }) => ({ name, sizeBytes, serial })),
    ),
    localPaths: ofFact('localPaths', (value) => value),
    kubelet: ofFact('kubelet', ({ version, rootDir, nodeName }) => ({ version, rootDir, nodeName })),
    kubeadm: ofFact('kubeadm', ({ role }) => ({ role })),
    etcd: ofFact('etcd', ({ present, dataDir }) => ({ present, dataDir })),
    images: ofFact('images', ({ localOnly }) => localOnly.map(({ id }) => id).sort()),
  }
}

/** Of an assessment: the verdict and whatever did not simply pass, as it counts on a day (`YYYY-MM-DD` in UTC). */
export function assessmentView(host: HostAssessment, target: Target, today: string): unknown {
  const judged = host.targets.find((one) => one.target === target)
  return {
    host: host.host.name,
    target,
    verdict: judged?.verdict ?? 'not judged',
    kernelLine: judged?.kernelLine ?? null,
    findings: (judged?.findings ?? [])
      .map((finding) => findingOn(finding, today))
      .map(({ key, status, severity, waiver }) => ({ key, status, severity, waived: waiver?.reason ?? null }))
      .sort((a, b) => compareText(`${a.key} ${a.status}`, `${b.key} ${b.status}`)),
  }
}

export interface ClusterViewInput {
  nodes: readonly ClusterNode[]
  budgets: readonly ClusterBudget[]
  workloads: readonly ClusterWorkload[]
  volumes: readonly PersistentVolume[]
}

/** Of a cluster: what a change of generation would change. */
export function clusterInputView({ nodes, budgets, workloads, volumes }: ClusterViewInput): unknown {
  return {
    nodes: nodes
      .map(({ name, uid, labels, annotations, taints, providerId, podCidrs, info, ...node }) => {
        // Our own cordon is no change.
        const unschedulable = node.unschedulable && !Object.hasOwn(annotations, cordonAnnotation)
        const own = taints.filter(
          ({ key }) => !key.startsWith('node.kubernetes.io/') && !key.startsWith('osferry.io/'),
        )
        const { machineId, architecture } = info
        const marks = own.map(({ key, value = '', effect }) => ({ key, value, effect }))
        return { name, uid, labels, marks, unschedulable, providerId, podCidrs, machineId, architecture }
      })
      .sort((a, b) => compareText(a.name, b.name)),
    budgets: budgets
      .map(({ namespace, name, selector, minAvailable, maxUnavailable }) => ({
        namespace,
        name,
        selector,
        minAvailable,
        maxUnavailable,
      }))
      .sort((a, b) => compareText(`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`)),
    workloads: workloads
      // Jobs come and go by themselves.
      .filter(({ kind }) => kind !== 'Job' && kind !== 'CronJob')
      .map(({ kind, namespace, name, uid, replicas, scheduling }) => {
        // Wanted pods of a DaemonSet are those of its nodes.
        const wanted = kind === 'DaemonSet' ? null : replicas
        return { kind, namespace, name, uid, replicas: wanted, scheduling }
      })
      .sort((a, b) =>
        compareText(`${a.kind} ${a.namespace}/${a.name}`, `${b.kind} ${b.namespace}/${b.name}`),
      ),
    volumes: volumes
      .filter(({ source }) => isLocal(source))
      .map(({ name, uid, claim, source, nodeAffinity }) => ({ name, uid, claim, source, nodeAffinity }))
      .sort((a, b) => compareText(a.name, b.name)),
  }
}
