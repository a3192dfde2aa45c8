import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readAssessment, type AssessmentHead } from '../inventory/assessment-file.ts'
import { factsFileName, readFactsFile } from '../inventory/facts-store.ts'
import type { HostAssessment } from '../model/assessment.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { FactName, HostFacts } from '../model/facts.ts'
import { nearest } from '../model/nearest.ts'
import { parseSelector, selects } from '../model/selector.ts'
import type { PlanHost } from '../plan/make-plan.ts'
import type { CommandContext } from './context.ts'
import type { PlanCluster } from './plan-cluster.ts'
import { assessmentPath, factsDirectory, shortPath } from './state-paths.ts'

/** The assessed hosts that `-l` chooses, and the names of all. */
export interface AssessedHosts {
  chosen: PlanHost[]
  names: ReadonlySet<string>
}

/**
 * Reads the assessed hosts, those that `-l` chooses, or the one that is a node, with their facts and nodes. Throws SELECTOR_EMPTY when there is none, and
 * DOCUMENT_INVALID when the assessment was made with another snapshot than the plan: no check has looked at that one.
 */
export async function planHosts(
  context: CommandContext,
  cluster: PlanCluster | undefined,
  only?: string,
): Promise<AssessedHosts> {
  const text = only === undefined ? context.settings.text('selector') : undefined
  const selector = text === undefined ? undefined : parseSelector(text)
  const hosts: PlanHost[] = []
  const names = new Set<string>()
  for await (const assessment of assessedHosts(context, (head) => refuseOtherSnapshot(head, cluster))) {
    const { host } = assessment
    names.add(host.name)
    if (selector !== undefined && !selects(selector, host)) continue
    const node = cluster?.nodeOf(host.name)
    if (only !== undefined && host.name !== only && node !== only) continue
    const view = (node === undefined ? undefined : cluster?.views(node)) ?? null
    hosts.push({ assessment, facts: await factsOf(context, host.name), view })
  }
  // A host may be called as the node of another one.
  const nodes = hosts.filter(({ assessment }) => cluster?.nodeOf(assessment.host.name) === only)
  const chosen = only === undefined || nodes.length === 0 ? hosts : nodes
  if (chosen.length > 0) return { chosen, names }
  if (only !== undefined) throw noSuchNode(only, names)
  throw new MigrationError(
    'SELECTOR_EMPTY',
    `no assessed host${text === undefined ? '' : ` matches ${text}`}`,
    {
      hint: 'osferry inventory list -o wide shows groups and labels; osferry assess judges new hosts',
    },
  )
}

function noSuchNode(node: string, names: ReadonlySet<string>): MigrationError {
  const near = nearest(node, [...names])
  return new MigrationError('SELECTOR_EMPTY', `no assessed host is the node ${node}, or is called so`, {
    hint: `${near === undefined ? '' : `did you mean ${near}? `}osferry inventory list shows the hosts; osferry assess judges new ones`,
  })
}

/** Every host of the saved assessment; throws DOCUMENT_NOT_FOUND when there is none. */
export async function* assessedHosts(
  context: CommandContext,
  onHead: (head: AssessmentHead) => void = () => undefined,
): AsyncGenerator<HostAssessment> {
  const path = assessmentPath(context)
  if (!existsSync(path)) {
    throw new MigrationError('DOCUMENT_NOT_FOUND', `there is no assessment: ${shortPath(context, path)}`, {
      hint: 'judge the hosts first: osferry collect, then osferry assess',
    })
  }
  for await (const record of readAssessment(path)) {
    context.signal.throwIfAborted()
    if (record.record === 'head') onHead(record)
    if (record.record !== 'host') continue
    const { record: _record, ...host } = record
    // Evidence and remedies are for people, and most of what a document weighs.
    const targets = host.targets.map((judged) => ({
      ...judged,
      findings: judged.findings.map((finding) => ({ ...finding, evidence: [], remedies: [] })),
      alternatives: [],
    }))
    yield { ...host, targets }
  }
}

/** A snapshot that nobody has judged would be planned on as if it had passed. */
function refuseOtherSnapshot(head: AssessmentHead, cluster: PlanCluster | undefined): void {
  const judged = head.cluster ?? null
  if (cluster === undefined && judged === null) return
  if (cluster !== undefined && judged?.createdAt === cluster.input.createdAt) return
  const when = (at: string | undefined): string => at ?? 'no snapshot'
  throw new MigrationError(
    'DOCUMENT_INVALID',
    `the assessment rests on ${when(judged?.createdAt)} of the cluster, the plan on ${when(cluster?.input.createdAt)}`,
    { hint: 'judge the hosts with the snapshot that the plan is made with: osferry assess' },
  )
}

/** What a plan looks at: all facts of thousands of hosts would not fit into memory. */
const usedFacts = [
  'machineId',
  'osRelease',
  'kernel',
  'disks',
  'lvm',
  'mounts',
  'localPaths',
  'kubelet',
  'kubeadm',
  'etcd',
  'images',
] as const satisfies readonly FactName[]

/** Null when there are none, or they cannot be read: the plan leaves such a host out and says so. */
export async function factsOf(context: CommandContext, host: string): Promise<HostFacts | null> {
  const path = join(factsDirectory(context), factsFileName(host))
  if (!existsSync(path)) return null
  try {
    const document = await readFactsFile(path, { compile: true })
    const kept = usedFacts.map((name) => [name, document.facts[name]] as const)
    return { ...document, facts: Object.fromEntries(kept.filter(([, fact]) => fact !== undefined)) }
  } catch (error) {
    if (!isMigrationError(error)) throw error
    context.log.warn(error.message, { host })
    return null
  }
}
