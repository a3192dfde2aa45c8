import type { Webhook } from './cluster-apis.ts'
import { isEmptySelector } from './label-selector.ts'

type Rule = Webhook['rules'][number]

/** Requests of one kind, as rules of webhooks name them. */
interface Requests {
  group: string
  /** With a subresource where it is one: `pods/eviction`. */
  resource: string
  operations: readonly string[]
  isNamespaced: boolean
}

const written = ['CREATE', 'UPDATE', 'DELETE']
const podCreation: Requests = { group: '', resource: 'pods', operations: ['CREATE'], isNamespaced: true }

/** What a node, its kubelet, and the way of pods to another node cannot do without. */
const vital: readonly Requests[] = [
  { ...podCreation, operations: written },
  { ...podCreation, resource: 'pods/eviction' },
  { ...podCreation, resource: 'pods/binding' },
  { ...podCreation, resource: 'pods/status', operations: ['UPDATE'] },
  { group: '', resource: 'nodes', operations: written, isNamespaced: false },
  { group: '', resource: 'nodes/status', operations: ['UPDATE'], isNamespaced: false },
  {
    group: 'coordination.k8s.io',
    resource: 'leases',
    operations: ['CREATE', 'UPDATE'],
    isNamespaced: true,
  },
]

/** True when the webhook is asked about pods, nodes, or the signs of life of kubelets. */
export function coversVital({ rules }: Pick<Webhook, 'rules'>): boolean {
  return rules.some((rule) => vital.some((requests) => ruleMatches(rule, requests)))
}

/** True when it is asked about every pod that is created, and so about those that would answer for it. */
export function coversEveryNewPod(
  webhook: Pick<Webhook, 'rules' | 'namespaceSelector' | 'objectSelector' | 'conditional'>,
): boolean {
  const { rules, namespaceSelector, objectSelector, conditional } = webhook
  const selects = [namespaceSelector, objectSelector].some(
    (selector) => selector !== null && !isEmptySelector(selector),
  )
  return !selects && conditional !== true && rules.some((rule) => ruleMatches(rule, podCreation))
}

/** A rule in a line: `CREATE,UPDATE pods,deployments (apps)`. */
export function ruleText({ operations, apiGroups, resources }: Rule): string {
  const groups = apiGroups.filter((group) => group !== '')
  const from = groups.length === 0 ? '' : ` (${groups.join(',')})`
  return `${operations.join(',')} ${resources.join(',')}${from}`
}

/** True when a rule means some requests, as the API server matches: apiserver/pkg/admission/plugin/webhook/predicates/rules/rules.go. */
export function ruleMatches(rule: Rule, { group, resource, operations, isNamespaced }: Requests): boolean {
  const holds = (list: readonly string[], value: string): boolean =>
    list.includes('*') || list.includes(value)
  const inScope =
    rule.scope === null || rule.scope === '*' || rule.scope === (isNamespaced ? 'Namespaced' : 'Cluster')
  return (
    inScope &&
    holds(rule.apiGroups, group) &&
    operations.some((operation) => holds(rule.operations, operation)) &&
    rule.resources.some((pattern) => matchesResource(pattern, resource))
  )
}

/** `*` is every resource but no subresource, `pods/*` the resource and each of its subresources. */
function matchesResource(pattern: string, resource: string): boolean {
  const [name = '', part = ''] = resource.split('/')
  const [anyName = '', anyPart = ''] = pattern.split('/')
  return (anyName === '*' || anyName === name) && (anyPart === '*' || anyPart === part)
}
