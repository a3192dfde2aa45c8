import type { DrainPod } from '../model/drain-pod.ts'

/** Who has come to a node that is drained, and come again. */
export interface PodComings {
  /**
   * Called once for each pod that is there or comes. True for one of a controller whose pods come back: at all once the node is
   * `isSettled`, and before that more often than a scheduler explains that has not seen the cordon yet.
   */
  comesBack(pod: Pick<DrainPod, 'controller'>, isSettled: boolean): boolean
  /** It is sent away. */
  sent(pod: Pick<DrainPod, 'controller'>): void
}

/** Pods of one controller. */
interface Comings {
  /** There before the first of them was sent away. */
  first: number
  isSent: boolean
  /** Come since. */
  back: number
}

/** Whatever was there may come again once, and a few may twice. */
const mostBack = ({ first }: Comings): number => first + 5

export function createPodComings(): PodComings {
  /** By the uid of the controller. */
  const owners = new Map<string, Comings>()
  return {
    comesBack({ controller }, isSettled): boolean {
      if (controller === undefined) return false
      const known = owners.get(controller.uid) ?? { first: 0, isSent: false, back: 0 }
      owners.set(controller.uid, known)
      if (known.isSent) known.back += 1
      else known.first += 1
      return known.isSent && (isSettled || known.back > mostBack(known))
    },
    sent({ controller }): void {
      const known = owners.get(controller?.uid ?? '')
      if (known !== undefined) known.isSent = true
    },
  }
}
