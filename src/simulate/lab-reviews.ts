import type { LabRequest } from './lab-cluster.ts'
import { isJsonObject } from './lab-merge.ts'
import { mayDo, rulesFor } from './lab-rights.ts'
import { badRequest } from './lab-status.ts'
import type { LabWorld } from './lab-world.ts'

const root = '/apis/authorization.k8s.io/v1'

/** Answers what somebody asks about their own rights; undefined for every other request. */
export function reviewed({ store }: LabWorld, request: LabRequest): object | undefined {
  const { method, path, body, user } = request
  if (method !== 'POST' || !path.startsWith(`${root}/`)) return undefined
  if (!isJsonObject(body) || !isJsonObject(body['spec'])) throw badRequest('the review has no spec')
  const { spec } = body
  if (path === `${root}/selfsubjectrulesreviews`) {
    const namespace = typeof spec['namespace'] === 'string' ? spec['namespace'] : 'default'
    const resourceRules = rulesFor(store, user, namespace)
    return { ...body, status: { resourceRules, nonResourceRules: [], incomplete: false } }
  }
  if (path !== `${root}/selfsubjectaccessreviews`) return undefined
  const attributes = isJsonObject(spec['resourceAttributes']) ? spec['resourceAttributes'] : {}
  const word = (field: string): string | undefined =>
    typeof attributes[field] === 'string' && attributes[field] !== '' ? attributes[field] : undefined
  const subresource = word('subresource')
  const allowed = mayDo(store, user, {
    verb: word('verb') ?? '',
    group: word('group') ?? '',
    resource: `${word('resource') ?? ''}${subresource === undefined ? '' : `/${subresource}`}`,
    namespace: word('namespace'),
    name: word('name'),
  })
  return { ...body, status: { allowed } }
}
