import { hash } from 'node:crypto'
import {
  CompleteMultipartUploadCommand,
  PutObjectCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3'
import { nameOf, s3Failure, statusOf, wasRepeated } from './s3-errors.ts'
import { existsError, headObject, type S3Object } from './s3-object.ts'
import { ask } from './s3-place.ts'

const deadlineMs = 600_000

/** Stores an object in one request, unless there is one of that name; gives the checksum (base64) that it should have there. */
export async function putObject(object: S3Object, body: Uint8Array): Promise<string> {
  const { place, key } = object
  const expected = hash('sha256', body, 'base64')
  const input = { Bucket: place.bucket, Key: place.wireKey(key), Body: body, ChecksumSHA256: expected }
  await createOnly(object, expected, (condition) => async (client, options) => {
    await client.send(new PutObjectCommand({ ...input, ...condition }), options)
  })
  return expected
}

/** Makes one object of its parts, unless there is one of that name; gives the checksum of the checksums of its parts. */
export async function completeUpload(
  object: S3Object,
  { uploadId, parts, sums }: { uploadId: string; parts: CompletedPart[]; sums: readonly Buffer[] },
): Promise<string> {
  const { place, key } = object
  const expected = `${hash('sha256', Buffer.concat(sums), 'base64')}-${sums.length}`
  const input = {
    Bucket: place.bucket,
    Key: place.wireKey(key),
    UploadId: uploadId,
    MultipartUpload: { Parts: parts },
  }
  await createOnly(object, expected, (condition) => async (client, options) => {
    await client.send(new CompleteMultipartUploadCommand({ ...input, ...condition }), options)
  })
  return expected
}

type Send = (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<void>

/** `If-None-Match: *`; where a server does not know it, a look comes before the request. Throws ARTIFACT_EXISTS. */
async function createOnly(
  object: S3Object,
  expected: string,
  request: (condition: { IfNoneMatch?: '*' }) => Send,
): Promise<void> {
  const { place, key, signal } = object
  const asking = { place, what: `keep ${key}`, signal, deadlineMs }
  const refusal = await ask(asking, orRefusal(request({ IfNoneMatch: '*' })))
  if (refusal === undefined) return
  const found = await headObject(object)
  if (found === undefined && isUnknownCondition(refusal)) return await ask(asking, request({}))
  if (found === undefined) throw s3Failure(place, asking.what, refusal)
  // The answer to an earlier attempt was lost, and this one found what that had made.
  if (wasRepeated(refusal) && found.sha256 === expected) return
  throw existsError(object)
}

/** Answers that may mean that the object is there are results: what they mean is seen by looking. */
function orRefusal(
  send: Send,
): (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<object | undefined> {
  return async (client, options) => {
    try {
      await send(client, options)
      return undefined
    } catch (error) {
      const isRefusal = [409, 412].includes(statusOf(error) ?? 0) || nameOf(error) === 'NoSuchUpload'
      if (error instanceof Error && (isRefusal || isUnknownCondition(error))) return error
      throw error
    }
  }
}

function isUnknownCondition(error: object): boolean {
  return statusOf(error) === 501
}
