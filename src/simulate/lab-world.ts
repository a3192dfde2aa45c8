import type { LabKindTable } from './lab-kind-table.ts'
import type { LabRandom } from './lab-random.ts'
import type { LabStore } from './lab-store.ts'
import type { LabTimers } from './lab-timers.ts'

export interface LabSettings {
  /** Of the API server and, unless said otherwise, of kubelets; without a v. */
  version: string
  /** Controllers, scheduler and node lifecycle; without them only the API and the kubelets work. */
  controllers: boolean
  /** From binding, with volumes attached, to Ready. */
  startMs: number
  /** From SIGTERM to the end of a pod's programs, never longer than its grace. */
  stopMs: number
  /** From the end of a pod's programs to the report that its volumes are in use no more: up to ten seconds of a real kubelet. */
  unmountMs: number
  /** Without a word of its kubelet for so long a node counts as lost. */
  nodeGraceMs: number
  /** Provisioners of StorageClasses that make volumes in the lab; for others nobody answers. */
  provisioners: readonly string[]
}

/** What every part of the lab's cluster works with. */
export interface LabWorld {
  store: LabStore
  kinds: LabKindTable
  timers: LabTimers
  random: LabRandom
  settings: LabSettings
}
