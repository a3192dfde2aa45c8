/** A JSON object of the lab's API. Nobody ever changes one: a write puts another in its place, and unchanged parts are shared. */
export interface LabObject {
  apiVersion?: string
  kind?: string
  metadata: LabMeta
  spec?: unknown
  status?: unknown
  [field: string]: unknown
}

export interface LabMeta {
  name: string
  namespace?: string
  uid: string
  resourceVersion: string
  creationTimestamp: string
  generation?: number
  generateName?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: readonly LabOwner[]
  finalizers?: readonly string[]
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
}

export interface LabOwner {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

/** The one who controls an object. */
export function controllerOf({ metadata }: LabObject): LabOwner | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true)
}

/** `namespace/name`; of what is in no namespace `/name`. */
export function keyOf({ metadata }: LabObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

/** A time as the API has it: whole seconds. */
export function apiTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** As leases and events have it: microseconds. */
export function apiMicroTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
