/**
 * The contract of the lab's cluster: an API server with its controllers, its scheduler and the kubelets of its nodes, all in
 * memory, in a time of its own. `createLabCluster` (create-lab-cluster.ts) makes one; src/lab puts it behind HTTP.
 */
import type { LabObject } from './lab-object.ts'

/** What a machine says of the system that runs on it, as its kubelet writes it into node.status.nodeInfo. */
export interface LabSystem {
  bootId: string
  machineId: string
  osImage: string
  kernelVersion: string
}

/** A machine as it joins the cluster for the first time. */
export interface LabNode extends Partial<LabSystem> {
  name: string
  labels?: Readonly<Record<string, string>>
  taints?: readonly { key: string; value?: string; effect: string }[]
  /** InternalIP; one of 10.20.0.0/16 unless said otherwise. */
  address?: string
  /** Laid over node.status.nodeInfo, after the system. */
  nodeInfo?: Readonly<Record<string, string>>
  /** Laid over capacity and allocatable. */
  capacity?: Readonly<Record<string, string>>
  csiDrivers?: readonly string[]
  /** From binding, with volumes attached, to Ready; the cluster's own unless said otherwise. */
  startMs?: number
  /** From SIGTERM to the end of a pod's programs, never longer than its grace; the cluster's own unless said otherwise. */
  stopMs?: number
  /** From the end of a pod to the report that its volumes are in use no more; the cluster's own unless said otherwise. */
  unmountMs?: number
  /** Between two renewals of its lease; ten seconds unless said otherwise. */
  renewMs?: number
  /** Manifests as they lie in a kubelet's directory; each gets a mirror pod. */
  staticPods?: readonly LabStaticPod[]
}

export interface LabStaticPod {
  metadata: { name: string; namespace: string; labels?: Record<string, string> }
  spec: Record<string, unknown>
}

/** What a simulated machine does to the cluster. Names that the lab does not know throw. */
export interface LabMachines {
  /** Registers a Node and starts its kubelet: Ready from the first report. */
  addNode(node: LabNode): void
  /**
   * The machine is off: its kubelet is silent, and its pods are left as they are. After the grace of the node lifecycle
   * controller the node is `Ready: Unknown` and tainted; objects are kept.
   */
  nodeDown(name: string): void
  /**
   * A kubelet starts on the machine, perhaps of another system: the Node keeps what people have written on it (labels, taints,
   * cordon) and gets the new nodeInfo; a Node that was deleted is registered anew, with what the kubelet itself writes. Pods
   * that are still bound to the node start again; those that were deleted meanwhile end.
   */
  nodeUp(name: string, system?: Partial<LabSystem>): void
  /** Deletes the Node object, as `kubectl delete node` does; its kubelet is left as it is. */
  deleteNode(name: string): void
  /** What the kubelet says of itself, now and in later reports. */
  setReady(name: string, isReady: boolean): void
}

/** Who asks. */
export interface LabUser {
  name: string
  groups: readonly string[]
}

export interface LabRequest {
  method: string
  /** `/api/v1/nodes`, without a query. */
  path: string
  query: URLSearchParams
  /** As JSON.parse gives it; undefined for none. */
  body: unknown
  contentType: string
  user: LabUser
}

/** What a request is answered with. */
export interface LabAnswer {
  status: number
  /** An object is sent as JSON, a text as text/plain. */
  body: object | string
  headers?: Readonly<Record<string, string>>
}

export interface LabEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  /** The event as one line of JSON without its end. */
  line(): string
}

/** A watch that was granted: events go to `send` until `close`. */
export interface LabWatch {
  open(send: (event: LabEvent) => void): { bookmark(): void; close(): void }
}

/** The whole lab cluster. Time goes on only through `advanceTo`, so that tests and rehearsals need no waiting. */
export interface LabCluster {
  machines: LabMachines
  /** Answers one request; a watch comes back as one. */
  handle(request: LabRequest): LabAnswer | LabWatch
  /** Does everything that is due until then; the time when something is due next, undefined for nothing. */
  advanceTo(nowMs: number): number | undefined
  /** The API server starts anew: versions from before are too old for a watch, and pages are forgotten. */
  forgetHistory(): void
  /** Creates an object as an administrator would, for what builds a cluster; throws when it is refused. */
  create(path: string, object: object): LabObject
}
