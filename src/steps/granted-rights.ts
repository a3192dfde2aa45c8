import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { AccessRight } from '../model/cluster-access.ts'
import type { Cluster } from '../model/cluster-port.ts'

const texts = z.array(z.string()).nullish()
const Rules = z.object({
  status: z.object({
    resourceRules: z
      .array(z.object({ verbs: texts, apiGroups: texts, resources: texts, resourceNames: texts }))
      .nullish(),
  }),
})
type Rule = NonNullable<z.infer<typeof Rules>['status']['resourceRules']>[number]

/**
 * No namespace has this name: the rules that hold in it come from ClusterRoleBindings alone, and so hold everywhere.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-rules-review-v1/
 */
const nowhere = 'osferry.io-no-namespace'

/**
 * The rights that one review of all rules says are granted in the whole cluster. What is not among them may be granted all
 * the same (by a webhook, in one namespace): only a review of that right says.
 */
export async function grantedRights(
  cluster: Cluster,
  rights: readonly AccessRight[],
  signal: AbortSignal,
): Promise<ReadonlySet<AccessRight>> {
  const answer = await cluster.create(
    { group: 'authorization.k8s.io', version: 'v1', resource: 'selfsubjectrulesreviews' },
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: nowhere },
    },
    { signal },
  )
  if (answer.outcome !== 'done') return new Set()
  const rules = parseApiObject(Rules, answer.object, 'SelfSubjectRulesReview').status.resourceRules ?? []
  return new Set(rights.filter((right) => rules.some((rule) => grants(rule, right))))
}

function grants({ verbs, apiGroups, resources, resourceNames }: Rule, right: AccessRight): boolean {
  const names = resourceNames ?? []
  const [, subresource] = right.resource.split('/')
  return (
    holds(verbs, [right.verb, '*']) &&
    holds(apiGroups, [right.group, '*']) &&
    holds(resources, [right.resource, '*', ...(subresource === undefined ? [] : [`*/${subresource}`])]) &&
    (names.length === 0 || (right.name !== undefined && names.includes(right.name)))
  )
}

function holds(list: readonly string[] | null | undefined, any: readonly string[]): boolean {
  return any.some((word) => list?.includes(word) === true)
}
