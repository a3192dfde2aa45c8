import {
  AbortMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
} from '@aws-sdk/client-s3'
import { MigrationError } from '../model/errors.ts'
import { nameOf, NotS3, statusOf } from './s3-errors.ts'
import { ask, type S3Place } from './s3-place.ts'

/** One object in a bucket and what is done with it. */
export interface S3Object {
  place: S3Place
  key: string
  signal: AbortSignal
}

/** What a store says of an object that it has. */
export interface StoredObject {
  bytes: number
  /** Base64; `...-N` for one of N parts. Undefined where the store keeps none. */
  sha256: string | undefined
}

/** Asks for an object without its bytes; undefined when there is none, or no such bucket: HEAD does not tell them apart. */
export async function headObject({ place, key, signal }: S3Object): Promise<StoredObject | undefined> {
  const input = { Bucket: place.bucket, Key: place.wireKey(key), ChecksumMode: 'ENABLED' } as const
  return await ask({ place, what: `look for ${key}`, signal }, async (client, options) => {
    try {
      const answer = await client.send(new HeadObjectCommand(input), options)
      if (answer.ETag === undefined) throw new NotS3('an object without an ETag')
      return { bytes: answer.ContentLength ?? 0, sha256: answer.ChecksumSHA256 }
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  })
}

/**
 * Ends the uploads of an object that were begun and never finished: their parts take space and nobody sees them. Who may not
 * list uploads, or asks a store that cannot, goes on without.
 */
export async function endBegunUploads({ place, key, signal }: S3Object): Promise<void> {
  const Key = place.wireKey(key)
  const begun = await ask({ place, what: `clean up for ${key}`, signal }, async (client, options) => {
    try {
      // Uploads come in the order of their keys, so that those of this very key are on the first page.
      const input = { Bucket: place.bucket, Prefix: Key }
      const { Uploads = [], Bucket } = await client.send(new ListMultipartUploadsCommand(input), options)
      if (Bucket === undefined) throw new NotS3('a list of uploads without its bucket')
      return Uploads
    } catch (error) {
      // Not every 403: wrong keys are told here in words that HEAD, which comes next, does not have.
      if (nameOf(error) === 'AccessDenied' || [405, 501].includes(statusOf(error) ?? 0)) return []
      throw error
    }
  })
  for (const upload of begun)
    if (upload.Key === Key) await abortUpload({ place, key, signal }, upload.UploadId)
}

/** Ends one upload; one that is gone already is ended. */
export async function abortUpload(
  { place, key, signal }: S3Object,
  uploadId: string | undefined,
): Promise<void> {
  const input = { Bucket: place.bucket, Key: place.wireKey(key), UploadId: uploadId }
  await ask({ place, what: `end an upload of ${key}`, signal }, async (client, options) => {
    try {
      await client.send(new AbortMultipartUploadCommand(input), options)
    } catch (error) {
      if (nameOf(error) !== 'NoSuchUpload' && statusOf(error) !== 404) throw error
    }
  })
}

/** The error for an object that is there already. */
export function existsError({ place, key }: S3Object): MigrationError {
  return new MigrationError('ARTIFACT_EXISTS', `${place.name} has ${key} already; it is never written over`, {
    hint: 'parked data is kept until somebody removes it: choose another store with --store, or move the old one away',
    details: { store: place.name, key },
  })
}
