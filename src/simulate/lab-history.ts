import type { LabObject } from './lab-object.ts'

/** One change of one object. Of a deletion `object` and `before` are the last state, with the version of the deletion. */
export interface LabChange {
  version: number
  object: LabObject
  before: LabObject | undefined
  after: LabObject | undefined
}

/** The last changes of one resource, and who follows them. */
export interface LabHistory {
  add(change: LabChange): void
  /** Changes after a version; undefined when it is too old to know them all. */
  since(version: number): readonly LabChange[] | undefined
  /** The oldest version to go on from. */
  oldest(): number
  follow(follower: (change: LabChange) => void): () => void
  forget(version: number): void
}

/** As many changes as a watch may be behind: of large objects 10,000 would be most of the memory of a large lab. */
const most = 2000

export function createLabHistory(version: number): LabHistory {
  const changes: LabChange[] = []
  const followers = new Set<(change: LabChange) => void>()
  let oldest = version

  function drop(count: number): void {
    oldest = changes[count - 1]?.version ?? oldest
    changes.splice(0, count)
  }

  return {
    add(change): void {
      changes.push(change)
      // Some at a time: taking one from the front of a long list costs all of it.
      if (changes.length > 1.2 * most) drop(changes.length - most)
      for (const follower of followers) follower(change)
    },
    since(version): readonly LabChange[] | undefined {
      if (version < oldest) return undefined
      return changes.slice(firstAfter(changes, version))
    },
    oldest: () => oldest,
    follow(follower): () => void {
      followers.add(follower)
      return () => void followers.delete(follower)
    },
    forget(version): void {
      changes.length = 0
      oldest = version
    },
  }
}

/** Versions only grow. */
function firstAfter(changes: readonly LabChange[], version: number): number {
  let [low, high] = [0, changes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((changes[middle]?.version ?? 0) <= version) low = middle + 1
    else high = middle
  }
  return low
}
