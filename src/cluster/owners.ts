import type { Controller } from '../model/cluster-parts.ts'

/** The controller at the top, and whether the way to it could be followed to its end. */
export interface TopOwner {
  owner: Controller
  resolved: boolean
}

/** Who owns the ReplicaSets and Jobs of a cluster; with many old revisions they are as many as the pods. */
export interface Owners {
  /** Remembers one object's controller, null when it has none. */
  add(uid: string, controller: Controller | null): void
  /** The Deployment behind a ReplicaSet, the CronJob behind a Job; other controllers are their own top. */
  top(direct: Controller): TopOwner
  readonly size: number
}

/** Kinds that are often made by another controller. */
const inBetween = new Set(['ReplicaSet.apps', 'Job.batch'])

export function createOwners(): Owners {
  const controllers = new Map<string, Controller | null>()
  // One object for all ReplicaSets of one Deployment.
  const shared = new Map<string, Controller>()
  return {
    get size(): number {
      return controllers.size
    },
    add(uid, controller): void {
      if (controller === null) return void controllers.set(uid, null)
      const known = shared.get(controller.uid) ?? controller
      shared.set(known.uid, known)
      controllers.set(uid, known)
    },
    top(direct): TopOwner {
      if (!inBetween.has(`${direct.kind}.${direct.group}`)) return { owner: direct, resolved: true }
      const above = controllers.get(direct.uid)
      if (above === undefined) return { owner: direct, resolved: false }
      return { owner: above ?? direct, resolved: true }
    },
  }
}
