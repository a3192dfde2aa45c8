import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { ensureDirectory, ensureStateDirectory, writeFileAtomically } from '../inventory/atomic-file.ts'
import { factsFileName } from '../inventory/facts-store.ts'
import { nodeRecordStore } from '../inventory/node-record-store.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { parseDrainNode } from '../model/drain-node.ts'
import { MigrationError } from '../model/errors.ts'
import type { NodeRecords } from '../model/node-record.ts'
import { parseLabelSelector, selectorText } from '../model/label-selector.ts'
import { openClusterView, type ClusterView } from '../steps/cluster-view.ts'
import type { DrainChoices } from '../steps/drain-choices.ts'
import type { DrainPorts, DrainRun } from '../steps/drain-ports.ts'
import { preflight, type DrainPlan } from '../steps/drain-preflight.ts'
import { readSurroundings } from '../steps/drain-surroundings.ts'
import { clusterUid, savePod } from '../steps/node-records.ts'
import { refuseMissingNodes } from '../steps/nodes-missing.ts'
import type { PodSurroundings } from '../steps/pod-class.ts'
import type { CommandContext } from './context.ts'
import { runActor } from './run-actor.ts'
import { sleep } from './sleep.ts'
import { nodeRecordPath } from './state-paths.ts'

/** A run of this process: an id of its own, and who started it where. */
export function newRun(): DrainRun {
  const id = randomUUID().slice(0, 8)
  return { id, holder: `${runActor()} (run ${id})` }
}

/** What the steps need, from this process; it asks the cluster who it is. */
export async function drainPorts(
  context: CommandContext,
  cluster: Cluster,
  run: DrainRun,
): Promise<DrainPorts> {
  const { clock } = context
  const uid = await clusterUid(cluster, context.signal)
  const records = nodeRecordStore(uid, (node) => nodeRecordPath(context, uid, node))
  return { cluster, records, clock, wait: sleep, saveManifest: saveManifests(context, records, run.id) }
}

/** Keeps manifests in files of the run, and those of pods that nobody else creates in the record of their node, too. */
export function saveManifests(
  { settings }: Pick<CommandContext, 'settings'>,
  records: NodeRecords,
  run: string,
): DrainPorts['saveManifest'] {
  return async ({ node, pod, manifest, isNaked }) => {
    const state = settings.required('state')
    ensureStateDirectory(state)
    const directory = join(state, 'manifests', run)
    ensureDirectory(directory, 0o700)
    const { namespace, name, uid, graceSeconds } = pod
    await writeFileAtomically(
      join(directory, factsFileName(`${namespace}.${name}`)),
      `${JSON.stringify(manifest, null, 2)}\n`,
    )
    if (isNaked) await savePod(records, node, { namespace, name, uid, run, graceSeconds, manifest })
  }
}

/** What is known of the nodes before anything is written, kept fresh. */
export interface DrainSight {
  view: ClusterView
  around: PodSurroundings
  /** Judges all pods as they are now. */
  plans(choices: DrainChoices): DrainPlan[]
}

/** Names of the nodes that a command is about: as given, or by label. Throws USAGE and NODE_NOT_FOUND. */
export async function nodesMeant(
  cluster: Cluster,
  { names, selectors }: { names: readonly string[]; selectors: readonly string[] },
  signal: AbortSignal,
): Promise<string[]> {
  if (names.length > 0 && selectors.length > 0)
    throw new MigrationError('USAGE', 'names of nodes and --selector exclude each other')
  if (names.length > 0) return [...new Set(names)]
  if (selectors.length === 0)
    throw new MigrationError('USAGE', 'no node is named', { hint: 'name nodes, or choose them with -l' })
  const labelSelector = selectorText(parseLabelSelector(selectors.join(',')))
  const nodes = await cluster.list({ group: '', version: 'v1', resource: 'nodes', labelSelector }, signal)
  const found = nodes.map((node) => parseDrainNode(node).name).sort()
  if (found.length > 0) return found
  throw new MigrationError(
    'NODE_NOT_FOUND',
    `no node of ${cluster.context} has the labels ${labelSelector}`,
    {
      hint: 'kubectl get nodes --show-labels lists them; --context chooses the cluster',
    },
  )
}

/** Starts watching the nodes and what is on them; throws NODE_NOT_FOUND for a name that no node has. */
export async function openSight(
  { cluster, clock, wait }: DrainPorts,
  nodes: readonly string[],
  signal: AbortSignal,
): Promise<DrainSight> {
  const view = await openClusterView({ cluster, clock, wait, nodes, signal })
  // Now: a right that is missing shall be known before anything is written.
  await view.listAttachments()
  refuseMissingNodes(
    cluster,
    nodes.filter((name) => !view.nodes.has(name)),
  )
  const around = await readSurroundings(cluster, { pods: view.pods.values() }, signal)
  return {
    view,
    around,
    plans: (choices) =>
      nodes.map((node) => {
        const pods = [...view.podsOn(node)]
        return preflight(
          { node, state: view.nodes.get(node), pods, budgets: view.ledger.all(), ...around },
          choices,
        )
      }),
  }
}
