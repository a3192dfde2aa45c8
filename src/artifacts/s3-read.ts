import { addAbortSignal, type Readable } from 'node:stream'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { nameOf, NotS3, statusOf } from './s3-errors.ts'
import type { S3Object } from './s3-object.ts'
import { ask } from './s3-place.ts'

const rangeBytes = 8 * 1024 * 1024
const attempts = 4

/**
 * The bytes of an object, a range at a time: who reads slowly holds no connection open, and a connection that breaks costs one
 * range. Undefined when there is no such object.
 */
export async function readObject(object: S3Object): Promise<AsyncIterable<Uint8Array> | undefined> {
  const { place, key, signal } = object
  // One byte and not HEAD, whose answer does not tell a missing object from a missing bucket.
  const found = await ask({ place, what: `give ${key}`, signal }, async (client, { abortSignal }) => {
    try {
      const { body, etag, total } = await getRange(client, object, { from: 0, to: 0, abortSignal })
      body.destroy()
      return { etag, total }
    } catch (error) {
      if (nameOf(error) === 'NoSuchKey') return undefined
      // An empty object has no byte to give.
      if (statusOf(error) === 416) return { etag: undefined, total: 0 }
      throw error
    }
  })
  return found === undefined ? undefined : ranges(object, found)
}

async function* ranges(
  object: S3Object,
  { etag, total }: { etag: string | undefined; total: number },
): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < total; from += rangeBytes) {
    const to = Math.min(from + rangeBytes, total) - 1
    yield await readRange(object, { from, to, etag })
  }
}

/** The SDK repeats requests, but not the reading of their answers. */
async function readRange(
  object: S3Object,
  range: { from: number; to: number; etag: string | undefined },
): Promise<Uint8Array> {
  const { place, key, signal } = object
  const asking = { place, what: `give ${key}`, signal }
  for (let attempt = 1; ; attempt += 1) {
    const result = await ask(asking, async (client, { abortSignal }) => {
      const { body } = await getRange(client, object, { ...range, abortSignal })
      try {
        return await collect(addAbortSignal(abortSignal, body), range.to - range.from + 1)
      } catch (error) {
        if (attempt === attempts || abortSignal.aborted) throw error
        return undefined
      }
    })
    if (result !== undefined) return result
  }
}

interface Range {
  from: number
  to: number
  etag?: string | undefined
  abortSignal: AbortSignal
}

async function getRange(
  client: S3Client,
  { place, key }: S3Object,
  { from, to, etag, abortSignal }: Range,
): Promise<{ body: Readable; etag: string; total: number }> {
  const input = {
    Bucket: place.bucket,
    Key: place.wireKey(key),
    Range: `bytes=${from}-${to}`,
    ...(etag === undefined ? {} : { IfMatch: etag }),
  }
  const answer = await client.send(new GetObjectCommand(input), { abortSignal })
  if (answer.ETag === undefined) throw new NotS3('an object without an ETag')
  const total = Number(/\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1] ?? answer.ContentLength ?? 0)
  return { body: answer.Body as Readable, etag: answer.ETag, total }
}

/** Exactly `bytes`: a server that does not know ranges would send everything. */
async function collect(body: Readable, bytes: number): Promise<Uint8Array> {
  const block = Buffer.allocUnsafeSlow(bytes)
  let used = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    if (used + chunk.length > bytes) throw new RangeError('more than was asked for')
    block.set(chunk, used)
    used += chunk.length
  }
  if (used < bytes) throw new RangeError('less than was asked for')
  return block
}
