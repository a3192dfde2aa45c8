import type { HostAssessment } from '../model/assessment.ts'
import type { LocalData } from '../model/data-decision.ts'
import { durationTextMs } from '../model/duration-text.ts'
import type { HostFacts } from '../model/facts.ts'
import { isMoved, type NodeView } from '../model/node-view.ts'
import type { Plan, PlanInputs, PlannedNode, PlannedStep } from '../model/plan.ts'
import type { PlanOptions } from '../model/plan-options.ts'
import type { Playbook } from '../model/playbook.ts'
import { wipesDisk, type Target } from '../model/target.ts'
import type { Text } from '../model/text.ts'
import { whyNot } from './choose-host.ts'
import { decidedData } from './decided-data.ts'
import { machineReasons } from './machine-reasons.ts'
import type { localVolumes } from './local-volumes.ts'
import { planSteps } from './plan-steps.ts'
import { planInputs } from './plan-inputs.ts'
import { planWaves } from './plan-waves.ts'
import { sumEstimates, type MeasuredSteps } from './step-estimates.ts'
import type { WaveNode, WaveSnapshot } from './wave-request.ts'

/** One host that somebody wants to move, with all that is known about it. */
export interface PlanHost {
  assessment: HostAssessment
  /** Null when there are none, or they cannot be read. */
  facts: HostFacts | null
  /** Of its node; null when it is none, or when the snapshot does not say which. */
  view: NodeView | null
}

/** The Ignition configuration of a host, by its digest. */
export interface PlannedConfig {
  /** Without secrets, hex; undefined = it could not be made. */
  sha256: string | undefined
  reasons: readonly Text[]
}

export interface PlanRequest {
  version: string
  playbook: { playbook: Playbook & { target: Target }; sha256: string }
  options: PlanOptions & { rollback: NonNullable<PlanOptions['rollback']> }
  hosts: readonly PlanHost[]
  /** Undefined = nobody looked at a cluster. */
  cluster:
    | {
        snapshot: WaveSnapshot
        input: NonNullable<PlanInputs['cluster']>
        volumesOf: ReturnType<typeof localVolumes>
        /** Node of a host; undefined when the snapshot does not say. */
        nodeOf: (host: string) => string | undefined
        /** Of the node, in lower case; null when nobody knows. */
        machineIdOf: (node: string) => string | null
      }
    | undefined
  /** By host, for a playbook with `ignition.render`: digest of its configuration, or why there can be none. */
  configs?: ReadonlyMap<string, PlannedConfig>
  /** `YYYY-MM-DD` in UTC: a waiver that is over by then accepts nothing. */
  today: string
  /** Hex; node:crypto is no part of a pure core. */
  sha256: (text: string) => string
  measured?: MeasuredSteps
}

/** What the write bucket of the cluster port lets through. */
const evictionsPerSecond = 80
/** What a pod takes where nothing was measured: the default grace, and as long to become ready again. */
const podMs = 30_000

interface Candidate {
  host: PlanHost
  data: LocalData[]
  steps: PlannedStep[]
  reasons: Text[]
}

/** Makes the plan: the same request gives the same plan, in whatever order its lists are. */
export function makePlan(request: PlanRequest): Plan {
  const {
    options,
    cluster,
    playbook: { playbook, sha256 },
  } = request
  const candidates = request.hosts
    .map((host) => candidateOf(host, request))
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const able = new Map(
    candidates.filter(({ reasons }) => reasons.length === 0).map((one) => [nameOf(one), one]),
  )
  const waves = planWaves({
    cluster: cluster?.snapshot,
    hosts: [...able.values()].map(movedHost(playbook.target)),
    options: {
      maxUnavailable: shareOf(options.maxUnavailable, request.hosts.length),
      canary: { perClass: options.canary.perClass, soakMs: ms(options.canary.soak) },
      soakMs: ms(options.soak),
      zones: options.zones,
      order: options.order,
      controlPlane: options.controlPlane,
      controlPlaneOutage: options.controlPlaneOutage,
      noRoom: options.noRoom,
      evictions: { perSecond: evictionsPerSecond, replacementMs: podMs, terminationMs: podMs },
    },
  })
  const nodes = waves.nodes.map((node) => plannedNode(node, able.get(node.host), request))
  const planned = nodes.flatMap(({ host }) => able.get(host) ?? [])
  return {
    schema: 'plan/v1',
    tool: { name: 'osferry', version: request.version },
    playbook: { name: playbook.name, title: playbook.title, target: playbook.target },
    inputs: planInputs({
      hosts: planned.map(({ host: { assessment, facts } }) => ({
        host: assessment.host.name,
        facts,
        assessment,
      })),
      target: playbook.target,
      cluster: cluster?.input ?? null,
      playbook: { name: playbook.name, sha256 },
      today: request.today,
      sha256: request.sha256,
    }),
    limits: {
      maxUnavailable: waves.maxUnavailable,
      failureBudget: options.failureBudget,
      windows: options.windows.map(({ length, ...window }) => ({ ...window, lengthMs: ms(length) })),
      freezes: options.freezes,
    },
    ...(options.data.length === 0 ? {} : { dataRules: options.data }),
    nodes,
    waves: waves.waves,
    leftOut: [
      ...candidates
        .filter(({ reasons }) => reasons.length > 0)
        .map((one) => ({ host: nameOf(one), reasons: one.reasons })),
      ...waves.leftOut,
    ].sort(byHost),
    bounds: waves.bounds,
    estimate: waves.estimate,
  }
}

