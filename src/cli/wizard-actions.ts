import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { homedir } from 'node:os'
import { ensureStateDirectory, writeFileAtomically } from '../inventory/atomic-file.ts'
import { discoverSources } from '../inventory/discover.ts'
import { importInventory } from '../inventory/import.ts'
import type { ImportSource } from '../inventory/import.ts'
import { loadInventory } from '../inventory/load.ts'
import { renderInventory } from '../inventory/render.ts'
import type { AssessmentHead } from '../inventory/assessment-file.ts'
import type { FactSet } from '../model/collector.ts'
import type { Fleet, FleetRun, HostResult, HostSource, WizardActions } from '../wizard/actions.ts'
import type { FleetEvent } from './collect-fleet.ts'
import { collectOverSsh, probeOverSsh } from './collect-session.ts'
import type { CollectRun } from './collect-session.ts'
import { withSetting } from './config.ts'
import type { ReportFormat } from './config-schema.ts'
import { completeHosts } from './complete-hosts.ts'
import type { CommandContext } from './context.ts'
import { documentTime } from './document-time.ts'
import { runAssessment } from './assess-run.ts'
import { errorWords } from './error-words.ts'
import { loadAllHosts, loadHosts } from './load-hosts.ts'
import { createWizardCluster } from './wizard-cluster.ts'
import { equivalentCommand } from './wizard-command.ts'
import { createWizardMove } from './wizard-move.ts'
import { addWaiver, waiversPath } from './wizard-waivers.ts'
import { clearSession, readSession, saveSession } from './wizard-session-file.ts'
import type { Severity } from '../model/target.ts'
import { inLanguage, type Language } from '../model/text.ts'
import { readReport, reportFileNames, writeReportFile } from './write-reports.ts'
import { assessmentPath } from './state-paths.ts'

/** What the wizard can do, done by the same code as the commands. */
export function createWizardActions(given: CommandContext): WizardActions {
  let context = given
  const speak = (language: Language): void => {
    context = { ...context, language, say: (text) => inLanguage(text, language) }
  }
  const move = createWizardMove(() => context)
  return {
    ...move,
    ...createWizardCluster(() => context),
    speak,
    errorWords,
    discover: () => discoverSources({ directory: given.cwd, home: given.env['HOME'] ?? homedir() }),
    async load(source, { signal }): Promise<Fleet> {
      const wanted = { ...context, settings: given.settings }
      const { inventoryPath, notes } = await inventoryFrom(wanted, source, signal)
      context = { ...context, settings: withSetting(given.settings, 'inventory', inventoryPath) }
      const hosts = await loadHosts(context)
      return {
        inventoryPath,
        hosts: hosts.map(({ name, groups, labels }) => ({ name, groups, labels })),
        notes,
      }
    },
    testAccess: (run) => workOn(context, run, probeOverSsh),
    collect: (run) => workOn(context, run, collectOverSsh),
    async collected() {
      const set = context.settings.required('collect.set') as FactSet
      return await completeHosts(context, await loadAllHosts(context), set)
    },
    async assess(run) {
      let head: Pick<AssessmentHead, 'createdAt' | 'checks' | 'selector' | 'inventoryHosts' | 'cluster'> = {
        createdAt: context.clock.now(),
        checks: [],
      }
      const end = await runAssessment(withWaivers(context), {
        targets: run.targets,
        signal: run.signal,
        onHead(record): void {
          head = record
        },
        onHost: (_digest, whole) => run.onHost(whole()),
      })
      const { createdAt, checks, selector, inventoryHosts, cluster } = head
      return {
        createdAt,
        checks,
        byTarget: end.summary.byTarget,
        ...(selector === undefined ? {} : { selector }),
        ...(inventoryHosts === undefined ? {} : { inventoryHosts }),
        ...(cluster === undefined ? {} : { cluster }),
      }
    },
    writeReports: ({ signal }) => writeAll(context, signal),
    addWaiver: (waiver) => addWaiver(context, waiver),
    readSession: () => readSession(context),
    saveSession: (session) => saveSession(context, session),
    clearSession: () => clearSession(context),
    command: (choices) => {
      const { wish } = choices
      const selector = wish === undefined ? undefined : move.selectorOf(wish)
      return equivalentCommand({ ...context, settings: given.settings }, choices, selector)
    },
    now: () => context.clock.now(),
  }
}

