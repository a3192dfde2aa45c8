import { compareText } from '../model/compare-text.ts'
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { createSummary } from '../assess/summary.ts'
import { createWaiverBook } from '../assess/waive.ts'
import { createAssessmentFile } from '../inventory/assessment-file.ts'
import type { AssessmentEnd, AssessmentHead } from '../inventory/assessment-file.ts'
import { ensureStateDirectory } from '../inventory/atomic-file.ts'
import { factsFileName, listFacts, type ListedFacts } from '../inventory/facts-store.ts'
import type { HostAssessment } from '../model/assessment.ts'
import { MigrationError, type ErrorCode } from '../model/errors.ts'
import type { HostFacts, HostFailure } from '../model/facts.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import { parseSelector, selects } from '../model/selector.ts'
import type { Target } from '../model/target.ts'
import { clusterForAssess, type ClusterForAssess } from './assess-cluster.ts'
import type { CommandContext } from './context.ts'
import { documentTime } from './document-time.ts'
import { isUnreadable, type HostDigest, type JudgeJob } from './judge.ts'
import { inOrder, startJudges, threadsFor } from './judges.ts'
import { loadChecks } from './load-checks.ts'
import { loadAllHosts } from './load-hosts.ts'
import { loadWaivers } from './load-waivers.ts'
import { assessmentPath, factsDirectory } from './state-paths.ts'

export interface AssessRunOptions {
  targets: readonly Target[]
  /** The snapshot of the cluster; the saved one, if there is one, when left out. */
  cluster?: string | undefined
  onHead(head: AssessmentHead): void
  /** In order of name; `whole` reads the host's whole assessment again. */
  onHost(digest: HostDigest, whole: () => HostAssessment): void | Promise<void>
  signal: AbortSignal
}

/** Compiling the facts' schema takes as long as checking about as many documents without. */
const worthCompiling = 100

/** Judges every host in scope, in order, and saves the assessment by rename; no more than a few hosts are in memory. */
export async function runAssessment(context: CommandContext, run: AssessRunOptions): Promise<AssessmentEnd> {
  const { settings, clock, version } = context
  const now = clock.now()
  const anck = settings.required('assess.anck') as '4.19' | '5.10'
  const checksDirectory = settings.text('assess.checks')
  const { infos } = await loadChecks(checksDirectory)
  const waivers = await loadWaivers(context)
  const book = createWaiverBook({ waivers, checkIds: new Set(infos.map(({ id }) => id)), now })
  const summary = createSummary({ targets: run.targets, anck })
  const { jobs, selector, inventoryHosts } = await jobsOf(context)
  const cluster = await clusterForAssess(context, run.cluster)
  const chosenBy = settings.text('selector')
  const head: AssessmentHead = {
    schema: 'assessment/v1',
    tool: { name: 'osferry', version },
    createdAt: documentTime(context),
    targets: [...run.targets],
    ...(chosenBy === undefined ? {} : { selector: chosenBy }),
    ...(inventoryHosts === undefined ? {} : { inventoryHosts }),
    cluster: cluster?.told ?? null,
    checks: [...infos],
  }
  context.log.info('assessment started', {
    targets: run.targets,
    anck,
    checks: infos.length,
    waivers: waivers.length,
    facts: factsDirectory(context),
    hosts: jobs.length,
    cluster: cluster?.told.context ?? null,
  })
  ensureStateDirectory(settings.required('state'))
  const threads = threadsFor(jobs.length)
  const manyHosts = jobs.length >= worthCompiling
  const withCluster = cluster !== null
  const setup = {
    targets: run.targets,
    anck,
    now,
    waivers,
    selector,
    checksDirectory,
    withCluster,
    manyHosts,
  }
  const judges = await startJudges(setup, threads)
  const file = await createAssessmentFile(assessmentPath(context), head)
  try {
    run.onHead(head)
    const unreadable: HostFailure[] = []
    for await (const judged of inOrder(withNodes(jobs, cluster), judges.judge, judges.atOnce)) {
      run.signal.throwIfAborted()
      if (judged === undefined) continue
      for (const index of judged.waiversUsed) book.use(index)
      summary.add(judged.digest)
      logHost(context, judged.digest)
      const { failure } = judged.digest.facts
      if (failure !== undefined && isUnreadable({ failure })) unreadable.push(failure)
      await file.host(judged.line)
      await run.onHost(judged.digest, () => parseHost(judged.line))
    }
    const end: AssessmentEnd = { waivers: book.report(), summary: summary.result() }
    if (end.summary.hosts === 0) throw nothingToJudge(context)
    if (unreadable.length === end.summary.hosts) throw nothingReadable(unreadable)
    await file.end(end)
    context.log.info('assessment saved', {
      path: assessmentPath(context),
      hosts: end.summary.hosts,
      unreadable: unreadable.length,
      verdicts: end.summary.byTarget.map(({ target, verdicts }) => ({ target, ...verdicts })),
    })
    return end
  } catch (error) {
    await file.abandon()
    throw error
  } finally {
    await judges.close()
  }
}

