import { join, resolve } from 'node:path'
import type { ArtifactStore } from '../model/artifact-port.ts'
import { MigrationError } from '../model/errors.ts'
import { nearestHint } from '../model/nearest.ts'
import type { S3StoreSettings } from '../model/store-settings.ts'
import type { ConfiguredStore } from './config-file.ts'
import { configuredSecret } from './configured-secret.ts'
import type { CommandContext } from './context.ts'

const builtIn = 'parked'

/** What opening a store needs to know. */
type StoreContext = Pick<CommandContext, 'settings' | 'env'>

/** The store of parked data that `--store` names; the one in the state directory when nobody has chosen another. */
export async function openStore(context: CommandContext): Promise<ArtifactStore> {
  return await openNamedStore(context, context.settings.required('store'))
}

/** The store of osferry.yaml with that name, or the one in the state directory. Throws USAGE with the names that there are. */
export async function openNamedStore(context: StoreContext, name: string): Promise<ArtifactStore> {
  const { settings } = context
  const configured = settings.stores.get(name)
  if (configured !== undefined) return await openConfigured(context, configured)
  if (name === builtIn) return await openDirectory(join(settings.required('state'), builtIn))
  const known = [...new Set([builtIn, ...settings.stores.keys()])]
  throw new MigrationError('USAGE', `there is no store ${name}`, {
    hint: `${nearestHint(name, known)}Stores are written under stores in osferry.yaml; there are ${known.join(', ')}.`,
  })
}

async function openConfigured(context: StoreContext, store: ConfiguredStore): Promise<ArtifactStore> {
  const { settings, directory } = store
  if (settings.type === 'directory') return await openDirectory(resolve(directory, settings.path))
  return await openS3(context, settings, directory)
}

/** A directory as a store. */
export async function openDirectory(path: string): Promise<ArtifactStore> {
  const { createDirectoryStore } = await import('../artifacts/directory-store.ts')
  return createDirectoryStore(path)
}

/** A bucket as a store; paths of its settings begin at `directory`. */
export async function openS3(
  context: StoreContext,
  settings: S3StoreSettings,
  directory: string,
): Promise<ArtifactStore> {
  const { readBounded } = await import('../inventory/read-bounded.ts')
  // The SDK is loaded here and for nobody else.
  const { createS3Store } = await import('../artifacts/s3-store.ts')
  const { caFile, sessionToken, partMiB = 32 } = settings
  const reveal = async (reference: string): Promise<string> =>
    await configuredSecret(context, { reference, directory })
  return createS3Store({
    endpoint: settings.endpoint,
    region: settings.region ?? 'us-east-1',
    bucket: settings.bucket,
    prefix: settings.prefix ?? '',
    pathStyle: settings.pathStyle ?? true,
    partBytes: partMiB * 1024 * 1024,
    ca: caFile === undefined ? undefined : await readBounded(resolve(directory, caFile)),
    env: context.env,
    credentials: async () => ({
      accessKeyId: await reveal(settings.accessKeyId),
      secretAccessKey: await reveal(settings.secretAccessKey),
      sessionToken: sessionToken === undefined ? undefined : await reveal(sessionToken),
    }),
  })
}
