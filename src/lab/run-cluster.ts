import type { LabAnswer, LabCluster, LabMachines, LabRequest, LabWatch } from '../simulate/lab-cluster.ts'

/** A lab cluster whose time is that of the clock on the wall. */
export interface RunningCluster {
  handle(request: LabRequest): LabAnswer | LabWatch
  /** The machines; each call happens now. */
  machines: LabMachines
  /** Watches and pages of before are void, as after a restart of the API server. */
  forgetHistory(): void
  /** Time stands still from now on. */
  stop(): void
}

/** The longest that setTimeout can wait is 24 days; a look now and then costs nothing. */
const longestMs = 3_600_000

/** Lets a cluster that was made at `startAtMs` run in real time, on a clock that nobody can turn back. */
export function runCluster(cluster: LabCluster, startAtMs: number): RunningCluster {
  const beganMs = performance.now()
  let timer: NodeJS.Timeout | undefined
  let isOver = false

  function turn(): void {
    if (isOver) return
    const nowMs = startAtMs + (performance.now() - beganMs)
    const nextMs = cluster.advanceTo(nowMs)
    clearTimeout(timer)
    if (nextMs !== undefined) timer = setTimeout(turn, Math.min(longestMs, Math.max(0, nextMs - nowMs)))
  }

  /** What was done has consequences, which come after the answer. */
  function turnSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(turn, 0)
  }

  function now<Given extends readonly unknown[], Result>(
    act: (...given: Given) => Result,
  ): (...given: Given) => Result {
    return (...given) => {
      turn()
      try {
        return act(...given)
      } finally {
        if (!isOver) turnSoon()
      }
    }
  }

  const { machines } = cluster
  turn()
  return {
    handle: now((request) => cluster.handle(request)),
    machines: {
      addNode: now((node) => machines.addNode(node)),
      nodeDown: now((name) => machines.nodeDown(name)),
      nodeUp: now((name, system) => machines.nodeUp(name, system)),
      deleteNode: now((name) => machines.deleteNode(name)),
      setReady: now((name, isReady) => machines.setReady(name, isReady)),
    },
    forgetHistory: () => cluster.forgetHistory(),
    stop(): void {
      isOver = true
      clearTimeout(timer)
    },
  }
}
