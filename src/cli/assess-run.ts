import { existsSync } from 'node:fs'
import { createSummary } from '../assess/summary.ts'
import { createWaiverBook } from '../assess/waive.ts'
import { createAssessmentFile } from '../inventory/assessment-file.ts'
import type { AssessmentEnd, AssessmentHead } from '../inventory/assessment-file.ts'
import { ensureStateDirectory } from '../inventory/atomic-file.ts'
import { listFacts, type ListedFacts } from '../inventory/facts-store.ts'
import { readWaivers } from '../inventory/waivers-file.ts'
import type { HostAssessment } from '../model/assessment.ts'
import { MigrationError } from '../model/errors.ts'
import type { HostFacts } from '../model/facts.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import { parseSelector, selects } from '../model/selector.ts'
import type { Target } from '../model/target.ts'
import type { CommandContext } from './context.ts'
import type { HostDigest, JudgeJob } from './judge.ts'
import { inOrder, startJudges, threadsFor } from './judges.ts'
import { loadChecks } from './load-checks.ts'
import { loadAllHosts } from './load-hosts.ts'
import { assessmentPath, factsDirectory } from './state-paths.ts'

export interface AssessRunOptions {
  targets: readonly Target[]
  onHead(head: AssessmentHead): void
  /** In order of name; `whole` reads the host's whole assessment again. */
  onHost(digest: HostDigest, whole: () => HostAssessment): void | Promise<void>
  signal: AbortSignal
}

/** Compiling the facts' schema takes as long as checking about as many documents without. */
const worthCompiling = 100

/** Judges every host in scope, in order, and saves the assessment by rename; no more than a few hosts are in memory. */
export async function runAssessment(context: CommandContext, run: AssessRunOptions): Promise<AssessmentEnd> {
  const { settings, clock, language, version } = context
  const now = clock.now()
  const anck = settings.required('assess.anck') as '4.19' | '5.10'
  const checksDirectory = settings.text('assess.checks')
  const { infos } = await loadChecks(checksDirectory)
  const waiversPath = settings.text('assess.waivers')
  const waivers = waiversPath === undefined ? [] : (await readWaivers(waiversPath, { language })).waivers
  const book = createWaiverBook({ waivers, checkIds: new Set(infos.map(({ id }) => id)), now })
  const summary = createSummary({ targets: run.targets, anck })
  const { jobs, selector, inventoryHosts } = await jobsOf(context)
  const chosenBy = settings.text('selector')
  const head: AssessmentHead = {
    schema: 'assessment/v1',
    tool: { name: 'osferry', version },
    createdAt: now,
    targets: [...run.targets],
    ...(chosenBy === undefined ? {} : { selector: chosenBy }),
    ...(inventoryHosts === undefined ? {} : { inventoryHosts }),
    checks: [...infos],
  }
  ensureStateDirectory(settings.required('state'))
  const threads = threadsFor(jobs.length)
  const manyHosts = jobs.length >= worthCompiling
  const setup = { targets: run.targets, anck, now, waivers, selector, checksDirectory, manyHosts }
  const judges = await startJudges(setup, threads)
  const file = await createAssessmentFile(assessmentPath(context), head)
  try {
    run.onHead(head)
    for await (const judged of inOrder(jobs, judges.judge, judges.atOnce)) {
      run.signal.throwIfAborted()
      if (judged === undefined) continue
      for (const index of judged.waiversUsed) book.use(index)
      summary.add(judged.digest)
      await file.host(judged.line)
      await run.onHost(judged.digest, () => parseHost(judged.line))
    }
    const end: AssessmentEnd = { waivers: book.report(), summary: summary.result() }
    if (end.summary.hosts === 0) throw nothingToJudge(context)
    await file.end(end)
    return end
  } catch (error) {
    await file.abandon()
    throw error
  } finally {
    await judges.close()
  }
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
  if (scope === null) return { jobs: listed.map(({ path }) => ({ path })), selector: selectorText }
  const paths = new Map(listed.map(({ host, path }) => [host, path]))
  const strangers = listed.filter(({ host }) => !scope.has(host)).length
  if (strangers > 0)
    context.log.warn('facts of hosts that the inventory does not name were left out', { hosts: strangers })
  const chosen = [...scope.values()]
    .map(hostOf)
    .filter((host) => selector === undefined || selects(selector, host))
  const jobs = chosen
    .toSorted((a, b) => compare(a.name, b.name))
    .map((host): JudgeJob => {
      const path = paths.get(host.name)
      return path === undefined ? { host, missing: true } : { path, host }
    })
  return { jobs, selector: undefined, inventoryHosts: scope.size }
}

async function savedFacts(context: CommandContext, mayBeAbsent: boolean): Promise<ListedFacts[]> {
  const directory = factsDirectory(context)
  if (existsSync(directory)) {
    return await listFacts(directory, { onWarning: (message) => context.log.warn(message) })
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
