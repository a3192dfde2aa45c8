import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { ArtifactKey, checkedKey, checkedPrefix } from '../model/artifact-key.ts'
import type { ArtifactStore } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import { NotS3, s3Failure } from './s3-errors.ts'
import { endBegunUploads } from './s3-object.ts'
import { ask, s3Place, type S3Place, type S3StoreOptions } from './s3-place.ts'
import { readObject } from './s3-read.ts'
import { writeObject } from './s3-write.ts'

/** Artifacts as objects of a bucket, on any S3 API. This loads the SDK, so it is imported only for a store that is one. */
export function createS3Store(options: S3StoreOptions): ArtifactStore {
  const place = s3Place(options)
  const { name } = place
  return {
    name,
    write: (key, chunks, { signal }) =>
      Promise.try(() => writeObject({ place, key: checkedKey(key, name), signal }, chunks)),
    read: (key, { signal }) => Promise.try(() => readObject({ place, key: checkedKey(key, name), signal })),
    list: (prefix, { signal }) => listObjects(place, prefix, signal),
    remove: (key, { signal }) => Promise.try(() => removeObject(place, checkedKey(key, name), signal)),
  }
}

/** A page at a time; objects of others under our prefix are passed over. */
async function* listObjects(
  place: S3Place,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<{ key: string; bytes: number }> {
  const Prefix = place.wireKey(checkedPrefix(prefix, place.name))
  const asking = { place, what: 'list its objects', signal }
  const seen = new Set<string>()
  let token: string | undefined
  do {
    const input = { Bucket: place.bucket, Prefix, ContinuationToken: token }
    const page = await ask(asking, (client, options) => client.send(new ListObjectsV2Command(input), options))
    // The name of the bucket is in every list; an empty one must not be a login page.
    if (page.Name === undefined) throw s3Failure(place, asking.what, new NotS3('a list without its bucket'))
    for (const { Key = '', Size = 0 } of page.Contents ?? []) {
      const key = place.keyOf(Key)
      if (ArtifactKey.safeParse(key, { jitless: true }).success && key !== undefined)
        yield { key, bytes: Size }
    }
    token = page.IsTruncated === true ? nextToken(page, { place, seen }) : undefined
  } while (token !== undefined)
}

/** Where a list that is cut goes on: never where it has been. Half a list must not pass for the whole. */
function nextToken(
  { NextContinuationToken: token = '' }: { NextContinuationToken?: string | undefined },
  { place: { name, endpoint }, seen }: { place: S3Place; seen: Set<string> },
): string {
  if (token === '' || seen.has(token))
    throw new MigrationError(
      'ARTIFACT_STORE_FAILED',
      `${name} could not list its objects: ${endpoint} gave a list that is cut and does not say where it goes on`,
      {
        hint: 'the store, or a proxy before it, does not page lists as S3 does: look at its version and its log',
        details: { store: name, endpoint },
      },
    )
  seen.add(token)
  return token
}

async function removeObject(place: S3Place, key: string, signal: AbortSignal): Promise<void> {
  const input = { Bucket: place.bucket, Key: place.wireKey(key) }
  await ask({ place, what: `remove ${key}`, signal }, (client, options) =>
    client.send(new DeleteObjectCommand(input), options),
  )
  await endBegunUploads({ place, key, signal })
}
