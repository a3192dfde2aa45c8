import { isBelow } from './space-of-path.ts'

/** Nothing that is kept: ways to talk to the node. */
const notData = ['/proc', '/sys', '/dev', '/run', '/var/run'] as const
const notDataTypes = new Set(['Socket', 'CharDevice', 'BlockDevice'])

/** True for a hostPath volume in which a pod may leave data on its node. */
export function isHostPathData(volume: {
  kind: string
  claim?: string | undefined
  path?: string | undefined
  hostPathType?: string | undefined
  readOnly?: boolean | undefined
}): boolean {
  const { kind, claim, path, hostPathType, readOnly } = volume
  if (kind !== 'hostPath' || claim !== undefined || path === undefined || readOnly === true) return false
  return !notDataTypes.has(hostPathType ?? '') && holdsData(path)
}

/** False below the directories of a system that end with it. */
export function holdsData(path: string): boolean {
  return !notData.some((directory) => isBelow(path, directory))
}
