import { basename, join, relative } from 'node:path'
import { factsFileName } from '../inventory/facts-store.ts'
import type { CommandContext } from './context.ts'

/** Where the facts files are: the setting, or `facts` in the state directory. */
export function factsDirectory(context: CommandContext): string {
  return context.settings.text('facts') ?? join(context.settings.required('state'), 'facts')
}

/** Where the assessment is. */
export function assessmentPath(context: CommandContext): string {
  return join(context.settings.required('state'), 'assessment.ndjson')
}

/** Where the snapshot of the cluster is. */
export function clusterPath(context: CommandContext): string {
  return join(context.settings.required('state'), 'cluster.ndjson')
}

/** Where the journal of the project's runs is. */
export function journalPath(context: CommandContext): string {
  return join(context.settings.required('state'), 'journal.db')
}

/** Where the lab of the project says how it is asked, while it runs. */
export function labPath(context: Pick<CommandContext, 'settings'>): string {
  return join(context.settings.required('state'), 'lab.json')
}

/** Where the plan of a run is kept, by its digest. */
export function keptPlanPath(context: CommandContext, digest: string): string {
  return join(context.settings.required('state'), 'plans', `${digest}.json`)
}

/** Where it is kept what plans rest on of a cluster, by the digest that they have of it. */
export function keptClusterViewPath(context: CommandContext, digest: string): string {
  return join(context.settings.required('state'), 'plans', 'clusters', `${digest}.json`)
}

/** Where files of one run are: what it is about, and what other processes ask of it. */
export function runPath(context: CommandContext, run: string, kind: 'scene' | 'request'): string {
  return join(context.settings.required('state'), 'runs', `${run}.${kind}.json`)
}

/** Where it is kept which processes of the project may hold leases. */
export function leaseHoldersPath(context: Pick<CommandContext, 'settings'>): string {
  return join(context.settings.required('state'), 'runs', 'lease-holders.json')
}

/** Where it is kept which program works on a host, while it does. */
export function leftProgramPath(context: Pick<CommandContext, 'settings'>, host: string): string {
  return join(context.settings.required('state'), 'programs', factsFileName(host))
}

/** Where it is kept how far the start of a host by its BMC is. */
export function redfishStartPath(context: Pick<CommandContext, 'settings'>, host: string): string {
  return join(context.settings.required('state'), 'redfish', factsFileName(host))
}

/** Where the files of a run are that its nodes remember. */
export function runDirectory(context: CommandContext, run: string): string {
  return join(context.settings.required('state'), 'runs', factsFileName(run).replace(/\.json$/, ''))
}

/** Where the record of a node is: how a drain found it. Nodes of different clusters may have one name. */
export function nodeRecordPath(context: CommandContext, clusterUid: string, node: string): string {
  // What a server says becomes a part of a path only encoded.
  const cluster = basename(factsFileName(clusterUid), '.json')
  return join(context.settings.required('state'), 'nodes', cluster, factsFileName(node))
}

/** Where a part of the boot server is: its authority with the private key, what it knows of files that it serves, addresses. */
export function bootPath(
  context: Pick<CommandContext, 'settings'>,
  part: 'authority.pem' | 'checksums.json' | 'urls',
): string {
  return join(context.settings.required('state'), 'boot', part)
}

/** A path as people type it: relative when it is below the working directory. */
export function shortPath({ cwd }: Pick<CommandContext, 'cwd'>, path: string): string {
  const short = relative(cwd, path)
  return short === '' || short.startsWith('..') ? path : short
}
