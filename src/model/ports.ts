import type { ResolvedHost } from './inventory.ts'

/** What a remote program did. A lost connection is no result: `run` throws HOST_LOST then ("outcome unknown"). */
export interface RunResult {
  /** Exit status, or null when a signal ended the program. */
  exitCode: number | null
  signal: string | null
  stdout: Uint8Array
  stderr: Uint8Array
  /** Why the output stops early, when it does: the time or the byte limit was reached. */
  cut: 'timeout' | 'too-much-output' | null
  durationMs: number
}

export interface RunRequest {
  /** Program and arguments; quoting for the remote shell happens in the transport. */
  argv: readonly string[]
  /** Sent on stdin, then stdin is closed. */
  stdin?: string
  /** Run as root through sudo when the host's settings say so. */
  become?: boolean
  timeoutMs: number
  maxOutputBytes: number
  signal: AbortSignal
  onOutput?: (receivedBytes: number) => void
}

/** A program whose input and output are too large to be held: bytes go through as they come. */
export interface StreamRequest {
  argv: readonly string[]
  /** Given to the program as fast as it reads, then its stdin is closed; when left out it is closed at once. */
  stdin?: AsyncIterable<Uint8Array>
  /** Run as root through sudo when the host's settings say so. */
  become?: boolean
  /** For the whole program, the pauses of a slow reader included. */
  timeoutMs: number
  /** How long the host may move nothing while we wait for it. The pauses of our own reader or source do not count. */
  idleTimeoutMs: number
  maxStdoutBytes: number
  /** So much of the end of stderr is kept; what came before is forgotten. */
  keptStderrBytes: number
  signal: AbortSignal
}

/** How a program ended whose output was a stream. */
export interface StreamResult {
  exitCode: number | null
  signal: string | null
  stdoutBytes: number
  /** The end of what it said there; all of it when `stderrBytes` is no more. */
  stderr: Uint8Array
  stderrBytes: number
  durationMs: number
}

/** A program that runs. */
export interface HostStream {
  /**
   * To be read once. Who reads slowly holds the program back; who stops reading ends it. Throws what `done` rejects with, so
   * that a stream which was cut off is never taken for a whole one; the exit status is in `done` only.
   */
  stdout: AsyncIterable<Uint8Array>
  /**
   * Resolves when the program has ended, which it does only while somebody reads `stdout`. Rejects with HOST_LOST, HOST_TIMEOUT,
   * HOST_FLOODED, HOST_SUDO_*, what the signal says, or the error of the source that fed it.
   */
  done: Promise<StreamResult>
}

/** A connected host. */
export interface Host {
  readonly name: string
  /** The transport that reached it. */
  readonly via: 'ssh2' | 'openssh' | 'recording'
  /** `root` when commands run as root (directly or by sudo), else `user`. */
  readonly privilege: 'root' | 'sudo' | 'user'
  run(request: RunRequest): Promise<RunResult>
  /** Starts a program and gives its streams; at most two at once, others wait for their turn. */
  stream(request: StreamRequest): Promise<HostStream>
  close(): Promise<void>
}

/** Makes connections; one implementation a transport. Throws MigrationError with a HOST_* code. */
export interface HostConnector {
  /** `onVia` is told the transport before it is tried, so that a failure can name it. */
  connect(
    host: ResolvedHost,
    options: { signal: AbortSignal; onVia?: (via: Host['via']) => void },
  ): Promise<Host>
  /** Ends whatever is held open for all hosts (control masters, jump connections). */
  close(): Promise<void>
}

/** Wall clock and monotonic clock, injected so that pure code and tests own time. */
export interface Clock {
  /** Now, ISO 8601 in UTC. */
  now(): string
  /** Milliseconds on a clock that never jumps. */
  monotonicMs(): number
}

/** Asks a person; only the wizard and the CLI's one gate implement it. */
export interface Prompter {
  readonly canPrompt: boolean
  secret(question: string): Promise<string>
}

/** Structured log on stderr: a static message and fields. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** One kind of object on an API server; `group` is '' for the core group. */
export interface ApiResource {
  group: string
  version: string
  /** Plural name, as in the URL. */
  resource: string
}

/** A connection to one cluster's API server, for reading. Throws MigrationError with a CLUSTER_* code. */
export interface ClusterReader {
  /** `context` of the kubeconfig (or `in-cluster`) and the URL of the server. */
  readonly context: string
  readonly server: string
  /** `gitVersion` of the server, for example `v1.20.2`. */
  version(signal: AbortSignal): Promise<string>
  /** Versions in which the server has a resource, preferred first; none when it has not. */
  versionsOf(
    resource: Pick<ApiResource, 'group' | 'resource'>,
    signal: AbortSignal,
  ): Promise<readonly string[]>
  /**
   * All objects of all namespaces, page by page as JSON.parse gives them. When the server has forgotten a list half-way
   * it starts over: that page says `restarted`, and what came before must be forgotten.
   */
  pages(
    resource: ApiResource,
    options: { signal: AbortSignal; limit?: number },
  ): AsyncIterable<{ items: readonly unknown[]; restarted: boolean }>
}
