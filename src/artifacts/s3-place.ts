import https from 'node:https'
import http from 'node:http'
import { rootCertificates } from 'node:tls'
import { S3Client } from '@aws-sdk/client-s3'
import { MigrationError } from '../model/errors.ts'
import { s3Failure } from './s3-errors.ts'

/** What signs the requests; nothing of it may be seen anywhere. */
export interface S3Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string | undefined
}

/** A bucket and how to reach it. */
export interface S3StoreOptions {
  endpoint: string
  region: string
  bucket: string
  /** In front of all keys, without a slash at its end; '' for none. */
  prefix: string
  pathStyle: boolean
  /** Asked once, before the first request. */
  credentials: () => Promise<S3Credentials>
  /** PEM of certificates that are trusted beside those that Node.js brings. */
  ca: string | undefined
  /** Of multipart uploads, from 5 MiB; two of them are in memory. */
  partBytes: number
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  env: Readonly<Record<string, string | undefined>>
}

/** A bucket that is open for requests. */
export interface S3Place {
  readonly name: string
  readonly bucket: string
  readonly endpoint: string
  readonly region: string
  readonly partBytes: number
  /** The key on the wire. */
  wireKey(key: string): string
  /** The key of an object on the wire; undefined when it does not begin with our prefix. */
  keyOf(wireKey: string): string | undefined
  connect(): Promise<S3Client>
  /** The values that may stand nowhere; none before the first request. */
  secrets(): readonly string[]
}

/** One request to the store: for whom it is asked and for how long. */
export interface Asking {
  place: S3Place
  /** `keep RUN/NODE/VOLUME/data.tar`. */
  what: string
  signal: AbortSignal
  deadlineMs?: number
}

const connectTimeoutMs = 10_000
const idleTimeoutMs = 60_000
const defaultDeadlineMs = 120_000
const attempts = 4

/** Prepares a bucket; nothing is connected or asked for before the first request. */
export function s3Place(options: S3StoreOptions): S3Place {
  const { bucket, prefix, endpoint, region, partBytes } = options
  const start = prefix === '' ? '' : `${prefix}/`
  const secrets: string[] = []
  let client: Promise<S3Client> | undefined
  return {
    name: `s3://${bucket}/${prefix}`.replace(/\/$/, ''),
    bucket,
    endpoint,
    region,
    partBytes,
    wireKey: (key) => `${start}${key}`,
    keyOf: (wireKey) => (wireKey.startsWith(start) ? wireKey.slice(start.length) : undefined),
    secrets: () => secrets,
    connect: () => (client ??= connect(options, secrets)),
  }
}

/** Sends one request. Throws the reason of an aborted signal, or ARTIFACT_STORE_* that name store, object and way out. */
export async function ask<T>(
  { place, what, signal, deadlineMs = defaultDeadlineMs }: Asking,
  send: (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const client = await place.connect()
  const deadline = AbortSignal.timeout(deadlineMs)
  try {
    return await send(client, { abortSignal: AbortSignal.any([signal, deadline]) })
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof MigrationError) throw error
    throw s3Failure(place, what, deadline.aborted ? deadline.reason : error)
  }
}

async function connect(options: S3StoreOptions, secrets: string[]): Promise<S3Client> {
  const { endpoint, region, pathStyle, ca } = options
  const { accessKeyId, secretAccessKey, sessionToken } = await options.credentials()
  secrets.push(...[secretAccessKey, sessionToken, accessKeyId].filter((value) => value !== undefined))
  const agentOptions = { keepAlive: true, maxSockets: 8, proxyEnv: { ...options.env } }
  // Everything that the SDK would otherwise look up in variables and files of its own.
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: pathStyle,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    maxAttempts: attempts,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    useArnRegion: false,
    // Ours are sha256 and compared by us; others are more than older servers understand.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      socketTimeout: idleTimeoutMs,
      httpAgent: new http.Agent(agentOptions),
      httpsAgent: new https.Agent({
        ...agentOptions,
        ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
      }),
    },
  })
}
