import { MigrationError, type ErrorCode } from '../model/errors.ts'
import { shorten, visibleLine } from '../model/visible-text.ts'

/** What an error of a store needs to be told. */
interface FailedPlace {
  name: string
  bucket: string
  endpoint: string
  region: string
  secrets(): readonly string[]
}

/** An error of the SDK, of the network or of TLS: what we read of it. */
interface Answer {
  name?: string
  code?: string
  message?: string
  Region?: string
  $metadata?: { httpStatusCode?: number; attempts?: number }
  $response?: { headers?: Readonly<Record<string, string | undefined>> }
}

interface Meaning {
  code: ErrorCode
  reason: string
  hint: string
}

const rights =
  's3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, s3:ListBucketMultipartUploads and s3:AbortMultipartUpload'

/** The MigrationError of a request that failed. What a server or the SDK says is told without any of our secrets. */
export function s3Failure(place: FailedPlace, what: string, error: unknown): MigrationError {
  const answer = answerOf(error)
  const { code, reason, hint } = meaningOf(place, answer)
  const said = `${answer.name ?? 'Error'}: ${answer.message ?? ''}`
  return new MigrationError(code, `${place.name} could not ${what}: ${withoutSecrets(reason, place)}`, {
    hint: withoutSecrets(hint, place),
    details: { store: place.name, endpoint: place.endpoint },
    // Not the error itself: it holds the request, and with it what signs it.
    cause: new Error(withoutSecrets(shorten(visibleLine(said), 500), place)),
  })
}

/** For an answer without what every S3 API puts into it: a login page answers 200 to everything. */
export class NotS3 extends Error {
  override readonly name = 'NotS3'
}

/** The name that S3 gives an error (`NoSuchKey`), or what there is instead. */
export function nameOf(error: unknown): string {
  return answerOf(error).name ?? ''
}

/** The HTTP status of an answer; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  return answerOf(error).$metadata?.httpStatusCode
}

/** True when the SDK has sent the request more than once: an earlier one may have been done and its answer lost. */
export function wasRepeated(error: unknown): boolean {
  return (answerOf(error).$metadata?.attempts ?? 1) > 1
}

function answerOf(error: unknown): Answer {
  return typeof error === 'object' && error !== null ? error : { message: String(error) }
}

function meaningOf(place: FailedPlace, answer: Answer): Meaning {
  const status = answer.$metadata?.httpStatusCode
  const name = answer.name ?? ''
  const known = status === 301 || status === 307 ? 'PermanentRedirect' : (aliases[name] ?? name)
  const meaning = meanings[known]?.(place, answer)
  if (meaning !== undefined) return meaning
  if (status === 403 || status === 401) return denied(place)
  if (status === 507) return full
  if (status !== undefined && status >= 400) return refused(place, status, name)
  return unreachable(place, answer)
}

const aliases: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  AllAccessDisabled: 'AccessDenied',
  AccountProblem: 'AccessDenied',
  Forbidden: 'AccessDenied',
  InvalidToken: 'ExpiredToken',
  TokenRefreshRequired: 'ExpiredToken',
  ExpiredTokenException: 'ExpiredToken',
  AuthorizationHeaderMalformed: 'PermanentRedirect',
  TemporaryRedirect: 'PermanentRedirect',
  IllegalLocationConstraintException: 'PermanentRedirect',
  InvalidDigest: 'BadDigest',
  XAmzContentSHA256Mismatch: 'BadDigest',
  XAmzContentChecksumMismatch: 'BadDigest',
  InsufficientStorage: 'XMinioStorageFull',
  QuotaExceeded: 'XMinioStorageFull',
  XMinioAdminBucketQuotaExceeded: 'XMinioStorageFull',
}

