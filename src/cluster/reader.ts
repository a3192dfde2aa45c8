import { z } from 'zod'
import { MigrationError } from '../model/errors.ts'
import type { ApiResource, ClusterReader } from '../model/ports.ts'
import type { ApiAnswer, ApiClient } from './client.ts'
import { continuedPages } from './continued-pages.ts'
import { collectionPath, groupPath } from './paths.ts'

const Version = z.looseObject({ gitVersion: z.string().min(1).max(100) })
const Name = z.string().max(253)
const GroupList = z.looseObject({
  groups: z
    .array(
      z.looseObject({
        name: Name,
        versions: z.array(z.looseObject({ version: Name })),
        preferredVersion: z.looseObject({ version: Name }).nullish(),
      }),
    )
    .max(5000),
})
const ResourceList = z.looseObject({ resources: z.array(z.looseObject({ name: Name })).max(20_000) })
const List = z.looseObject({
  metadata: z.looseObject({ continue: z.string().nullish() }).nullish(),
  /** Old servers send null for none. A list without the key is no list. */
  items: z.array(z.unknown()).nullable(),
})

/** While a snapshot is read the API server may be restarted. */
const patienceMs = 60_000

/** Reads through a client: discovery is asked for once, lists come in pages. */
export function clusterReader(client: ApiClient): ClusterReader {
  const discovered = new Map<string, Promise<unknown>>()

  function discover(path: string, signal: AbortSignal): Promise<unknown> {
    const known = discovered.get(path) ?? get(client, path, signal)
    discovered.set(path, known)
    known.catch(() => discovered.delete(path))
    return known
  }

  return {
    context: client.login.context,
    server: client.login.server,
    async version(signal): Promise<string> {
      return (await serverVersion(client, signal)).version
    },
    async versionsOf({ group, resource }, signal): Promise<readonly string[]> {
      const versions = group === '' ? ['v1'] : versionsIn(await discover('/apis', signal), group)
      const having: string[] = []
      for (const version of versions) {
        const path = groupPath({ group, version })
        const found = await discover(path, signal)
        // An aggregated group that is away answers 404 or 503; 503 is an error, 404 is "not there".
        if (found === undefined) continue
        if (shaped(ResourceList, found, path).resources.some(({ name }) => name === resource))
          having.push(version)
      }
      return having
    },
    pages: (resource, options) => pagesOf(client, resource, options),
  }
}

/** The version of the API server, and by how much its clock is ahead of ours (see ApiAnswer). */
export async function serverVersion(
  client: ApiClient,
  signal: AbortSignal,
): Promise<Pick<ApiAnswer, 'clockAheadMs'> & { version: string }> {
  const path = '/version'
  const { status, body, clockAheadMs } = await client.request({ path, signal })
  const { gitVersion } = shaped(Version, status === 200 ? body : undefined, path)
  return { version: gitVersion, clockAheadMs }
}

function pagesOf(
  client: ApiClient,
  resource: ApiResource,
  { signal, limit = 500 }: { signal: AbortSignal; limit?: number },
): AsyncIterable<{ items: readonly unknown[]; restarted: boolean }> {
  const path = collectionPath(resource)
  return continuedPages(async ({ token, mayRestart }) => {
    const query = { limit: String(limit), ...(token === undefined ? {} : { continue: token }) }
    const { status, body } = await client.request({ path, query, signal, patienceMs })
    if (status === 410 && mayRestart) return undefined
    if (status !== 200) throw invalid(path, `the server answers ${status}`)
    const { items, metadata } = shaped(List, body, path)
    return { page: { items: items ?? [] }, next: metadata?.continue || undefined }
  })
}

function versionsIn(body: unknown, group: string): string[] {
  const found = shaped(GroupList, body, '/apis').groups.find(({ name }) => name === group)
  if (found === undefined) return []
  const preferred = found.preferredVersion?.version
  const all = found.versions.map(({ version }) => version)
  return preferred === undefined ? all : [preferred, ...all.filter((version) => version !== preferred)]
}

/** The document at a path; undefined for 404. */
async function get(client: ApiClient, path: string, signal: AbortSignal): Promise<unknown> {
  const { status, body } = await client.request({ path, signal })
  return status === 200 ? body : undefined
}

function shaped<Schema extends z.ZodType>(schema: Schema, body: unknown, path: string): z.infer<Schema> {
  const parsed = schema.safeParse(body, { jitless: true })
  if (parsed.success) return parsed.data
  throw invalid(path, parsed.error.issues[0]?.message ?? 'not what was expected', parsed.error)
}

function invalid(path: string, why: string, cause?: unknown): MigrationError {
  return new MigrationError('CLUSTER_ANSWER_INVALID', `${path}: ${why}`, {
    hint: 'is this a Kubernetes API server? Look at the server in the kubeconfig',
    cause,
  })
}
