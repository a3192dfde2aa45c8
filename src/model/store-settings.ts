import { z } from 'zod'
import { ArtifactKey } from './artifact-key.ts'
import { SecretRef } from './inventory.ts'

const FilePath = z.string().min(1).max(4096)

/** Parked data in a directory of this machine or of a mounted network share. */
const DirectoryStoreSettings = z.strictObject({ type: z.literal('directory'), path: FilePath })

/** Parked data in a bucket of any S3 API. */
const S3StoreSettings = z.strictObject({
  type: z.literal('s3'),
  /** Without a path: `https://s3.eu-central-1.amazonaws.com`, `https://minio.example.com:9000`. */
  endpoint: z
    .url({ protocol: /^https?$/, error: 'expected https://HOST[:PORT]' })
    .max(2048)
    .refine(isOrigin, 'expected https://HOST[:PORT] without user, path and query'),
  /** What requests are signed for; default `us-east-1`, which most servers other than Amazon's take. */
  region: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower-case letters, digits and -')
    .optional(),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected 3 to 63 lower-case letters, digits, . and -'),
  /** In front of all keys. */
  prefix: ArtifactKey.optional(),
  /** The bucket in the path (default true) or in front of the host name. */
  pathStyle: z.boolean().optional(),
  accessKeyId: SecretRef,
  secretAccessKey: SecretRef,
  sessionToken: SecretRef.optional(),
  /** Certificates (PEM) that are trusted beside those that Node.js brings. */
  caFile: FilePath.optional(),
  /** Size of the parts of a large object, default 32; there are at most 10,000, and two are in memory. */
  partMiB: z.int().min(5).max(1024).optional(),
})
export type S3StoreSettings = z.infer<typeof S3StoreSettings>

/** One store of parked data in osferry.yaml. */
export const StoreSettings = z.discriminatedUnion('type', [DirectoryStoreSettings, S3StoreSettings])
export type StoreSettings = z.infer<typeof StoreSettings>

/** `stores` of osferry.yaml, by name. */
export const Stores = z.record(
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected letters, digits and . _ -'),
  StoreSettings,
)
export type Stores = z.infer<typeof Stores>

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { username, password, pathname, search, hash } = new URL(text)
  return username === '' && password === '' && pathname === '/' && search === '' && hash === ''
}
