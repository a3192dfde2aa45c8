import type { AnyCheck } from '../../src/model/check.ts'
import { nodeNotReady } from '../node-not-ready.ts'
import { nodeCordoned } from '../node-cordoned.ts'
import { kubeletServerSkew } from '../kubelet-server-skew.ts'
import { controlPlaneRedundancy } from '../control-plane-redundancy.ts'
import { etcdQuorum } from '../etcd-quorum.ts'
import { budgetNeverAllows } from '../budget-never-allows.ts'
import { budgetsOverlap } from '../budgets-overlap.ts'
import { budgetUnhealthyPods } from '../budget-unhealthy-pods.ts'
import { podOnlyThisNode } from '../pod-only-this-node.ts'
import { drainCapacity } from '../drain-capacity.ts'
import { webhookServedHere } from '../webhook-served-here.ts'
import { podWithoutController } from '../pod-without-controller.ts'
import { kubeSystemPodWithoutController } from '../kube-system-pod-without-controller.ts'
import { podLocalVolume } from '../pod-local-volume.ts'
import { podHostPath } from '../pod-host-path.ts'
import { podEmptyDir } from '../pod-empty-dir.ts'
import { daemonsetHostAccess } from '../daemonset-host-access.ts'
import { workloadOnOneNode } from '../workload-on-one-node.ts'
import { workloadSingleReplica } from '../workload-single-replica.ts'
import { podDoNotEvict } from '../pod-do-not-evict.ts'
import { podFinalizers } from '../pod-finalizers.ts'
import { podJobsRunning } from '../pod-jobs-running.ts'

/** What the snapshot of the cluster says about the host's node: what a drain will meet, and what a reprovision destroys. */
export const nodeChecks: readonly AnyCheck[] = [
  nodeNotReady,
  nodeCordoned,
  kubeletServerSkew,
  controlPlaneRedundancy,
  etcdQuorum,
  budgetNeverAllows,
  budgetsOverlap,
  budgetUnhealthyPods,
  podOnlyThisNode,
  drainCapacity,
  webhookServedHere,
  podWithoutController,
  kubeSystemPodWithoutController,
  podLocalVolume,
  podHostPath,
  podEmptyDir,
  daemonsetHostAccess,
  workloadOnOneNode,
  workloadSingleReplica,
  podDoNotEvict,
  podFinalizers,
  podJobsRunning,
]