const meanings: Readonly<Record<string, (place: FailedPlace, answer: Answer) => Meaning>> = {
  NoSuchBucket: ({ bucket, endpoint }) => ({
    code: 'ARTIFACT_STORE_FAILED',
    reason: `there is no bucket ${bucket} at ${endpoint}`,
    hint: 'make the bucket first, or correct bucket and endpoint of the store in osferry.yaml',
  }),
  AccessDenied: denied,
  InvalidAccessKeyId: ({ endpoint }) => ({
    code: 'ARTIFACT_STORE_DENIED',
    reason: `${endpoint} does not know the access key`,
    hint: 'look at accessKeyId and endpoint of the store in osferry.yaml',
  }),
  SignatureDoesNotMatch: () => ({
    code: 'ARTIFACT_STORE_DENIED',
    reason:
      'the signature is wrong: the secret key does not belong to the access key, or a proxy changes requests',
    hint: 'look at secretAccessKey of the store in osferry.yaml',
  }),
  ExpiredToken: () => ({
    code: 'ARTIFACT_STORE_DENIED',
    reason: 'the session token has expired or is not valid',
    hint: 'get new credentials where sessionToken of the store in osferry.yaml points to',
  }),
  RequestTimeTooSkewed: ({ endpoint }) => ({
    code: 'ARTIFACT_STORE_FAILED',
    reason: `the clocks of this machine and of ${endpoint} are too far apart`,
    hint: 'set the clock of this machine: timedatectl',
  }),
  PermanentRedirect: wrongRegion,
  BadDigest: () => ({
    code: 'ARTIFACT_STORE_FAILED',
    reason: 'the bytes arrived changed',
    hint: 'something between here and the store damages data: run the same command again; when it stays, look for a proxy',
  }),
  NoSuchUpload: () => ({
    code: 'ARTIFACT_STORE_FAILED',
    reason: 'its upload was ended by somebody else',
    hint: 'does another osferry write the same object at the same time, or a lifecycle rule of the bucket end uploads? Run the same command again',
  }),
  XMinioStorageFull: () => full,
}

function denied({ bucket }: FailedPlace): Meaning {
  return {
    code: 'ARTIFACT_STORE_DENIED',
    reason: 'access denied',
    hint: `the credentials need ${rights} on ${bucket}`,
  }
}

const full: Meaning = {
  code: 'ARTIFACT_STORE_FAILED',
  reason: 'the store is full',
  hint: 'nothing of it was kept: free space there, raise the quota, or choose another store with --store',
}

function wrongRegion({ region, bucket }: FailedPlace, answer: Answer): Meaning {
  const right = answer.Region ?? answer.$response?.headers?.['x-amz-bucket-region']
  const known = right !== undefined && /^[a-z0-9-]{1,63}$/.test(right) ? right : undefined
  return {
    code: 'ARTIFACT_STORE_FAILED',
    reason: `${region} is the wrong region${known === undefined ? '' : `: the bucket ${bucket} is in ${known}`}`,
    hint: `set region${known === undefined ? '' : `: ${known}`} and the endpoint of that region for the store in osferry.yaml`,
  }
}

function refused({ endpoint }: FailedPlace, status: number, name: string): Meaning {
  const words = /^[A-Za-z0-9]{1,64}$/.test(name) ? ` ${name}` : ''
  return {
    code: status >= 500 ? 'ARTIFACT_STORE_UNREACHABLE' : 'ARTIFACT_STORE_FAILED',
    reason:
      status >= 500
        ? `${endpoint} goes on answering ${status}${words}`
        : `${endpoint} answered ${status}${words}`,
    hint:
      status >= 500
        ? 'look at the log of the store, then run the same command again'
        : 'is it an S3 API? look at endpoint, bucket and pathStyle of the store in osferry.yaml',
  }
}

const networkReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'its name does not resolve',
  EAI_AGAIN: 'its name does not resolve',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'no route to it',
  ETIMEDOUT: 'it does not answer in time',
  ECONNABORTED: 'the connection was cut',
}

const certificateCode = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_)/

function unreachable({ endpoint }: FailedPlace, { name = '', code = '' }: Answer): Meaning {
  if (certificateCode.test(code))
    return {
      code: 'ARTIFACT_STORE_FAILED',
      reason: `the certificate of ${endpoint} is not trusted (${code})`,
      hint: 'set caFile of the store in osferry.yaml to the certificate of its authority (PEM)',
    }
  const isLate = name === 'TimeoutError' || name === 'AbortError'
  const reason = networkReasons[code] ?? (isLate ? networkReasons['ETIMEDOUT'] : undefined)
  return reason === undefined
    ? {
        code: 'ARTIFACT_STORE_FAILED',
        reason: `what answers at ${endpoint} is no S3 API`,
        hint: 'look at endpoint of the store in osferry.yaml; a proxy or a login page may answer in its place',
      }
    : {
        code: 'ARTIFACT_STORE_UNREACHABLE',
        reason: `${endpoint} cannot be reached: ${reason}`,
        hint: 'does the store run? look at the endpoint in osferry.yaml, the network, HTTPS_PROXY and NO_PROXY',
      }
}

function withoutSecrets(text: string, place: FailedPlace): string {
  return place.secrets().reduce((left, secret) => left.replaceAll(secret, '[secret]'), text)
}
