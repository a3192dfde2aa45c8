import type { FactMap } from '../model/facts.ts'
import type { NodeView } from '../model/node-view.ts'
import { wipesDisk, type Target } from '../model/target.ts'
import { localDataOf, type FoundLocalData } from './local-data.ts'
import type { LocalVolume } from './local-volumes.ts'

/** A host as its data is looked for; `view` is null for one that is no node. */
export interface HostWithData {
  view: NodeView | null
  facts: FactMap
  target: Target
  /** Undefined = nobody looked at a cluster. */
  volumesOf: ((node: string) => LocalVolume[]) | undefined
}

/** What lives on a host only: the same when a plan is made, and when it is looked at again. */
export function dataOfHost({ view, facts, target, volumesOf }: HostWithData): FoundLocalData {
  const volumes = view === null ? [] : (volumesOf?.(view.name) ?? [])
  return localDataOf({ view, facts, volumes, wipesDisk: wipesDisk(target) })
}
