import { z } from 'zod'
import type { EvictionRequest, WriteAnswer } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import { objectPath } from './paths.ts'
import { persist, type ClusterIo } from './persist.ts'
import { writeAnswer } from './write-answers.ts'

const Resources = z.looseObject({
  resources: z.array(
    z.looseObject({ name: z.string(), group: z.string().nullish(), version: z.string().nullish() }),
  ),
})

/** The form of evictions that a server takes, `policy/v1` or `policy/v1beta1`. Throws CLUSTER_ANSWER_INVALID where there is none. */
export async function evictionVersion(
  io: ClusterIo,
  signal: AbortSignal,
): Promise<'policy/v1' | 'policy/v1beta1'> {
  const { answer } = await persist(io, { path: '/api/v1', signal }, { writes: false })
  const list = Resources.safeParse(answer.body, { jitless: true })
  const found = list.data?.resources.find(({ name }) => name === 'pods/eviction')
  const version = `${found?.group ?? ''}/${found?.version ?? ''}`
  if (version === 'policy/v1' || version === 'policy/v1beta1') return version
  throw new MigrationError('CLUSTER_ANSWER_INVALID', `${io.client.login.server} has no eviction API`, {
    hint: 'without it nothing can be drained within budgets: osferry doctor --cluster says what the server has',
  })
}

/** Evicts one pod of one uid, and never twice without having looked. */
export async function evict(
  io: ClusterIo,
  apiVersion: string,
  request: EvictionRequest,
): Promise<WriteAnswer> {
  const { namespace, name, uid, gracePeriodSeconds, dryRun = false, signal, fence } = request
  const path = objectPath({ group: '', version: 'v1', resource: 'pods', namespace, name })
  const body = {
    apiVersion,
    kind: 'Eviction',
    metadata: { name, namespace },
    deleteOptions: {
      preconditions: { uid },
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      ...(dryRun ? { dryRun: ['All'] } : {}),
    },
  }
  const query: Record<string, string> = dryRun ? { dryRun: 'All' } : {}
  const result = await persist<WriteAnswer>(
    io,
    { method: 'POST', path: `${path}/eviction`, query, body, signal },
    {
      writes: true,
      fence,
      afterUnknown: () => (dryRun ? Promise.resolve(undefined) : looked(io, { path, uid, signal })),
    },
  )
  return result.found ?? writeAnswer(result.answer)
}

const Pod = z.looseObject({
  metadata: z.looseObject({ uid: z.string(), deletionTimestamp: z.string().nullish() }),
})

/** What an eviction whose answer was lost has done; undefined = nothing yet. */
async function looked(
  io: ClusterIo,
  { path, uid, signal }: { path: string; uid: string; signal: AbortSignal },
): Promise<WriteAnswer | undefined> {
  const { answer } = await persist(io, { path, signal }, { writes: false })
  if (answer.kind === 'gone') return { outcome: 'gone' }
  const pod = Pod.safeParse(answer.body, { jitless: true })
  if (!pod.success)
    throw new MigrationError('CLUSTER_ANSWER_INVALID', `${path} is no pod`, { cause: pod.error })
  const { metadata } = pod.data
  if (metadata.uid !== uid) return { outcome: 'replaced', message: `another pod is there: ${metadata.uid}` }
  const isEnding = (metadata.deletionTimestamp ?? '') !== ''
  return isEnding ? { outcome: 'done', object: pod.data } : undefined
}
