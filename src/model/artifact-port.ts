import { z } from 'zod'

/** One file of a parked archive. Numbers are those of tar: ids, seconds since 1970. */
export const ParkedEntry = z.object({
  /** Relative to the root of what was parked; raw bytes that are no UTF-8 are told as in `printf %q`. */
  path: z.string(),
  type: z.enum(['file', 'directory', 'symlink', 'hardlink', 'fifo', 'character', 'block']),
  mode: z.int(),
  uid: z.int(),
  gid: z.int(),
  /** Whole seconds: what is finer, not every file system keeps. */
  mtime: z.int(),
  bytes: z.int().min(0),
  /** Of regular files only. */
  sha256: z.string().nullable(),
  link: z.string().nullable(),
  /** `major:minor` of character and block devices. */
  device: z.string().nullable(),
  /** Extended attributes with ACLs and the SELinux label, values in base64; sorted by name. */
  xattrs: z.array(z.object({ name: z.string(), value: z.string() })),
})
export type ParkedEntry = z.infer<typeof ParkedEntry>

/**
 * How a tree on a host is: two that are equal tell that nothing in it was written, made, removed or renamed in between. Nothing that
 * writes there can set back the time at which a file has changed (ctime).
 */
export const TreeMark = z.object({
  /** Of every kind, its root with them, on its file system. */
  entries: z.int().min(0),
  /** Apparent size of all but directories. */
  bytes: z.int().min(0),
  /** Of the times of change of all entries, in nanoseconds and modulo 2^64. */
  changeSum: z.string().regex(/^-?\d{1,20}$/),
  /** The latest of them: seconds since 1970, as the clock of the host was. */
  lastChange: z.string().regex(/^\d{1,12}\.\d{9}$/),
})
export type TreeMark = z.infer<typeof TreeMark>

/** artifact/v1: what is known of one parked archive. It exists only when the archive is whole. */
export const ArtifactHead = z.object({
  schema: z.literal('artifact/v1'),
  /** `RUN/NODE/VOLUME`, each part safe for a path and an object key. */
  id: z.string(),
  /** Images as their runtime gives them: an OCI layout, or what `docker save` wrote before it knew one. */
  kind: z.enum(['tar', 'oci-archive', 'docker-archive']),
  node: z.string(),
  /** Id of the LocalData that it was. */
  source: z.string(),
  createdAt: z.iso.datetime(),
  compression: z.enum(['zstd', 'gzip', 'none']),
  /** Of the stored bytes, compressed. */
  sha256: z.string(),
  storedBytes: z.int().min(0),
  /** What is told of every entry (ParkedEntry), as NDJSON in gzip; null when the content is no tree of files. */
  manifest: z
    .object({
      sha256: z.string(),
      /** Packed. Archives of earlier versions do not tell. */
      bytes: z.int().min(0).optional(),
      entries: z.int().min(0),
    })
    .nullable(),
  /** True when files changed while they were read and somebody had allowed it: the content is of no one moment. */
  changed: z.boolean(),
  /** Of images only: under which names, of what manifest or index, and with which configuration (sha256:...). */
  image: z
    .object({
      names: z.array(z.string()),
      digest: z.string(),
      manifest: z.string().nullable(),
      config: z.string(),
    })
    .optional(),
  /** Of trees only: how it was right before it was read. Archives of earlier versions do not tell. */
  tree: TreeMark.optional(),
  /** Of the content: regular files and what they hold. */
  files: z.int().min(0),
  bytes: z.int().min(0),
})
export type ArtifactHead = z.infer<typeof ArtifactHead>

/** Where parked data is kept: a directory, or a bucket. Every method throws ARTIFACT_* errors that name store and id. */
export interface ArtifactStore {
  /** For people: `directory /var/lib/osferry/parked`, `s3://bucket/prefix`. */
  readonly name: string
  /**
   * Stores what the stream gives and returns its sha256 and size; durable when it resolves. An object that was begun before
   * and not finished is replaced; one that is finished throws ARTIFACT_EXISTS.
   */
  write(
    key: string,
    chunks: AsyncIterable<Uint8Array>,
    options: { signal: AbortSignal },
  ): Promise<{ sha256: string; bytes: number }>
  /** The bytes of an object, or undefined when there is none. */
  read(key: string, options: { signal: AbortSignal }): Promise<AsyncIterable<Uint8Array> | undefined>
  list(prefix: string, options: { signal: AbortSignal }): AsyncIterable<{ key: string; bytes: number }>
  remove(key: string, options: { signal: AbortSignal }): Promise<void>
}
