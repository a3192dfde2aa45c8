import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest'
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts'
import { createS3Store } from '../../src/artifacts/s3-store.ts'
import type { ArtifactHead, ArtifactStore } from '../../src/model/artifact-port.ts'
import { runCli, type CliResult } from '../e2e/run-cli.ts'
import { startS3Server, type S3Server } from './s3-server/start.ts'

const { signal } = new AbortController()

/** A store of a project, and the project. */
export interface NamedStore {
  store: ArtifactStore
  /** As osferry.yaml calls it. */
  name: string
  /** Runs `osferry data ...` on it. */
  data: (...argv: string[]) => Promise<CliResult>
}

/** The directory `disks/nas` of a project, which its osferry.yaml calls `nas`. */
async function directoryStore(cwd: string): Promise<NamedStore> {
  await writeFile(
    join(cwd, 'osferry.yaml'),
    'stores:\n  nas:\n    type: directory\n    path: disks/nas\nstore: nas\n',
  )
  return {
    store: createDirectoryStore(join(cwd, 'disks/nas')),
    name: 'nas',
    data: (...argv) => runCli(['data', ...argv], { cwd }),
  }
}

/** A prefix of its own in the bucket of a server, which the project's osferry.yaml calls `cold`. */
async function bucketStore(cwd: string, server: S3Server): Promise<NamedStore> {
  const { endpoint, region, bucket, credentials } = server
  const prefix = `e2e-${randomBytes(6).toString('hex')}`
  await writeFile(
    join(cwd, 'osferry.yaml'),
    `store: cold
stores:
  cold:
    type: s3
    endpoint: ${endpoint}
    region: ${region}
    bucket: ${bucket}
    prefix: ${prefix}
    accessKeyId: env:KEY_ID
    secretAccessKey: file:secret
`,
  )
  await writeFile(join(cwd, 'secret'), credentials.secretAccessKey, { mode: 0o600 })
  const env = { KEY_ID: credentials.accessKeyId }
  return {
    store: createS3Store({
      endpoint,
      region,
      bucket,
      prefix,
      pathStyle: true,
      credentials: () => Promise.resolve({ ...credentials, sessionToken: undefined }),
      ca: undefined,
      partBytes: 5 * 1024 * 1024,
      env: {},
    }),
    name: 'cold',
    data: (...argv) => runCli(['data', ...argv], { cwd, env }),
  }
}

/** Stores of the tests of a file, each in a project of its own. */
export interface TestStores {
  /** The project of this test. */
  readonly cwd: string
  directory: () => Promise<NamedStore>
  bucket: () => Promise<NamedStore>
  /** Both. */
  readonly kinds: readonly { kind: string; open: () => Promise<NamedStore> }[]
}

/** Starts a server of buckets before the tests of this file, and makes a project for each of them. */
export function testStores(): TestStores {
  let server: S3Server
  let cwd = ''
  beforeAll(async () => {
    server = await startS3Server()
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'osferry-data-'))
    onTestFinished(() => rm(cwd, { recursive: true, force: true }))
  })
  const directory = async (): Promise<NamedStore> => await directoryStore(cwd)
  const bucket = async (): Promise<NamedStore> => await bucketStore(cwd, server)
  return {
    get cwd() {
      return cwd
    },
    directory,
    bucket,
    kinds: [
      { kind: 'a directory', open: directory },
      { kind: 'a bucket', open: bucket },
    ],
  }
}

/** A stream of one chunk. */
export async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}

/** Parks what is no archive: the commands compare bytes and open none. */
export async function park(
  store: ArtifactStore,
  id: string,
  changes: Partial<ArtifactHead> = {},
): Promise<Buffer> {
  const content = randomBytes(300_000)
  const head: ArtifactHead = {
    schema: 'artifact/v1',
    id,
    kind: 'tar',
    node: id.split('/')[1] ?? '',
    source: 'host-path:/var/lib/app',
    createdAt: new Date(Date.now() - 3_700_000).toISOString(),
    compression: 'zstd',
    sha256: createHash('sha256').update(content).digest('hex'),
    storedBytes: content.length,
    files: 1,
    bytes: content.length,
    manifest: null,
    changed: false,
    ...changes,
  }
  await store.write(`${id}/data.tar.zst`, one(content), { signal })
  await store.write(`${id}/manifest.ndjson`, one(Buffer.from('{}\n')), { signal })
  await store.write(`${id}/artifact.json`, one(Buffer.from(JSON.stringify(head))), { signal })
  return content
}
