import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { openClusterFile } from '../inventory/cluster-file.ts'
import { readClusterLogin } from '../inventory/kubeconfig.ts'
import { isMigrationError } from '../model/errors.ts'
import type { ClusterActions, KnownCluster, ReadKinds, SavedSnapshot } from '../wizard/cluster.ts'
import { staleAfterMs } from './assess-cluster.ts'
import type { CommandContext } from './context.ts'
import { gapWords } from './messages-cluster.ts'
import { clusterPath } from './state-paths.ts'
import { takeClusterSnapshot } from './take-cluster-snapshot.ts'

/** The cluster as the wizard shows it, and its snapshot by the code of `osferry cluster snapshot`. */
export function createWizardCluster(contextNow: () => CommandContext): ClusterActions {
  return {
    cluster: ({ signal }) => knownCluster({ ...contextNow(), signal }),
    async takeSnapshot({ onProgress, signal }) {
      const { log, ...rest } = contextNow()
      const kinds: ReadKinds['kinds'][number][] = []
      const onKind = (resource: string, objects: number): void => {
        kinds.push({ resource, objects })
        onProgress({ kinds: [...kinds] })
      }
      // Gaps are shown from the file; the terminal is the wizard's.
      await takeClusterSnapshot({ ...rest, signal, log: { ...log, warn: () => undefined } }, onKind)
    },
  }
}

async function knownCluster(context: CommandContext): Promise<KnownCluster | undefined> {
  const login = await loginOf(context)
  const saved = await savedSnapshot(context)
  if (login === undefined && saved === undefined) return undefined
  return { login: login ?? { problem: 'there is no kubeconfig' }, ...saved }
}

/** Undefined where nobody has said that there is a cluster. */
async function loginOf({
  settings,
  env,
  cwd,
  language,
}: CommandContext): Promise<KnownCluster['login'] | undefined> {
  const file = settings.text('cluster.kubeconfig')
  const name = settings.text('cluster.context')
  try {
    const home = env['HOME'] ?? homedir()
    const { context, server } = await readClusterLogin({ file, context: name, env, home, cwd, language })
    return { context, server }
  } catch (error) {
    if (!isMigrationError(error)) throw error
    const isWanted = file !== undefined || name !== undefined || (env['KUBECONFIG'] ?? '') !== ''
    if (error.code === 'CLUSTER_CONFIG_NOT_FOUND' && !isWanted) return undefined
    return { problem: error.message }
  }
}

async function savedSnapshot(
  context: CommandContext,
): Promise<Pick<KnownCluster, 'snapshot' | 'snapshotProblem'> | undefined> {
  const path = clusterPath(context)
  if (!existsSync(path)) return undefined
  try {
    return { snapshot: await readSnapshot(path, Date.parse(context.clock.now())) }
  } catch (error) {
    if (!isMigrationError(error)) throw error
    return { snapshotProblem: error.message }
  }
}

async function readSnapshot(path: string, nowMs: number): Promise<SavedSnapshot> {
  const file = await openClusterFile(path)
  try {
    const { context, server, createdAt } = file.head
    const { counts, hosts, gaps } = file.end
    const ageMs = nowMs - Date.parse(createdAt)
    return {
      context,
      server,
      ageMs,
      isOld: ageMs > staleAfterMs,
      nodes: counts.nodes,
      matched: hosts?.matches.length ?? null,
      gaps: gaps.map(({ resource, reason, message }) => ({ resource, reason: gapWords[reason], message })),
    }
  } finally {
    await file.close()
  }
}
