import type { LocalData } from '../model/data-decision.ts'
import { rewritesDisk } from '../model/plan.ts'
import { wipesDisk } from '../model/target.ts'
import type { FoundLocalData } from './local-data.ts'
import { dataOfHost } from './data-of-host.ts'
import { isOffSystemDisk } from './data-path.ts'
import { decideData } from './decide-data.ts'
import type { PlanHost, PlanRequest } from './make-plan.ts'

/** The data of a host with what becomes of each piece, and what nobody could tell about it. */
export interface DecidedData {
  data: LocalData[]
  unknown: FoundLocalData['unknown']
}

/** What the plan decides about everything that lives on a host only. */
export function decidedData(
  host: PlanHost,
  request: Pick<PlanRequest, 'cluster' | 'options' | 'playbook'>,
): DecidedData {
  const { target } = request.playbook.playbook
  const facts = host.facts?.facts ?? {}
  const found = foundData(host, request)
  const data = decideData(found.data, {
    host: host.assessment.host.name,
    target,
    rules: request.options.data,
    isRewrittenOnWayBack: rewritesDisk(request.options.rollback.means),
    isOffSystemDisk: (path) => isOffSystemDisk(path, facts),
  })
  return { data, unknown: found.unknown }
}

/** What lives on the host only, and what nobody could tell about it. */
function foundData(
  { assessment, facts, view }: PlanHost,
  { cluster, playbook }: Pick<PlanRequest, 'cluster' | 'playbook'>,
): FoundLocalData {
  const { target } = playbook.playbook
  const found = dataOfHost({ view, facts: facts?.facts ?? {}, target, volumesOf: cluster?.volumesOf })
  const gaps = cluster?.snapshot.gaps.filter(({ list }) => dataLists.includes(list)) ?? []
  if (view === null || gaps.length === 0 || !wipesDisk(target)) return found
  const text = {
    en: `the snapshot is not whole (${gaps[0]?.message ?? ''}): what ${assessment.host.name} holds is not known`,
    zh: `快照不完整（${gaps[0]?.message ?? ''}）：无法确定 ${assessment.host.name} 上有哪些数据`,
  }
  return { ...found, unknown: [...found.unknown, { kind: null, text }] }
}

const dataLists: readonly string[] = ['nodes', 'pods', 'claims', 'volumes']
