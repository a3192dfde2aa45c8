import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ensureDirectory, ensureStateDirectory } from '../inventory/atomic-file.ts'
import { openClusterFile } from '../inventory/cluster-file.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { StepError } from '../model/step-error.ts'
import { unlessAborted } from '../model/unless-aborted.ts'
import type { ComparedCluster } from '../steps/compare-cluster.ts'
import type { RunSnapshots, TakenSnapshot } from '../steps/step-snapshot.ts'
import { brokenLists, clusterOf } from './compared-cluster.ts'
import type { CommandContext } from './context.ts'
import { saveSnapshot } from './save-snapshot.ts'
import { isSnapshotName, nextSnapshotName, snapshotsInOrder } from './snapshot-names.ts'

/** Of a large cluster each is tens of megabytes. */
const mostHeld = 3

/** The snapshots of one run, in the directory of its files. `signal` ends what is being taken. */
export function runSnapshots(
  context: CommandContext,
  { cluster, directory, signal }: { cluster: Cluster; directory: string; signal: AbortSignal },
): RunSnapshots {
  let taking: Promise<void> | undefined
  /** By name, size and time of the last change: a file of 100,000 pods is not read for every node. */
  const sums = new Map<string, string>()
  /** Those that were read last: a node is compared with its own, and with the first of the run. */
  const held = new Map<string, Promise<ComparedCluster>>()

  async function sumOf(name: string): Promise<string> {
    const path = join(directory, name)
    const { size, mtimeMs, ino } = await stat(path)
    const key = [name, size, mtimeMs, ino].join(' ')
    const sum = sums.get(key) ?? (await sha256Of(path))
    sums.set(key, sum)
    return sum
  }

  async function takeNow(): Promise<void> {
    ensureStateDirectory(context.settings.required('state'))
    ensureDirectory(directory, 0o700)
    const createdAt = context.clock.now()
    const path = join(directory, nextSnapshotName(await namesIn(directory), createdAt))
    await saveSnapshot(context, cluster, { path, createdAt, hosts: null, signal })
  }

  async function readNow(file: string, sha256: string): Promise<ComparedCluster> {
    if (!isSnapshotName(file)) throw changed(file)
    const reader = await openClusterFile(join(directory, file))
    try {
      if ((await sumOf(file)) !== sha256) throw changed(file)
      return await clusterOf(reader)
    } finally {
      await reader.close()
    }
  }

  async function takenAt(place: number): ReturnType<RunSnapshots['latest']> {
    const file = snapshotsInOrder(await namesIn(directory)).at(place)
    if (file === undefined) return undefined
    const reader = await openClusterFile(join(directory, file))
    try {
      const gaps = brokenLists(reader.end.gaps)
      return { file, sha256: await sumOf(file), takenAt: reader.head.createdAt, gaps }
    } finally {
      await reader.close()
    }
  }

  return {
    latest: () => takenAt(-1),
    async first(): Promise<TakenSnapshot | undefined> {
      const found = await takenAt(0)
      return found && { file: found.file, sha256: found.sha256, takenAt: found.takenAt }
    },
    async take(until): Promise<void> {
      taking ??= takeNow().finally(() => (taking = undefined))
      await unlessAborted(taking, until)
    },
    async read({ file, sha256 }: TakenSnapshot, until): Promise<ComparedCluster> {
      const known = held.get(sha256)
      const cluster = known ?? readNow(file, sha256)
      // The one that was not asked for longest goes first.
      held.delete(sha256)
      held.set(sha256, cluster)
      for (const oldest of [...held.keys()].slice(0, -mostHeld)) held.delete(oldest)
      if (known === undefined)
        cluster.catch(() => {
          if (held.get(sha256) === cluster) held.delete(sha256)
        })
      return await unlessAborted(cluster, until)
    },
  }
}

/** None when there is no such directory yet. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

function changed(file: string): StepError {
  const message = `the snapshot ${file} is not what was taken when the node began`
  return new StepError('config', message, { code: 'SNAPSHOT_CHANGED' })
}
