import type { ApiObject } from '../model/cluster-port.ts'

/** What the server and the scheduler have written into a pod. */
const ofTheServer = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
  'selfLink',
  'generateName',
]

/**
 * What admission works out anew, and refuses when it is there and comes out otherwise: source, the admission plugins Priority
 * and RuntimeClass. Debug containers cannot be created with a pod.
 */
const ofAdmission = ['nodeName', 'priority', 'preemptionPolicy', 'overhead', 'ephemeralContainers']

/** Source: DefaultAPITokenMountPath in plugin/pkg/admission/serviceaccount. */
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'

/** A pod as it can be created again, on any node, its service account's token injected anew. */
export function manifestOf(pod: ApiObject): ApiObject {
  const metadata = without(recordOf(pod['metadata']), ofTheServer)
  const spec = without(recordOf(pod['spec']), ofAdmission)
  const owners = listOf(metadata['ownerReferences']).filter((owner) => recordOf(owner)['controller'] !== true)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    // A controller that is named but is no more would take the pod with it.
    metadata: {
      ...without(metadata, ['ownerReferences']),
      ...(owners.length === 0 ? {} : { ownerReferences: owners }),
    },
    spec: withoutTokens(spec),
  }
}

function withoutTokens(spec: ApiObject): ApiObject {
  const volumes = listOf(spec['volumes'])
  const tokens = new Set(volumes.flatMap((volume) => (isToken(recordOf(volume)) ? [nameOf(volume)] : [])))
  if (tokens.size === 0) return spec
  const kept = volumes.filter((volume) => !tokens.has(nameOf(volume)))
  const stripped = Object.fromEntries(
    ['containers', 'initContainers'].flatMap((key) =>
      spec[key] === undefined ? [] : [[key, listOf(spec[key]).map((part) => withoutMounts(part, tokens))]],
    ),
  )
  return { ...without(spec, ['volumes']), ...(kept.length === 0 ? {} : { volumes: kept }), ...stripped }
}

function withoutMounts(part: unknown, tokens: ReadonlySet<unknown>): ApiObject {
  const container = recordOf(part)
  const mounts = listOf(container['volumeMounts']).filter((entry) => {
    const mount = recordOf(entry)
    return !(mount['mountPath'] === tokenPath && tokens.has(mount['name']))
  })
  return {
    ...without(container, ['volumeMounts']),
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
  }
}

/**
 * True for a volume that admission has injected: a projected one since 1.21, before that one of the account's Secret, which has
 * the name of the Secret. People give their volumes other names.
 */
function isToken(volume: ApiObject): boolean {
  const name = String(volume['name'])
  const { projected, secret } = volume
  if (projected !== undefined) return /^kube-api-access-[a-z0-9]{5}$/.test(name)
  return secret !== undefined && recordOf(secret)['secretName'] === name && /-token-[a-z0-9]{5}$/.test(name)
}

function without(record: ApiObject, keys: readonly string[]): ApiObject {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)))
}

function nameOf(value: unknown): unknown {
  return recordOf(value)['name']
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function recordOf(value: unknown): ApiObject {
  return typeof value === 'object' && value !== null ? (value as ApiObject) : {}
}
