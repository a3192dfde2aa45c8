import type { LabUser } from './lab-cluster.ts'
import { labKinds, type LabKind } from './lab-kinds.ts'
import type { LabObject } from './lab-object.ts'
import { LabStatusError } from './lab-status.ts'
import type { LabStore } from './lab-store.ts'

/** What somebody asks to do with a resource. */
export interface LabRight {
  verb: string
  group: string
  /** With its subresource: `pods/eviction`. */
  resource: string
  namespace?: string | undefined
  name?: string | undefined
}

interface Rule {
  apiGroups?: readonly string[]
  resources?: readonly string[]
  resourceNames?: readonly string[]
  verbs?: readonly string[]
}

interface Binding extends LabObject {
  roleRef?: { kind: string; name: string }
  subjects?: readonly { kind: string; name: string; namespace?: string }[]
}

const ownRequests: Rule = {
  apiGroups: ['certificates.k8s.io'],
  resources: ['certificatesigningrequests'],
  verbs: ['create', 'get', 'list', 'watch'],
}

/** Cluster roles that an API server makes by itself (bootstrappolicy in Kubernetes), as far as anybody binds them here. */
const ownRoles: Readonly<Record<string, readonly Rule[]>> = { 'system:node-bootstrapper': [ownRequests] }

/** RBAC: whether a user may. Members of system:masters may everything; everybody may ask what they may. */
export function mayDo(store: LabStore, user: LabUser, right: LabRight): boolean {
  if (user.groups.includes('system:masters')) return true
  if (right.group === 'authorization.k8s.io' && right.resource.startsWith('selfsubject')) return true
  return rulesFor(store, user, right.namespace).some((rule) => allows(rule, right))
}

/** Throws 403 in the words of the real authorizer. */
export function checkRight(store: LabStore, user: LabUser, right: LabRight): void {
  if (mayDo(store, user, right)) return
  const { verb, group, resource, namespace, name } = right
  const [kind = ''] = resource.split('/')
  const what = `${kind}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` "${name}"`}`
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  throw new LabStatusError(403, 'Forbidden', {
    message: `${what} is forbidden: User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    details: { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind },
  })
}

/** The rules of a user in a namespace, as SelfSubjectRulesReview lists them. */
export function rulesFor(store: LabStore, user: LabUser, namespace: string | undefined): readonly Rule[] {
  if (user.groups.includes('system:masters')) return [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]
  const bindings = [
    ...store.all(labKinds.clusterRoleBindings),
    ...(namespace === undefined ? [] : store.inNamespace(labKinds.roleBindings, namespace)),
  ] as Binding[]
  // The Node authorizer lets every kubelet ask for certificates; the lab's own machines write past the API.
  const ofNodes = user.groups.includes('system:nodes') ? [ownRequests] : []
  const bound = bindings
    .filter(({ subjects = [] }) =>
      subjects.some(({ kind, name }) =>
        kind === 'Group' ? user.groups.includes(name) : kind === 'User' && name === user.name,
      ),
    )
    .flatMap(({ roleRef, metadata }) => {
      const isCluster = roleRef?.kind === 'ClusterRole'
      const kind: LabKind = isCluster ? labKinds.clusterRoles : labKinds.roles
      const name = roleRef?.name ?? ''
      const role = store.get(kind, name, isCluster ? '' : metadata.namespace)
      const own = isCluster ? ownRoles[name] : undefined
      return (role as { rules?: readonly Rule[] } | undefined)?.rules ?? own ?? []
    })
  return [...ofNodes, ...bound]
}

function allows(rule: Rule, { verb, group, resource, name }: LabRight): boolean {
  const has = (list: readonly string[] | undefined, value: string): boolean =>
    list !== undefined && (list.includes('*') || list.includes(value))
  const named = rule.resourceNames ?? []
  const subresource = resource.split('/')[1]
  return (
    has(rule.verbs, verb) &&
    has(rule.apiGroups, group) &&
    (has(rule.resources, resource) ||
      (subresource !== undefined && has(rule.resources, `*/${subresource}`))) &&
    (named.length === 0 || (name !== undefined && named.includes(name)))
  )
}
