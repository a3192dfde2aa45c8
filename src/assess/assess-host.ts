import type { HostAssessment } from '../model/assessment.ts'
import type { AnyCheck } from '../model/check.ts'
import type { FactMap, HostFacts, HostFailure } from '../model/facts.ts'
import type { KernelLine, KernelProfile } from '../model/kernel.ts'
import type { NodeInput } from '../model/node-view.ts'
import type { Target } from '../model/target.ts'
import { judgeTarget } from './judge-target.ts'
import type { CheckResult } from './run-check.ts'
import type { WaiverBook } from './waive.ts'

/** A host for which there are no facts at all, with a failure when there is a file that cannot be read. */
export interface MissingHost {
  host: HostFacts['host']
  missing: true
  failure?: HostFailure
}

export interface AssessOptions {
  targets: readonly Target[]
  checks: readonly AnyCheck[]
  kernelProfile: (line: KernelLine, arch: string) => KernelProfile
  /** ANCK line that decides `anolis-anck`; the other one is judged beside it. */
  anck: '4.19' | '5.10'
  waivers: WaiverBook
  /** Of the host that is judged; left out when the cluster was not looked at. */
  node?: NodeInput | undefined
  /** Now, ISO 8601 UTC. */
  now: string
}

/** Judges one host for every target. Pure: the same facts, checks and time give the same answer. */
export function assessHost(input: HostFacts | MissingHost, options: AssessOptions): HostAssessment {
  const document = 'missing' in input ? undefined : input
  const facts = document?.facts ?? {}
  const { host } = input
  const { node } = options
  const shared = new Map<AnyCheck, CheckResult>()
  return {
    host: { name: host.name, address: host.address, groups: [...host.groups], labels: { ...host.labels } },
    facts: document === undefined ? noFacts(input) : describeFacts(document),
    system: describeSystem(facts, host.labels),
    targets: options.targets.map((target) =>
      judgeTarget({ host, document, facts, node, target, shared }, options),
    ),
  }
}

function noFacts({ failure }: { failure?: HostFailure | undefined }): HostAssessment['facts'] {
  const nothing = { set: null, collectedAt: null, privilege: null, gaps: [] }
  return failure === undefined ? { status: 'missing', ...nothing } : { status: 'failed', ...nothing, failure }
}

function describeFacts(document: HostFacts): HostAssessment['facts'] {
  return {
    status: document.status,
    set: document.collection.set,
    collectedAt: document.collection.finishedAt,
    privilege: document.collection.privilege,
    ...(document.failure === undefined ? {} : { failure: document.failure }),
    gaps: describeGaps(document.facts),
  }
}

/** What is not there and what is not whole: both are a part of the host that nobody looked at. */
function describeGaps(facts: FactMap): HostAssessment['facts']['gaps'] {
  return Object.entries(facts).flatMap(([fact, value]): HostAssessment['facts']['gaps'] => {
    if (value.status === 'unavailable') return [{ fact, reason: value.reason, message: value.message }]
    if (value.degraded === undefined) return []
    return [{ fact, reason: 'degraded', message: value.degraded }]
  })
}

function describeSystem(facts: FactMap, labels: HostFacts['host']['labels']): HostAssessment['system'] {
  const os = facts.osRelease?.status === 'ok' ? facts.osRelease.value : undefined
  const kernel = facts.kernel?.status === 'ok' ? facts.kernel.value : undefined
  return {
    os: os === undefined ? null : (os.releaseLine ?? os.prettyName ?? os.name),
    kernel: kernel?.release ?? null,
    arch: kernel?.arch ?? null,
    role: labels['role'] ?? roleOf(facts),
  }
}

function roleOf(facts: FactMap): string | null {
  // What could be a control plane is not called a worker.
  if (facts.kubeadm?.status !== 'ok') return null
  if (facts.kubeadm.value.role !== null) return facts.kubeadm.value.role
  return facts.kubelet?.status === 'ok' && facts.kubelet.value.installed ? 'worker' : null
}
