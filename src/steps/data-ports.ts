import { z } from 'zod'
import type { PlannedNode } from '../model/plan.ts'
import type { Clock, Host } from '../model/ports.ts'

/** What a step knows of a host whose system this run may have replaced. */
export interface AfterReplacement {
  /** Token of the step that has replaced it last, by the journal of the run; undefined = the system is the one that was found. */
  replacedBy: string | undefined
  /** Told the fingerprint of a new host key that the run has accepted. */
  onNewKey: (fingerprint: string) => void
}

/** Connects to the hosts of a plan. */
export interface HostPort {
  /**
   * The connected host, proven to be the machine that the node is: throws HOST_IS_ANOTHER when another one answers, and
   * HOST_NOT_PROVEN when nobody can tell. The connection is kept for the run; it is not the caller's to close.
   */
  hostOf: (node: PlannedNode, signal: AbortSignal, after?: AfterReplacement) => Promise<Host>
}

/** Which machine a host is, and by whose word. */
export interface ProvenMachine {
  machineId: string | null
  /** `the node node-1`, `the facts of host-1`. */
  by: string
}

/** Proves which machine a host is, for a step that gives it another system. */
export interface MachinePort {
  /** Proven, and refused, as by `hostOf`; the connection is closed again: the system that has answered goes next. */
  machineOf: (node: PlannedNode, signal: AbortSignal, after?: AfterReplacement) => Promise<ProvenMachine>
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** An archive that is whole, as the journal remembers it. */
export const ParkedVolume = z.object({
  /** Id of the LocalData that it is. */
  source: z.string(),
  /** In the store: `RUN/NODE/VOLUME`. */
  id: z.string(),
  /** Of the stored bytes, and of the list of its entries. */
  sha256,
  manifestSha256: sha256,
  entries: z.int().min(0),
  files: z.int().min(0),
  bytes: z.int().min(0),
})
export type ParkedVolume = z.infer<typeof ParkedVolume>

/** A directory of a host that is to be archived. */
export interface VolumeToPark {
  /** As the plan names it. */
  store: string
  run: string
  node: string
  source: string
  path: string
  /** Another one gives another archive: what an earlier try of the same node has archived may be old. */
  token: string
}

/** How an archive is made. */
export interface ParkChoices {
  host: Host
  /** Rather this one; the best that the host has when it has not. */
  compression: 'zstd' | 'gzip' | 'none'
  bytesPerSecond: number | undefined
  onProgress: (progress: { storedBytes: number; entries: number }) => void
}

/** An archive, and where it belongs. */
export interface VolumeToRestore {
  store: string
  volume: ParkedVolume
  host: Host
  /** Absolute path on the host. */
  target: string
}

/** What differs between an archive and the directory that it was made of. */
export interface ParkedChange {
  /** Null = there is no directory any more. */
  now: { entries: number; bytes: number } | null
  was: { entries: number; bytes: number }
  /** Below the directory; a few of them, and none when what is gone, or a directory, is all that differs. */
  changed: readonly string[]
}

/** Archives of directories in the stores that plans name. Throws ARTIFACT_*, DATA_* and HOST_* errors. */
export interface ArchivePort {
  /** The archive when it is whole; throws ARTIFACT_DAMAGED for one that is not what its head says. */
  parked(volume: VolumeToPark, signal: AbortSignal): Promise<ParkedVolume | undefined>
  park(volume: VolumeToPark, choices: ParkChoices, signal: AbortSignal): Promise<ParkedVolume>
  /**
   * What of the directory was written, made or removed since it was archived, by the times of change on the host; no file is read.
   * Undefined = nothing; `untold` = its archive does not say how it was. Throws DATA_READ_FAILED when the host has not told in time.
   */
  changedSince(
    restore: VolumeToRestore,
    options: { seconds: number; signal: AbortSignal },
  ): Promise<ParkedChange | 'untold' | undefined>
  /**
   * What is at the target: `whole` = all of the archive and nothing else; `open` = nothing, or a restore of it that was begun.
   * Throws DATA_TARGET_REFUSED for anything else. Without `reads`, what was restored is believed to be whole still.
   */
  stateAt(
    restore: VolumeToRestore,
    options: { reads: boolean; signal: AbortSignal },
  ): Promise<'whole' | 'open'>
  /** Puts the archive back and reads all of it again. */
  restore(
    restore: VolumeToRestore,
    options: {
      bytesPerSecond: number | undefined
      onProgress: (progress: { phase: 'send' | 'verify'; storedBytes: number; entries: number }) => void
      signal: AbortSignal
    },
  ): Promise<void>
}

/** What steps about the data of a host are given. */
export interface DataStepPorts extends HostPort {
  archives: ArchivePort
  clock: Clock
}