function candidateOf(host: PlanHost, request: PlanRequest): Candidate {
  const {
    options,
    playbook: { playbook },
  } = request
  const { name } = host.assessment.host
  const { data, unknown } = decidedData(host, request)
  const config = request.configs?.get(name)
  const { steps, reasons } = planSteps({
    playbook,
    options: options.with,
    data,
    isNode: host.view !== null,
    config: config?.sha256,
    amounts: {
      evictions: host.view?.pods.filter(isMoved).length ?? 0,
      parkedBytes: data
        .filter(({ kind, action }) => action === 'park' && kind !== 'images')
        .reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    },
    ...(request.measured === undefined ? {} : { measured: request.measured }),
  })
  const { acceptFindings } = options
  const choice = { target: playbook.target, acceptFindings, data, unknown, today: request.today }
  return {
    host,
    data,
    steps,
    reasons: [
      ...whyNot(host.assessment, choice),
      ...machineReasons(host, request),
      ...reasons,
      ...(config?.reasons ?? []),
    ],
  }
}

function movedHost(
  target: Target,
): (candidate: Candidate) => Parameters<typeof planWaves>[0]['hosts'][number] {
  return ({ host: { assessment, facts, view }, steps }) => {
    const { os, kernel, arch } = assessment.system
    const etcd = facts?.facts.etcd
    return {
      host: assessment.host.name,
      node: view?.name ?? null,
      estimate: sumEstimates(steps.map(({ estimate }) => estimate)),
      disk: wipesDisk(target) ? 'wiped' : 'kept',
      traits: [`os=${os ?? '?'}`, `kernel=${kernel ?? '?'}`, `arch=${arch ?? '?'}`],
      hasEtcd: etcd?.status === 'ok' && etcd.value.present,
    }
  }
}

function plannedNode(node: WaveNode, candidate: Candidate | undefined, request: PlanRequest): PlannedNode {
  if (candidate === undefined) throw new Error(`${node.host} was planned and not asked for`)
  const { target } = request.playbook.playbook
  const { means, acceptedBy = null } = request.options.rollback
  const { name, host, uid, role, zone, estimate } = node
  return {
    name,
    host,
    uid,
    role,
    zone,
    estimate,
    target,
    why: whyText(candidate.host.assessment, target),
    steps: candidate.steps,
    rollback: { means, acceptedBy },
    data: candidate.data,
  }
}

function whyText({ targets }: HostAssessment, target: Target): Text {
  const judged = targets.find((one) => one.target === target)
  const { verdict = 'UNKNOWN', confidence = 'F' } = judged ?? {}
  const open =
    judged?.findings.filter(({ status, severity }) => status === 'fail' && severity !== 'info').length ?? 0
  return {
    en: `asked for; judged ${verdict} for ${target} with confidence ${confidence}, open findings: ${open}`,
    zh: `按要求选择；针对 ${target} 评估为 ${verdict}，置信度 ${confidence}，未处理问题 ${open} 项`,
  }
}

/** A share is one of all hosts that were asked for. */
function shareOf(most: number | string, hosts: number): number {
  if (typeof most === 'number') return most
  return Math.max(1, Math.floor((Number(most.slice(0, -1)) * hosts) / 100))
}

function nameOf({ host }: Candidate): string {
  return host.assessment.host.name
}

function byHost(a: { host: string }, b: { host: string }): number {
  return a.host < b.host ? -1 : a.host > b.host ? 1 : 0
}

/** Checked by the schema of the options. */
function ms(text: string): number {
  return durationTextMs(text) ?? 0
}
