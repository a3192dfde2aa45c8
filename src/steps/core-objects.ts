import type { ObjectQuery, ObjectRef } from '../model/cluster-port.ts'

const coreV1 = { group: '', version: 'v1' } as const

/** Where a node is. */
export function nodeRef(name: string): ObjectRef {
  return { ...coreV1, resource: 'nodes', name }
}

/** Where a pod is. */
export function podRef({ namespace, name }: { namespace: string; name: string }): ObjectRef {
  return { ...coreV1, resource: 'pods', namespace, name }
}

/** All pods that are bound to a node. */
export function podsOn(node: string): ObjectQuery {
  return { ...coreV1, resource: 'pods', fieldSelector: `spec.nodeName=${node}` }
}