/** Views are made when their host's turn comes: all of them at once would be the snapshot again. */
function* withNodes(jobs: readonly JudgeJob[], cluster: ClusterForAssess | null): Generator<JudgeJob> {
  for (const job of jobs) {
    const name = 'missing' in job ? job.host.name : job.name
    yield cluster === null ? job : { ...job, node: cluster.nodeOf(name) }
  }
}

function logHost({ log }: CommandContext, { host, facts, targets }: HostDigest): void {
  log.debug('host judged', {
    host: host.name,
    facts: facts.status,
    ...(facts.failure === undefined ? {} : { code: facts.failure.code, reason: facts.failure.message }),
    verdicts: Object.fromEntries(targets.map(({ target, verdict }) => [target, verdict])),
  })
}

function parseHost(line: Uint8Array): HostAssessment {
  const { record: _record, ...host } = JSON.parse(new TextDecoder().decode(line)) as HostAssessment & {
    record: string
  }
  return host
}

/** Hosts of the inventory by name; null when there is no inventory and the facts alone say which hosts there are. */
type Scope = ReadonlyMap<string, ResolvedHost> | null

async function scopeOf(context: CommandContext): Promise<Scope> {
  const { settings } = context
  const named = settings.all.get('inventory')?.origin.from !== 'default'
  if (!named && !existsSync(settings.required('inventory'))) return null
  return new Map((await loadAllHosts(context)).map((host) => [host.name, host]))
}

interface Jobs {
  jobs: readonly JudgeJob[]
  /** What must still be asked of each host's own facts, as no inventory tells its groups and labels. */
  selector: string | undefined
  /** Hosts of the whole inventory, chosen or not. */
  inventoryHosts?: number
}

/** Facts and hosts without facts, in order of name; groups and labels are those of the inventory of today. */
async function jobsOf(context: CommandContext): Promise<Jobs> {
  const selectorText = context.settings.text('selector')
  const selector = selectorText === undefined ? undefined : parseSelector(selectorText)
  const scope = await scopeOf(context)
  const listed = await savedFacts(context, scope !== null)
  if (scope === null) {
    return { jobs: listed.map(({ path, host }) => ({ path, name: host })), selector: selectorText }
  }
  const paths = pathsOf(listed, scope)
  const strangers = listed.length - paths.size
  if (strangers > 0)
    context.log.warn('facts of hosts that the inventory does not name were left out', { hosts: strangers })
  const chosen = [...scope.values()]
    .map(hostOf)
    .filter((host) => selector === undefined || selects(selector, host))
  const jobs = chosen
    .toSorted((a, b) => compareText(a.name, b.name))
    .map((host): JudgeJob => {
      const path = paths.get(host.name)
      return path === undefined ? { host, missing: true } : { path, name: host.name, host }
    })
  return { jobs, selector: undefined, inventoryHosts: scope.size }
}

/** The file of each host in scope; a broken one is known by its name alone. */
function pathsOf(
  listed: readonly ListedFacts[],
  scope: ReadonlyMap<string, ResolvedHost>,
): ReadonlyMap<string, string> {
  const broken = new Map(
    listed.filter((file) => file.broken === true).map(({ path }) => [basename(path), path]),
  )
  const paths = new Map<string, string>()
  for (const name of scope.keys()) {
    const path = broken.size === 0 ? undefined : broken.get(factsFileName(name))
    if (path !== undefined) paths.set(name, path)
  }
  for (const { host, path, broken: isBroken } of listed)
    if (isBroken !== true && scope.has(host)) paths.set(host, path)
  return paths
}

async function savedFacts(context: CommandContext, mayBeAbsent: boolean): Promise<ListedFacts[]> {
  const directory = factsDirectory(context)
  if (existsSync(directory)) {
    return await listFacts(directory, {
      keepBroken: true,
      onWarning: (message) => context.log.warn(message),
    })
  }
  if (mayBeAbsent) return []
  throw nothingToJudge(context)
}

function hostOf(host: ResolvedHost): HostFacts['host'] {
  return { name: host.name, address: host.address, groups: [...host.groups], labels: { ...host.labels } }
}

function nothingToJudge(context: CommandContext): MigrationError {
  const selector = context.settings.text('selector')
  if (selector !== undefined) return new MigrationError('SELECTOR_EMPTY', `no host matches ${selector}`)
  return new MigrationError('DOCUMENT_NOT_FOUND', `no facts in ${factsDirectory(context)}`, {
    hint: 'collect them first: osferry collect; or name their directory with --facts',
  })
}

/** No host has facts that can be read: the first one's trouble is everybody's. */
function nothingReadable([first, ...others]: readonly HostFailure[]): MigrationError {
  const { code, message = '', hint } = first ?? {}
  const more = others.length === 0 ? '' : ` (and ${others.length} more that cannot be read)`
  const options = hint === undefined ? {} : { hint }
  return new MigrationError((code ?? 'DOCUMENT_INVALID') as ErrorCode, `${message}${more}`, options)
}
