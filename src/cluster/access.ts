import { z } from 'zod'
import {
  accessName,
  accessReview,
  accessRights,
  clusterTasks,
  type AccessRight,
  type ClusterTask,
} from '../model/cluster-access.ts'
import { MigrationError } from '../model/errors.ts'
import { inTurns } from '../model/in-turns.ts'
import type { ApiClient } from './client.ts'

const Review = z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) })

const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const atOnce = 8

/** What the login may not do, by task, as `kubectl auth can-i` says it. The server is asked; nothing is written. */
export async function missingRights(
  client: ApiClient,
  signal: AbortSignal,
): Promise<Readonly<Record<ClusterTask, readonly string[]>>> {
  const rights = accessRights()
  const denied = new Set<AccessRight>()
  const look = async (right: AccessRight): Promise<void> => {
    if (!(await isAllowed(client, right, signal))) denied.add(right)
  }
  await inTurns(rights, look, atOnce)
  const missing = (task: ClusterTask): string[] =>
    rights.flatMap((right) => (right.tasks.includes(task) && denied.has(right) ? [accessName(right)] : []))
  const entries = clusterTasks.map((task): [ClusterTask, string[]] => [task, missing(task)])
  return Object.fromEntries(entries) as Record<ClusterTask, string[]>
}

async function isAllowed(client: ApiClient, right: AccessRight, signal: AbortSignal): Promise<boolean> {
  const body = accessReview(right)
  const answer = await client.request({ method: 'POST', path, body, signal })
  const review = Review.safeParse(answer.body)
  // No answer is neither "allowed" nor "denied".
  if (answer.status === 404 || !review.success)
    throw new MigrationError('CLUSTER_ANSWER_INVALID', `${path} gives no review`)
  return review.data.status.allowed
}
