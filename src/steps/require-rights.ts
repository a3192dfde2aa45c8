import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import {
  accessName,
  accessReview,
  accessRights,
  type AccessRight,
  type ClusterTask,
} from '../model/cluster-access.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import { grantedRights } from './granted-rights.ts'

const Review = z.object({ status: z.object({ allowed: z.boolean() }) })

/** Lists and watches are refused by themselves before anything is written; events are told when they can be. */
const writing = new Set(['create', 'patch', 'approve', 'delete'])
/** Read one by one, some of them only after the first write. */
const lookedAt = new Set(['namespaces', 'nodes', 'pods', 'leases'])

/** What is about to be done, and the resources it writes to. */
export interface RightsWanted {
  task: ClusterTask
  resources: readonly string[]
}

/**
 * Throws CLUSTER_FORBIDDEN, naming all of them, when a right to write, or to look at what is written, is missing: nothing has
 * been written then.
 */
export async function requireRights(
  cluster: Cluster,
  wanted: readonly RightsWanted[],
  signal: AbortSignal,
): Promise<void> {
  const rights = accessRights().filter(({ tasks, verb, resource }) =>
    wanted.some(
      ({ task, resources }) =>
        tasks.includes(task) &&
        ((resources.includes(resource) && writing.has(verb)) || (verb === 'get' && lookedAt.has(resource))),
    ),
  )
  const granted = await grantedRights(cluster, rights, signal)
  const allowed = await Promise.all(
    rights.map(async (right) => granted.has(right) || (await isAllowed(cluster, right, signal))),
  )
  const missing = rights.filter((_, index) => allowed[index] !== true).map(accessName)
  if (missing.length === 0) return
  const roles = wanted.map(({ task }) => `osferry-${task}`).join(' and ')
  throw new MigrationError('CLUSTER_FORBIDDEN', `this login may not ${missing.join(', ')}`, {
    hint: `nothing was written; grant ${roles} of docs/cluster-role.yaml, then osferry doctor --cluster`,
  })
}

async function isAllowed(cluster: Cluster, right: AccessRight, signal: AbortSignal): Promise<boolean> {
  const answer = await cluster.create(
    { group: 'authorization.k8s.io', version: 'v1', resource: 'selfsubjectaccessreviews' },
    accessReview(right),
    { signal },
  )
  if (answer.outcome !== 'done') {
    throw new MigrationError(
      'CLUSTER_ANSWER_INVALID',
      `no answer to what this login may do: ${answer.outcome}`,
    )
  }
  return parseApiObject(Review, answer.object, 'SelfSubjectAccessReview').status.allowed
}
