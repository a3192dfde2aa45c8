import { existsSync } from 'node:fs'
import { assessHost } from '../assess/assess-host.ts'
import type { AssessOptions, MissingHost } from '../assess/assess-host.ts'
import { createSummary } from '../assess/summary.ts'
import { createWaiverBook } from '../assess/waive.ts'
import { createAssessmentFile } from '../inventory/assessment-file.ts'
import type { AssessmentEnd, AssessmentHead } from '../inventory/assessment-file.ts'
import { ensureStateDirectory } from '../inventory/atomic-file.ts'
import { readFacts } from '../inventory/facts-store.ts'
import { readWaivers } from '../inventory/waivers-file.ts'
import { builtinKernelProfile } from '../kernel/profiles.ts'
import type { HostAssessment } from '../model/assessment.ts'
import { MigrationError } from '../model/errors.ts'
import type { HostFacts } from '../model/facts.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import { parseSelector, selects } from '../model/selector.ts'
import type { Target } from '../model/target.ts'
import type { CommandContext } from './context.ts'
import { loadChecks } from './load-checks.ts'
import { loadAllHosts } from './load-hosts.ts'
import { assessmentPath, factsDirectory } from './state-paths.ts'

export interface AssessRunOptions {
  targets: readonly Target[]
  onHead(head: AssessmentHead): void
  /** In order of name. */
  onHost(host: HostAssessment): void | Promise<void>
  signal: AbortSignal
}

/** Judges every host in scope, one at a time, and saves the assessment by rename; nothing is kept in memory. */
export async function runAssessment(context: CommandContext, run: AssessRunOptions): Promise<AssessmentEnd> {
  const { settings, clock, language, version } = context
  const now = clock.now()
  const anck = settings.required('assess.anck') as '4.19' | '5.10'
  const { checks, infos } = await loadChecks(context)
  const waiversPath = settings.text('assess.waivers')
  const waivers = waiversPath === undefined ? [] : (await readWaivers(waiversPath, { language })).waivers
  const book = createWaiverBook({ waivers, checkIds: new Set(infos.map(({ id }) => id)), now })
  const options: AssessOptions = {
    targets: run.targets,
    checks,
    kernelProfile: builtinKernelProfile,
    anck,
    waivers: book,
    now,
  }
  const summary = createSummary({ targets: run.targets, anck })
  const head: AssessmentHead = {
    schema: 'assessment/v1',
    tool: { name: 'osferry', version },
    createdAt: now,
    targets: [...run.targets],
    checks: [...infos],
  }
  const scope = await scopeOf(context)
  await ensureStateDirectory(settings.required('state'))
  const file = await createAssessmentFile(assessmentPath(context), head)
  try {
    run.onHead(head)
    for await (const input of hostsInScope(context, scope)) {
      run.signal.throwIfAborted()
      const host = assessHost(input, options)
      summary.add(host)
      await file.host(host)
      await run.onHost(host)
    }
    const end: AssessmentEnd = { waivers: book.report(), summary: summary.result() }
    if (end.summary.hosts === 0) throw nothingToJudge(context)
    await file.end(end)
    return end
  } catch (error) {
    await file.abandon()
    throw error
  }
}

/** Hosts of the inventory by name; null when there is no inventory and the facts alone say which hosts there are. */
type Scope = ReadonlyMap<string, ResolvedHost> | null

async function scopeOf(context: CommandContext): Promise<Scope> {
  const { settings } = context
  const named = settings.all.get('inventory')?.origin.from !== 'default'
  if (!named && !existsSync(settings.required('inventory'))) return null
  return new Map((await loadAllHosts(context)).map((host) => [host.name, host]))
}

/** Facts and hosts without facts, merged in order of name; groups and labels are those of the inventory of today. */
async function* hostsInScope(context: CommandContext, scope: Scope): AsyncGenerator<HostFacts | MissingHost> {
  const selectorText = context.settings.text('selector')
  const selector = selectorText === undefined ? undefined : parseSelector(selectorText)
  const chosen = (host: HostFacts['host']): boolean => selector === undefined || selects(selector, host)
  const missing = [...(scope?.values() ?? [])].sort((a, b) => compare(a.name, b.name))
  let next = 0
  let strangers = 0
  for await (const facts of savedFacts(context, scope !== null)) {
    for (; next < missing.length && compare(missing[next]?.name ?? '', facts.host.name) < 0; next += 1) {
      const absent = missing[next]
      if (absent !== undefined && chosen(hostOf(absent))) yield { host: hostOf(absent), missing: true }
    }
    if (missing[next]?.name === facts.host.name) next += 1
    const known = scope?.get(facts.host.name)
    if (scope !== null && known === undefined) strangers += 1
    else {
      const host = known === undefined ? facts.host : hostOf(known)
      if (chosen(host)) yield { ...facts, host }
    }
  }
  for (const absent of missing.slice(next)) {
    if (chosen(hostOf(absent))) yield { host: hostOf(absent), missing: true }
  }
  if (strangers > 0)
    context.log.warn('facts of hosts that the inventory does not name were left out', { hosts: strangers })
}

async function* savedFacts(context: CommandContext, mayBeAbsent: boolean): AsyncGenerator<HostFacts> {
  const directory = factsDirectory(context)
  if (!existsSync(directory)) {
    if (mayBeAbsent) return
    throw nothingToJudge(context)
  }
  yield* readFacts(directory, { onWarning: (message) => context.log.warn(message) })
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
