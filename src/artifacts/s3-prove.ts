import { createHash } from 'node:crypto'
import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { MigrationError } from '../model/errors.ts'
import { headObject, type S3Object } from './s3-object.ts'
import { ask } from './s3-place.ts'
import { readObject } from './s3-read.ts'

/** What was sent, and the checksum (base64) by which a store that keeps checksums knows it. */
interface Sent {
  sha256: string
  bytes: number
  expected: string
}

/**
 * Makes sure that the store holds what was sent: by the checksum that it has computed itself, or, where it keeps none, by
 * reading everything back. What is not as it was sent is taken away again, with ARTIFACT_STORE_FAILED.
 */
export async function proveStored(object: S3Object, { sha256, bytes, expected }: Sent): Promise<void> {
  const found = await headObject(object)
  if (found?.bytes === bytes && found.sha256 === expected) return
  if (found?.bytes === bytes && (await sha256Of(object)) === sha256) return
  const { place, key, signal } = object
  if (found !== undefined)
    await ask({ place, what: `take away ${key}, which is damaged there`, signal }, (client, options) =>
      client.send(new DeleteObjectCommand({ Bucket: place.bucket, Key: place.wireKey(key) }), options),
    )
  throw new MigrationError(
    'ARTIFACT_STORE_FAILED',
    `${place.name} could not keep ${key}: what is there is not what was sent`,
    {
      hint: 'the store or something on the way damages data; it was taken away again: use another store with --store',
      details: { store: place.name, key },
    },
  )
}

async function sha256Of(object: S3Object): Promise<string | undefined> {
  const chunks = await readObject(object)
  if (chunks === undefined) return undefined
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}
