import type { LocalData } from './data-decision.ts'
import { isMountedForPods } from './made-again.ts'
import { isBelow } from './space-of-path.ts'

/** Paths of data that goes another way than staying where it is. */
export function decidedOtherwise(data: readonly Pick<LocalData, 'action' | 'path'>[]): string[] {
  return data.flatMap(({ action, path }) =>
    path !== null && action !== null && action !== 'preserve' ? [path] : [],
  )
}

/** True for what is mounted below a preserved path and belongs to it: not for pods, nor below what was decided otherwise. */
export function isKeptMount(at: string, otherwise: readonly string[]): boolean {
  return !isMountedForPods(at) && !otherwise.some((other) => isBelow(at, other))
}