async function inventoryFrom(
  context: CommandContext,
  source: Pick<HostSource, 'kind' | 'path'>,
  signal: AbortSignal,
): Promise<Pick<Fleet, 'inventoryPath' | 'notes'>> {
  const { settings, cwd, env } = context
  const path = resolve(cwd, source.path.replace(/^~(?=\/)/, env['HOME'] ?? homedir()))
  if (source.kind === 'inventory') {
    await loadInventory(path, { language: context.language })
    return { inventoryPath: path, notes: [] }
  }
  const wanted: ImportSource = { kind: source.kind, path }
  const { inventory, notes } = await importInventory([wanted], { signal })
  // An inventory that somebody wrote is never replaced from here.
  ensureStateDirectory(settings.required('state'))
  const own = settings.required('inventory')
  const inventoryPath = existsSync(own) ? join(settings.required('state'), 'inventory.yaml') : own
  await writeFileAtomically(
    inventoryPath,
    renderInventory(inventory, { comment: [`Imported from ${source.path}.`] }),
  )
  return { inventoryPath, notes: notes.map(({ text }) => text) }
}

/** On abort it rejects with the signal's reason; what was complete by then has been saved. */
async function workOn(
  context: CommandContext,
  run: FleetRun,
  work: (context: CommandContext, run: CollectRun) => Promise<string[]>,
): Promise<HostResult[]> {
  const wanted = new Set(run.hosts)
  const hosts = (await loadAllHosts(context)).filter(({ name }) => wanted.has(name))
  const results: HostResult[] = []
  const counts = { total: hosts.length, complete: 0, partial: 0, failed: 0 }
  const running = new Set<string>()
  await work(context, {
    hosts,
    set: context.settings.required('collect.set') as FactSet,
    prompter: run.prompter,
    stop: run.signal,
    signal: run.signal,
    onEvent(event): void {
      if (event.event === 'started') running.add(event.host)
      else {
        running.delete(event.host)
        counts[event.summary.status] += 1
        results.push(resultOf(event))
      }
      run.onProgress({ ...counts, running: [...running].slice(0, 6) })
    },
  })
  run.signal.throwIfAborted()
  return results
}

function resultOf({ host, summary }: FleetEvent & { event: 'finished' }): HostResult {
  const { status, failure, collection } = summary
  if (status === 'failed') return { host, status, ...(failure === undefined ? {} : { failure }) }
  return { host, status, privilege: collection.privilege, ...(failure === undefined ? {} : { failure }) }
}

/** Risks accepted on the way count from the next assessment on. */
function withWaivers(context: CommandContext): CommandContext {
  const path = waiversPath(context)
  if (!existsSync(path)) return context
  return { ...context, settings: withSetting(context.settings, 'assess.waivers', path) }
}

async function writeAll(
  context: CommandContext,
  signal: AbortSignal,
): Promise<{ path: string; format: string }[]> {
  const { settings } = context
  const language = (settings.text('report.lang') ?? context.language) as Language
  const made = await readReport(assessmentPath(context), documentTime(context))
  const failOn = settings.required('assess.failOn') as Severity | 'never'
  const written: { path: string; format: string }[] = []
  for (const format of Object.keys(reportFileNames) as ReportFormat[]) {
    signal.throwIfAborted()
    const path = join(settings.required('report.dir'), reportFileNames[format])
    await writeReportFile(made, { format, path }, { language, failOn })
    written.push({ path, format })
  }
  return written
}
