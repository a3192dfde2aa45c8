import { cordonAnnotation } from '../model/cordon-annotation.ts'
import type { DrainNode } from '../model/drain-node.ts'
import type { DrainAttachment } from '../model/drain-volumes.ts'
import { cordonMark, type CordonOwner } from './cluster-cordon.ts'
import type { HeldLease } from './run-lease.ts'
import { volumesLeft } from './volumes-left.ts'
import { oldest, sortBlockers, type WhyBlocker, type WhyVolume } from './why-blockers.ts'
import type { WhyFacts } from './why-facts.ts'
import { podBlockers } from './why-pods.ts'

/** How the node itself is; undefined in a report when it could not be read. */
export interface WhyState {
  isReady: boolean
  /** ISO 8601; since when it is, or is not, ready. */
  readyChangedAt: string | undefined
  isCordoned: boolean
  /** ISO 8601, where the taint of the cordon has a time. */
  cordonedAt: string | undefined
  /** Whose cordon it is, when it is one of osferry. */
  mark: CordonOwner | undefined
  taints: readonly { text: string; since: string | undefined }[]
}

/** What blocks one node now; `lease` = the run of osferry that is at work, be it on this node or on another. */
export interface WhyReport {
  node: string
  state: WhyState | undefined
  lease: HeldLease | undefined
  /** Oldest first. */
  blockers: readonly WhyBlocker[]
}

const cordonTaint = 'node.kubernetes.io/unschedulable'

/** Judges one node by what was read; pure. */
export function whyNode(name: string, facts: WhyFacts, nowMs: number): WhyReport {
  const { budgets, around, unhealthy, lease } = facts
  const node = facts.nodes.get(name)
  const pods = facts.pods.filter((pod) => pod.node === name)
  const blockers = podBlockers({ node, pods, budgets, around, unhealthy, nowMs })
  const volumes = volumesOf(name, facts)
  const plain = { subject: '', pods: [], volumes: [], budget: undefined }
  if (volumes.length > 0)
    blockers.push({ ...plain, cause: 'volume', volumes, since: oldest(volumes.map(({ since }) => since)) })
  const state = node === undefined ? undefined : stateOf(node)
  if (state?.isReady === false) blockers.push({ ...plain, cause: 'not-ready', since: state.readyChangedAt })
  if (lease !== undefined && lease.holder !== state?.mark?.holder)
    blockers.push({ ...plain, cause: 'locked', subject: lease.holder, since: lease.since })
  return { node: name, state, lease, blockers: sortBlockers(blockers) }
}

function stateOf(node: DrainNode): WhyState {
  const { isReady, readyChangedAt, isUnschedulable, taints, annotations } = node
  const found = cordonMark(annotations[cordonAnnotation])
  const mark = found === undefined ? undefined : { run: found.run, holder: found.holder, at: found.at }
  const taint = taints.find(({ text }) => text.startsWith(cordonTaint))
  return {
    isReady,
    readyChangedAt,
    isCordoned: isUnschedulable,
    cordonedAt: isUnschedulable ? (mark?.at ?? taint?.since) : undefined,
    // Without a cordon the mark says nothing of now: somebody has uncordoned the node.
    mark: isUnschedulable ? mark : undefined,
    taints: taints.filter(({ text }) => !text.startsWith(cordonTaint)),
  }
}

/** Volumes that stay although no pod that is still there has them. */
function volumesOf(name: string, facts: WhyFacts): WhyVolume[] {
  const { around, attachments } = facts
  const here = attachments.filter(({ node }) => node === name)
  const staying = facts.pods.filter(
    ({ node, phase, deletionTimestamp }) =>
      node === name && (deletionTimestamp !== undefined || (phase !== 'Succeeded' && phase !== 'Failed')),
  )
  // Which volumes belong to these pods is not known then, and the gap is told.
  if (around.volumes.length === 0 && staying.some(({ claims }) => claims.length > 0)) return []
  const onNode = facts.nodes.get(name)?.volumes ?? []
  const left = volumesLeft({ node: name, attachments: here, onNode, staying, volumes: around.volumes })
  return left.map((volume) => {
    const known = here.find((attachment): attachment is DrainAttachment =>
      [attachment.volume, attachment.uniqueName, attachment.name].includes(volume),
    )
    return {
      volume,
      attachment: known?.name ?? '',
      claim: around.volumes.find(({ name }) => name === volume)?.claim ?? '',
      since: known?.since,
      isDetaching: known?.isDetaching ?? false,
      error: known?.detachError,
    }
  })
}
