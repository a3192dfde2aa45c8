import type { FactName, FactValue, GapReason } from './facts.ts'

/** `basic` = what Ansible's setup gathers plus packages, units and modules; `full` = all but `rpm -Va`; `deep` = all. */
export const factSets = ['basic', 'full', 'deep'] as const
export type FactSet = (typeof factSets)[number]

/** What came back for one file that a collector asked for. Content is text with invalid UTF-8 replaced. */
export type FileAnswer =
  | { status: 'read'; text: string; truncated: boolean }
  | { status: 'missing' }
  | { status: 'denied' }
  | { status: 'failed'; message: string }

/** One path that was looked at, not read. `target` is what a link says (may dangle), null for anything else. */
export interface PathAnswer {
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  readonly sizeBytes: number
  readonly target: string | null
}

/** What a collector's `parse` gets. */
export interface CollectorInput {
  /** Output of its `script`; empty string when it has none. */
  readonly stdout: string
  readonly exitCode: number
  /** Path -> answer, for every fixed path asked for and every path a pattern matched. */
  readonly files: ReadonlyMap<string, FileAnswer>
  /** Paths in `files` that match a glob (`*` within one path segment), sorted. */
  readonly matching: (pattern: string) => readonly string[]
  /** The text of a fixed path; undefined when missing. Throws a FactGap when denied or failed. */
  readonly text: (path: string) => string | undefined
  /** Path -> what it is, for every existing path of `paths`, fixed or matched; a path that is not here does not exist. */
  readonly paths: ReadonlyMap<string, PathAnswer>
  /** Paths in `paths` that match a glob, sorted. */
  readonly pathsMatching: (pattern: string) => readonly string[]
  /** True when a directory above the path or pattern could not be looked into: not in `paths` says nothing then. */
  readonly hidden: (path: string) => boolean
  /** The first `limit` of a list; that there were more becomes a `degraded` note of the fact. `what` is plural. */
  readonly atMost: <T>(list: readonly T[], limit: number, what: string) => readonly T[]
  readonly privilege: 'root' | 'sudo' | 'user'
  /** Seconds since 1970 on the host when the script started. */
  readonly epochSeconds: number
  /** The same when the script ended; null when the answer does not say. */
  readonly endEpochSeconds: number | null
  /** Seconds since 1970 on the controller when the script was sent; null when read from a bundle. */
  readonly sentAtSeconds: number | null
  /** Seconds since 1970 on the controller when the answer arrived; null when read from a bundle. */
  readonly receivedAtSeconds: number | null
}

/** One fact: what to read on the host and how to parse it. Scripts are constant text: no value is ever put into one. */
export interface Collector<F extends FactName = FactName> {
  fact: F
  set: FactSet
  /** Evidence for people: the command or files a person would look at. */
  command: string
  /** Paths to read, with `*` patterns; all collectors' files are read in one pass. */
  files?: readonly string[]
  /** Paths whose existence, kind, size or link target matters (not their content); all are looked at in one pass. */
  paths?: readonly string[]
  /** POSIX sh for what files cannot say; collectors with the same text share one run. */
  script?: string
  /** Default 10 s. */
  timeoutMs?: number
  /** Default 1 MiB. */
  maxBytes?: number
  parse(input: CollectorInput): FactValue<F> | FactWithNote<FactValue<F>>
}

/** A good value with something missing, for example serial numbers without root. */
export interface FactWithNote<T> {
  value: T
  degraded: string
}

/** Thrown by `parse`: the fact is not there, and this is why. */
export class FactGap extends Error {
  readonly reason: GapReason
  constructor(reason: GapReason, message: string) {
    super(message)
    this.name = 'FactGap'
    this.reason = reason
  }
}

/** Types `parse` by `fact`. */
export function defineCollector<const F extends FactName>(collector: Collector<F>): Collector<F> {
  return collector
}
