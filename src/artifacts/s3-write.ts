import { createHash, hash } from 'node:crypto'
import { CreateMultipartUploadCommand, UploadPartCommand, type CompletedPart } from '@aws-sdk/client-s3'
import { MigrationError } from '../model/errors.ts'
import { blocksOf } from './artifact-blocks.ts'
import { abortUpload, endBegunUploads, existsError, headObject, type S3Object } from './s3-object.ts'
import { ask } from './s3-place.ts'
import { completeUpload, putObject } from './s3-finish.ts'
import { proveStored } from './s3-prove.ts'

const maxParts = 10_000
const partDeadlineMs = 600_000
const abortDeadlineMs = 15_000

/**
 * Stores a stream as one object: in one request when it is no larger than a part, in parts otherwise. The next part is
 * gathered while one is on its way. Nothing has the name of the object before all of it has arrived.
 */
export async function writeObject(
  object: S3Object,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ sha256: string; bytes: number }> {
  const { place, signal } = object
  await endBegunUploads(object)
  if ((await headObject(object)) !== undefined) throw existsError(object)
  const whole = createHash('sha256')
  let bytes = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const block of blocksOf(chunks, { blockBytes: place.partBytes, buffers: 2, signal })) {
      whole.update(block)
      bytes += block.length
      yield block
    }
  }
  const blocks = counted()
  try {
    const expected = await writeBlocks(object, blocks)
    const stored = { sha256: whole.digest('hex'), bytes }
    await proveStored(object, { ...stored, expected })
    return stored
  } finally {
    await blocks.return(undefined)
  }
}

async function writeBlocks(object: S3Object, blocks: AsyncGenerator<Uint8Array>): Promise<string> {
  const first = await blocks.next()
  if (first.done === true) return await putObject(object, new Uint8Array())
  if (first.value.length === object.place.partBytes) return await writeParts(object, first.value, blocks)
  // Only the last block is a short one.
  await blocks.next()
  return await putObject(object, first.value)
}

async function writeParts(
  object: S3Object,
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
): Promise<string> {
  const stop = new AbortController()
  const signal = AbortSignal.any([object.signal, stop.signal])
  const uploadId = await createUpload(object)
  const parts: CompletedPart[] = []
  const sums: Buffer[] = []
  let onItsWay: Promise<void> = Promise.resolve()
  const send = async (block: Uint8Array): Promise<void> => {
    await onItsWay
    const PartNumber = sums.length + 1
    if (PartNumber > maxParts) throw tooManyParts(object)
    const sum = hash('sha256', block, 'buffer')
    sums.push(sum)
    onItsWay = (async () => {
      parts.push(await uploadPart({ ...object, signal }, { uploadId, PartNumber, block, sum }))
    })()
    // It is looked at before the next one is sent, and at the end.
    onItsWay.catch(() => undefined)
  }
  try {
    await send(first)
    for await (const block of rest) await send(block)
    await onItsWay
    return await completeUpload(object, { uploadId, parts, sums })
  } catch (error) {
    stop.abort()
    await onItsWay.catch(() => undefined)
    // What cannot be ended now is ended by the next write of this object.
    await abortUpload({ ...object, signal: AbortSignal.timeout(abortDeadlineMs) }, uploadId).catch(
      () => undefined,
    )
    throw error
  }
}

async function createUpload(object: S3Object): Promise<string> {
  const { place, key, signal } = object
  const input = { Bucket: place.bucket, Key: place.wireKey(key), ChecksumAlgorithm: 'SHA256' } as const
  const what = `keep ${key}`
  const { UploadId } = await ask({ place, what, signal }, (client, options) =>
    client.send(new CreateMultipartUploadCommand(input), options),
  )
  if (UploadId !== undefined) return UploadId
  throw damaged(object, 'the store began an upload without an id')
}

interface Part {
  uploadId: string
  PartNumber: number
  block: Uint8Array
  sum: Buffer
}

async function uploadPart(
  object: S3Object,
  { uploadId, PartNumber, block, sum }: Part,
): Promise<CompletedPart> {
  const { place, key, signal } = object
  const ChecksumSHA256 = sum.toString('base64')
  const input = {
    Bucket: place.bucket,
    Key: place.wireKey(key),
    UploadId: uploadId,
    PartNumber,
    ChecksumSHA256,
  }
  const asking = { place, what: `keep part ${PartNumber} of ${key}`, signal, deadlineMs: partDeadlineMs }
  const answer = await ask(asking, (client, options) =>
    client.send(new UploadPartCommand({ ...input, Body: block }), options),
  )
  if (answer.ChecksumSHA256 !== undefined && answer.ChecksumSHA256 !== ChecksumSHA256)
    throw damaged(object, `part ${PartNumber} has another checksum there than here`)
  // A store that keeps no checksums may refuse to be reminded of them.
  return {
    PartNumber,
    ETag: answer.ETag,
    ...(answer.ChecksumSHA256 === undefined ? {} : { ChecksumSHA256 }),
  }
}

function damaged({ place, key }: S3Object, reason: string): MigrationError {
  return new MigrationError('ARTIFACT_STORE_FAILED', `${place.name} could not keep ${key}: ${reason}`, {
    hint: 'run the same command again; when it stays, use another store with --store',
    details: { store: place.name, key },
  })
}

function tooManyParts({ place, key }: S3Object): MigrationError {
  const size = place.partBytes / 1024 / 1024
  return new MigrationError(
    'ARTIFACT_STORE_FAILED',
    `${place.name} could not keep ${key}: it is larger than ${maxParts} parts of ${size} MiB`,
    {
      hint: 'set a larger partMiB for the store in osferry.yaml, then run the same command again',
      details: { store: place.name, key },
    },
  )
}
