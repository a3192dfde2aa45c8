import type { LocalData } from '../model/data-decision.ts'
import type { DataRule } from '../model/data-rules.ts'
import type { FactMap } from '../model/facts.ts'
import type { NodeView } from '../model/node-view.ts'
import { rewritesDisk, type PlannedNode, type RollbackMeans } from '../model/plan.ts'
import { wipesDisk, type Target } from '../model/target.ts'
import type { Text } from '../model/text.ts'
import { isOffSystemDisk } from './data-path.ts'
import { decideData } from './decide-data.ts'
import { localDataOf, type FoundLocalData } from './local-data.ts'
import type { PlanHost, PlanRequest } from './make-plan.ts'

/** A host as its data is decided about; `view` is null for one that is no node. */
export interface DataHost {
  name: string
  facts: FactMap
  view: NodeView | null
}

/** On what decisions about data rest, beside the host. */
export interface DataBasis {
  target: Target
  rules: readonly DataRule[]
  /** Undefined = nobody has chosen the way back yet. */
  means: RollbackMeans | undefined
  /** Undefined = nobody looked at a cluster. */
  cluster: Pick<NonNullable<PlanRequest['cluster']>, 'snapshot' | 'volumesOf'> | undefined
}

/** The data of a host with what becomes of each piece, and what nobody could tell about it, and nobody has accepted. */
export interface DecidedData {
  data: LocalData[]
  unknown: Text[]
}

/** What the plan decides about everything that lives on a host only. */
export function decidedData(
  { assessment, facts, view }: PlanHost,
  { cluster, options, playbook }: Pick<PlanRequest, 'cluster' | 'options' | 'playbook'>,
): DecidedData {
  const host = { name: assessment.host.name, facts: facts?.facts ?? {}, view }
  const { target } = playbook.playbook
  return decideHost(host, { target, rules: options.data, means: options.rollback.means, cluster })
}

/** The same when a plan is made, and when it is looked at again. */
export function decideHost(host: DataHost, basis: DataBasis): DecidedData {
  const { name, facts } = host
  const { target, rules, means } = basis
  const isRewrittenOnWayBack = means !== undefined && rewritesDisk(means)
  const isWritten = wipesDisk(target) || isRewrittenOnWayBack
  const found = foundData(host, { basis, isWritten })
  const data = decideData(found.data, {
    host: name,
    target,
    rules,
    isRewrittenOnWayBack,
    isOffSystemDisk: (path) => isOffSystemDisk(path, facts),
  })
  const accepted = rules
    .filter(({ acceptUnknown, hosts }) => acceptUnknown === true && (hosts?.includes(name) ?? true))
    .map(({ kind }) => kind)
  const open = found.unknown.filter(({ kind }) => kind === null || !accepted.includes(kind))
  return { data, unknown: open.map(({ text }) => text) }
}

/** Something is there that the plan of the node does not know, or for which it would decide otherwise now. */
export function isDecidedOtherwise({ data }: Pick<PlannedNode, 'data'>, now: DecidedData): boolean {
  const planned = new Map(data.map(({ id, action }) => [id, action]))
  return now.unknown.length > 0 || now.data.some(({ id, action }) => planned.get(id) !== action)
}

/** What lives on the host only, and what nobody could tell about it. */
function foundData(
  { name, facts, view }: DataHost,
  { basis: { target, cluster }, isWritten }: { basis: DataBasis; isWritten: boolean },
): FoundLocalData {
  const volumes = view === null ? [] : (cluster?.volumesOf(view.name) ?? [])
  const found = localDataOf({ view, facts, volumes, wipesDisk: wipesDisk(target), isWritten })
  const gaps = cluster?.snapshot.gaps.filter(({ list }) => dataLists.includes(list)) ?? []
  if (view === null || gaps.length === 0 || !isWritten) return found
  const text = {
    en: `the snapshot is not whole (${gaps[0]?.message ?? ''}): what ${name} holds is not known`,
    zh: `快照不完整（${gaps[0]?.message ?? ''}）：无法确定 ${name} 上有哪些数据`,
  }
  return { ...found, unknown: [...found.unknown, { kind: null, text }] }
}

const dataLists: readonly string[] = ['nodes', 'pods', 'claims', 'volumes']
