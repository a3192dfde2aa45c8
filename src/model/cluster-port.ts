import type { ApiResource, ClusterReader } from './ports.ts'

/** A Kubernetes object as JSON.parse gives it: whoever uses a part of it parses that part. */
export type ApiObject = Readonly<Record<string, unknown>>

/** Which objects of a resource: one namespace, one object by field, or by label; everything when left out. */
export interface ObjectQuery extends ApiResource {
  namespace?: string
  fieldSelector?: string
  labelSelector?: string
}

/**
 * What a watch tells. `synced` comes after every list: objects that were not among the `changed` before it are gone
 * (`removed` has been told of them), and after every `away`. `away` says that the server cannot be reached just now, and why; what is known stays.
 */
export type WatchNews =
  | { type: 'changed'; object: ApiObject }
  | { type: 'removed'; object: ApiObject }
  | { type: 'synced' }
  | { type: 'away'; reason: string }

/** What the server made of a request that writes. Only `done` has changed anything. */
export type WriteAnswer =
  | { outcome: 'done'; object: ApiObject }
  /** 404: there is no such object. */
  | { outcome: 'gone' }
  /** 409: another version is there now, or the name is taken. */
  | { outcome: 'conflict'; message: string }
  /** 409: another object, of another uid, has the name now; the one that was meant is gone. */
  | { outcome: 'replaced'; message: string }
  /** 429 with the cause DisruptionBudget; `processing` = the budget's controller is behind. */
  | { outcome: 'budget'; message: string; processing: boolean; retryAfterMs: number | undefined }
  /** 403 with the cause NamespaceTerminating. */
  | { outcome: 'namespace-terminating'; message: string }
  /** 500 for ever: more than one budget covers the pod. */
  | { outcome: 'misconfigured'; message: string }
  /** An admission webhook, or a validation, refused it (400, 403, 422, and 500 of a webhook after retries). */
  | { outcome: 'refused'; status: number; message: string }

/** What is asked before a write is sent: resolves when it may be just now, rejects when the signal aborts. */
export type WriteFence = (signal: AbortSignal) => Promise<void>

export interface WriteOptions {
  signal: AbortSignal
  dryRun?: boolean
  /** Asked before every single try: a write may be repeated for minutes. Never asked for what is read in between. */
  fence?: WriteFence
}

export interface EvictionRequest extends WriteOptions {
  namespace: string
  name: string
  /** Always: another pod of that name must not be touched. */
  uid: string
  /** Undefined = the pod's own. */
  gracePeriodSeconds?: number
}

/** Name and place of one object. */
export interface ObjectRef extends ApiResource {
  namespace?: string
  name: string
  /** `approval` of a certificate request, for example. */
  subresource?: string
}

/**
 * A connection to one cluster that may write. Everything goes through one token bucket, and what may be repeated is repeated
 * while the server is away or busy (up to ten minutes, then CLUSTER_UNREACHABLE or CLUSTER_OVERLOADED is thrown). Rights that
 * are missing throw CLUSTER_FORBIDDEN, credentials that are refused CLUSTER_LOGIN_FAILED.
 */
export interface Cluster extends ClusterReader {
  /** Undefined when there is none. A quorum read: never from the server's cache. */
  get(ref: ObjectRef, signal: AbortSignal): Promise<ApiObject | undefined>
  /** All objects of a query at once, as a quorum read. */
  list(query: ObjectQuery, signal: AbortSignal): Promise<readonly ApiObject[]>
  /** Lists, then watches until the signal ends it: bookmarks, expired versions, cut connections and restarts are its own affair. */
  watch(query: ObjectQuery, signal: AbortSignal): AsyncIterable<WatchNews>
  /** A JSON merge patch; `resourceVersion` in its metadata makes it fail with `conflict` when the object has changed. */
  patch(ref: ObjectRef, patch: ApiObject, options: WriteOptions): Promise<WriteAnswer>
  /** `looks: false` = objects that the login may not read: a name that is taken after an answer was lost is `conflict`. */
  create(
    ref: Omit<ObjectRef, 'name'>,
    object: ApiObject,
    options: WriteOptions & { looks?: boolean },
  ): Promise<WriteAnswer>
  /** With the UID as precondition; null = whichever has the name, where only osferry gives such names. */
  remove(
    ref: ObjectRef,
    options: WriteOptions & { uid: string | null; gracePeriodSeconds?: number },
  ): Promise<WriteAnswer>
  /** The form of evictions that the server takes; its budgets have it, too. Throws CLUSTER_ANSWER_INVALID where there is none. */
  evictionVersion(signal: AbortSignal): Promise<'policy/v1' | 'policy/v1beta1'>
  /** In the form that the server takes. */
  evict(request: EvictionRequest): Promise<WriteAnswer>
  close(): Promise<void>
}
