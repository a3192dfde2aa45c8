import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureStateDirectory, writeFileAtomically } from '../inventory/atomic-file.ts'
import { readBounded } from '../inventory/read-bounded.ts'
import { isMigrationError } from '../model/errors.ts'
import { ViewedCluster } from '../plan/cluster-changes.ts'
import type { CommandContext } from './context.ts'
import { sha256, type PlanCluster } from './plan-cluster.ts'
import { keptClusterViewPath } from './state-paths.ts'

/** Of a cluster that changes every day a plan older than these is made again anyway. */
const mostKept = 20

/**
 * Keeps what a plan rests on of its cluster, under the digest that the plan has of it: only with this can it be told later which
 * objects have changed. The plan itself does not need it: what cannot be written is logged.
 */
export async function keepClusterView(
  context: CommandContext,
  { input, view }: Pick<PlanCluster, 'input' | 'view'>,
): Promise<void> {
  const path = keptClusterViewPath(context, input.sha256)
  try {
    ensureStateDirectory(dirname(path))
    await writeFileAtomically(path, `${view}\n`)
    forgetOld(dirname(path))
  } catch (error) {
    if (!isMigrationError(error)) throw error
    context.log.warn(`it will not be told which objects of the cluster change: ${error.message}`)
  }
}

/** What was kept under a digest; undefined when there is nothing, or not that. */
export async function keptClusterView(
  context: CommandContext,
  digest: string,
): Promise<ViewedCluster | undefined> {
  const path = keptClusterViewPath(context, digest)
  if (!existsSync(path)) return undefined
  const text = (await readBounded(path)).trimEnd()
  return sha256(text) === digest ? viewedCluster(text) : undefined
}

/** A view as its JSON text has it. */
export function viewedCluster(text: string): ViewedCluster {
  return ViewedCluster.parse(JSON.parse(text))
}

function forgetOld(directory: string): void {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const path = join(directory, name)
      return { path, writtenMs: statSync(path).mtimeMs }
    })
    .sort((a, b) => b.writtenMs - a.writtenMs)
  for (const { path } of files.slice(mostKept)) rmSync(path, { force: true })
}
