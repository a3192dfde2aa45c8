import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readAssessment } from '../inventory/assessment-file.ts'
import { factsFileName, readFactsFile } from '../inventory/facts-store.ts'
import type { HostAssessment } from '../model/assessment.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import type { HostFacts } from '../model/facts.ts'
import { parseSelector, selects } from '../model/selector.ts'
import type { PlanHost } from '../plan/make-plan.ts'
import type { CommandContext } from './context.ts'
import type { PlanCluster } from './plan-cluster.ts'
import { assessmentPath, factsDirectory, shortPath } from './state-paths.ts'

/** The assessed hosts that `-l` chooses, each with its facts and its node. Throws SELECTOR_EMPTY when there is none. */
export async function planHosts(
  context: CommandContext,
  cluster: PlanCluster | undefined,
): Promise<PlanHost[]> {
  const text = context.settings.text('selector')
  const selector = text === undefined ? undefined : parseSelector(text)
  const hosts: PlanHost[] = []
  for await (const assessment of assessedHosts(context)) {
    const { host } = assessment
    if (selector !== undefined && !selects(selector, host)) continue
    const node = cluster?.nodeOf(host.name)
    const view = (node === undefined ? undefined : cluster?.views(node)) ?? null
    hosts.push({ assessment, facts: await factsOf(context, host.name), view })
  }
  if (hosts.length > 0) return hosts
  throw new MigrationError(
    'SELECTOR_EMPTY',
    `no assessed host${text === undefined ? '' : ` matches ${text}`}`,
    {
      hint: 'osferry inventory list -o wide shows groups and labels; osferry assess judges new hosts',
    },
  )
}

/** Every host of the saved assessment; throws DOCUMENT_NOT_FOUND when there is none. */
export async function* assessedHosts(context: CommandContext): AsyncGenerator<HostAssessment> {
  const path = assessmentPath(context)
  if (!existsSync(path)) {
    throw new MigrationError('DOCUMENT_NOT_FOUND', `there is no assessment: ${shortPath(context, path)}`, {
      hint: 'judge the hosts first: osferry collect, then osferry assess',
    })
  }
  for await (const record of readAssessment(path)) {
    context.signal.throwIfAborted()
    if (record.record !== 'host') continue
    const { record: _record, ...host } = record
    yield host
  }
}

/** Null when there are none, or they cannot be read: the plan leaves such a host out and says so. */
export async function factsOf(context: CommandContext, host: string): Promise<HostFacts | null> {
  const path = join(factsDirectory(context), factsFileName(host))
  if (!existsSync(path)) return null
  try {
    return await readFactsFile(path, { compile: true })
  } catch (error) {
    if (!isMigrationError(error)) throw error
    context.log.warn(error.message, { host })
    return null
  }
}
