import { assessHost } from '../assess/assess-host.ts'
import type { MissingHost } from '../assess/assess-host.ts'
import { createWaiverBook } from '../assess/waive.ts'
import { hostLine } from '../inventory/assessment-file.ts'
import { readFactsFile } from '../inventory/facts-store.ts'
import { builtinKernelProfile } from '../kernel/profiles.ts'
import type { Finding, HostAssessment, TargetAssessment } from '../model/assessment.ts'
import { isMigrationError, type MigrationError } from '../model/errors.ts'
import type { HostFacts, HostFailure } from '../model/facts.ts'
import type { NodeInput } from '../model/node-view.ts'
import { parseSelector, selects } from '../model/selector.ts'
import type { Target } from '../model/target.ts'
import type { Waiver } from '../model/waivers.ts'
import { loadChecks } from './load-checks.ts'

/** What judging needs; plain data, so that it can be handed to a thread. */
export interface JudgeSetup {
  targets: readonly Target[]
  anck: '4.19' | '5.10'
  /** ISO 8601 UTC. */
  now: string
  waivers: readonly Waiver[]
  /** Hosts to judge; undefined = all. */
  selector: string | undefined
  /** Directory of a team's own checks. */
  checksDirectory: string | undefined
  /** Whether there is a snapshot of the cluster: without one no check of a node is run. */
  withCluster: boolean
  /** Whether enough hosts follow to compile the facts' schema. */
  manyHosts: boolean
}

/** One host: its facts file, seen as the inventory of today describes it (if it does), or nothing but its name. */
export type JudgeJob = (
  | { path: string; name: string; host?: HostFacts['host'] | undefined }
  | MissingHost
) & {
  /** What the snapshot of the cluster knows about the host. */
  node?: NodeInput | undefined
}

/** What the totals need of a host's assessment. */
export interface HostDigest {
  host: Pick<HostAssessment['host'], 'name'>
  facts: Pick<HostAssessment['facts'], 'status' | 'failure'>
  targets: readonly TargetDigest[]
}

export interface TargetDigest extends Pick<TargetAssessment, 'target' | 'verdict' | 'counts'> {
  findings: readonly Pick<Finding, 'key' | 'status' | 'severity'>[]
}

export interface Judged {
  /** The host's record in the assessment file, UTF-8, with its line end. */
  line: Uint8Array
  digest: HostDigest
  /** Waivers that covered something here, by their place in the file; once for each target. */
  waiversUsed: readonly number[]
}

/** Judges one host; undefined when the selector leaves it out. Facts that cannot be read are a failure of the host. */
export type Judge = (job: JudgeJob) => Promise<Judged | undefined>

/** A judge in this thread. Throws what loading checks and reading selectors throws. */
export async function createJudge(setup: JudgeSetup): Promise<Judge> {
  const { targets, anck, now, waivers } = setup
  const { checks: all, infos } = await loadChecks(setup.checksDirectory)
  const checks = setup.withCluster ? all : all.filter(({ lists }) => lists === undefined)
  const book = createWaiverBook({ waivers, checkIds: new Set(infos.map(({ id }) => id)), now })
  const selector = setup.selector === undefined ? undefined : parseSelector(setup.selector)
  const encoder = new TextEncoder()
  return async (job) => {
    const input = await read(job, setup.manyHosts)
    if (selector !== undefined && !selects(selector, input.host)) return undefined
    const waiversUsed: number[] = []
    const use = (index: number): void => void waiversUsed.push(index)
    const host = assessHost(input, {
      targets,
      checks,
      kernelProfile: builtinKernelProfile,
      anck,
      waivers: { ...book, use },
      node: job.node,
      now,
    })
    return { line: encoder.encode(hostLine(host)), digest: digestOf(host), waiversUsed }
  }
}

async function read(job: JudgeJob, manyHosts: boolean): Promise<HostFacts | MissingHost> {
  if ('missing' in job) return job
  try {
    const facts = await readFactsFile(job.path, { compile: manyHosts })
    return job.host === undefined ? facts : { ...facts, host: job.host }
  } catch (error) {
    if (!isMigrationError(error)) throw error
    const host = job.host ?? { name: job.name, address: job.name, groups: [], labels: {} }
    return { host, missing: true, failure: failureOf(error, host.name) }
  }
}

function failureOf({ code, message, hint }: MigrationError, host: string): HostFailure {
  const again = `read the host again: osferry collect -l host=${host}`
  return { code, message, hint: code === 'DOCUMENT_NEWER' ? (hint ?? again) : again }
}

/** True when the host's facts file is there and cannot be read. */
export function isUnreadable({ failure }: Pick<HostDigest['facts'], 'failure'>): boolean {
  return failure?.code.startsWith('DOCUMENT_') === true
}

function digestOf({ host, facts, targets }: HostAssessment): HostDigest {
  return {
    host: { name: host.name },
    facts: { status: facts.status, ...(facts.failure === undefined ? {} : { failure: facts.failure }) },
    targets: targets.map(({ target, verdict, counts, findings }) => ({
      target,
      verdict,
      counts,
      findings: findings.map(({ key, status, severity }) => ({ key, status, severity })),
    })),
  }
}
