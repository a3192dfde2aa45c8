import type { ClusterGap, ClusterList } from '../model/cluster.ts'
import { isMigrationError } from '../model/errors.ts'
import type { ErrorCode } from '../model/errors.ts'
import type { ClusterReader } from '../model/ports.ts'
import { resourceName } from './kind.ts'
import type { ListedKind } from './kind.ts'

/** What to do with the objects of one kind. */
export interface ListHandler {
  /** The list begins, or begins again: what came before is void. Also called when the list fails in its middle. */
  begin(): void | Promise<void>
  /** Takes one object; gives what is wrong with it when it is not what the API says. */
  item(item: unknown, apiVersion: string): string | undefined | Promise<string | undefined>
}

export interface ListRequest {
  list: ClusterList
  kind: ListedKind
  signal: AbortSignal
}

/** Objects a page: with managed fields a pod is 10 KiB, so a page is some megabytes at most. */
const pageLimit = 500
/** Objects that are named in a gap; of the others the number is told. */
const namedProblems = 3

/** Lists every object of a kind. What is missing comes back as a gap; a server that cannot be reached throws. */
export async function listKind(
  reader: ClusterReader,
  { list, kind, signal }: ListRequest,
  handler: ListHandler,
): Promise<ClusterGap | null> {
  const gap = (reason: ClusterGap['reason'], message: string): ClusterGap => {
    return { list, resource: resourceName(kind), reason, message, objects: null }
  }
  await handler.begin()
  try {
    const offered = await reader.versionsOf({ group: kind.group, resource: kind.resource }, signal)
    const version = kind.versions.find((known) => offered.includes(known))
    if (version === undefined) {
      const found = offered.length === 0 ? 'nothing' : offered.join(', ')
      return gap('absent', `the server offers ${found}; osferry reads ${kind.versions.join(', ')}`)
    }
    const problems = await readPages(reader, { kind, version, signal }, handler)
    if (problems.length === 0) return null
    const more = problems.length > namedProblems ? `; and ${problems.length - namedProblems} more` : ''
    const message = `${problems.slice(0, namedProblems).join('; ')}${more}`
    return { ...gap('unparsable', message), objects: problems.length }
  } catch (error) {
    const reason = isMigrationError(error) ? gapReasons[error.code] : undefined
    if (reason === undefined) throw error
    await handler.begin()
    return gap(reason, (error as Error).message)
  }
}

/** Errors that concern one list; with all others (no connection, no login) there is nothing to go on with. */
const gapReasons: Partial<Readonly<Record<ErrorCode, ClusterGap['reason']>>> = {
  CLUSTER_FORBIDDEN: 'forbidden',
  CLUSTER_ANSWER_INVALID: 'failed',
}

async function readPages(
  reader: ClusterReader,
  { kind, version, signal }: { kind: ListedKind; version: string; signal: AbortSignal },
  handler: ListHandler,
): Promise<string[]> {
  const { group, resource } = kind
  const apiVersion = group === '' ? version : `${group}/${version}`
  let problems: string[] = []
  for await (const page of reader.pages({ group, resource, version }, { signal, limit: pageLimit })) {
    signal.throwIfAborted()
    if (page.restarted) {
      problems = []
      await handler.begin()
    }
    for (const item of page.items) {
      const problem = await handler.item(item, apiVersion)
      if (problem !== undefined) problems.push(problem)
    }
  }
  return problems
}
