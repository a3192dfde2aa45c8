/** The lab's time and what is to happen in it. It stands still until somebody calls `advanceTo`. */
export interface LabTimers {
  nowMs(): number
  /** Does the work when its time has come, in the order of times and, at one time, of calls. */
  after(ms: number, work: () => void): void
  /** Does the work of a key once before time goes on, however often it is asked for meanwhile. */
  soon(key: string, work: () => void): void
  /** Does what is due until then; the time of what is due next, undefined for nothing. */
  advanceTo(nowMs: number): number | undefined
}

interface Entry {
  atMs: number
  seq: number
  work: () => void
}

/** What is done at one time, and makes more to do at once, is a mistake of the lab after so many turns. */
const mostTurns = 1_000_000

export function createLabTimers(startMs: number): LabTimers {
  let now = startMs
  let seq = 0
  const heap: Entry[] = []
  const due = new Map<string, () => void>()

  function runDue(): void {
    let turns = 0
    while (due.size > 0) {
      for (const [key, work] of due) {
        due.delete(key)
        work()
        turns += 1
        if (turns > mostTurns) throw new Error(`the lab turns in a circle at ${key}`)
      }
    }
  }

  return {
    nowMs: () => now,
    after(ms, work): void {
      seq += 1
      push(heap, { atMs: now + Math.max(0, ms), seq, work })
    },
    soon: (key, work) => void due.set(key, work),
    advanceTo(nowMs): number | undefined {
      runDue()
      for (let next = heap[0]; next !== undefined && next.atMs <= nowMs; next = heap[0]) {
        pop(heap)
        now = Math.max(now, next.atMs)
        next.work()
        // What happens at one time has its consequences together: they cost once.
        if (heap[0]?.atMs !== next.atMs) runDue()
      }
      now = Math.max(now, nowMs)
      return heap[0]?.atMs
    },
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.seq < b.seq)
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length
  heap.push(entry)
  while (at > 0) {
    const up = (at - 1) >> 1
    const parent = heap[up]
    if (parent === undefined || !isBefore(entry, parent)) break
    heap[at] = parent
    at = up
  }
  heap[at] = entry
}

function pop(heap: Entry[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    const [a, b] = [heap[left], heap[left + 1]]
    if (a === undefined) break
    const child = b !== undefined && isBefore(b, a) ? b : a
    if (!isBefore(child, last)) break
    heap[at] = child
    at = child === a ? left : left + 1
  }
  heap[at] = last
}
