import { dirname, resolve } from 'node:path'
import type { ArtifactStore } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { CommandContext } from './context.ts'
import { openDirectory, openNamedStore, openS3 } from './open-store.ts'

/**
 * The store that a plan names. A name without `/` is one of osferry.yaml, or `parked`, the one in the state directory: a slip of the
 * pen must not make a new directory. `s3://BUCKET/PREFIX` takes endpoint and credentials from the one store of osferry.yaml with
 * that bucket. Everything else is a directory; a relative one begins beside the state directory, wherever a run is gone on with.
 */
export async function openPlanStore(
  context: Pick<CommandContext, 'settings' | 'env'>,
  name: string,
): Promise<ArtifactStore> {
  const { settings } = context
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*?)\/*)?$/.exec(name) ?? []
  if (bucket !== undefined) return await openBucket(context, { bucket, prefix })
  if (!name.includes('/')) return await openNamedStore(context, name)
  return await openDirectory(resolve(dirname(settings.required('state')), name))
}

async function openBucket(
  context: Pick<CommandContext, 'settings' | 'env'>,
  { bucket, prefix }: { bucket: string; prefix: string },
): Promise<ArtifactStore> {
  const found = [...context.settings.stores.values()].flatMap(({ settings, directory }) =>
    settings.type === 's3' && settings.bucket === bucket ? [{ settings, directory }] : [],
  )
  const [store] = found
  if (store === undefined || found.length > 1)
    throw new MigrationError(
      'CONFIG_INVALID',
      `the plan keeps data in the bucket ${bucket}, and osferry.yaml has ${found.length === 0 ? 'no store' : `${found.length} stores`} with it`,
      {
        hint: `write one store with type: s3 and bucket: ${bucket} under stores in osferry.yaml: endpoint and credentials come from there`,
      },
    )
  const { prefix: _configured, ...settings } = store.settings
  return await openS3(context, prefix === '' ? settings : { ...settings, prefix }, store.directory)
}
