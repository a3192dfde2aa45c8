import type { RequestOptions } from 'node:https'
import { MigrationError } from '../model/errors.ts'
import type { ClusterLogin } from '../model/kubeconfig.ts'

/**
 * Headers of the older login helpers (`auth-provider: oidc`, `gcp`, `azure`): theirs is the client library's work, which is
 * loaded for them only. Throws CLUSTER_LOGIN_FAILED.
 */
export async function providerHeaders(
  login: ClusterLogin,
  { renew }: { renew: boolean },
): Promise<Record<string, string>> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const { name, authProvider } = login.user
  const library = new KubeConfig()
  const provider = { name: authProvider?.name ?? '', config: { ...authProvider?.config } }
  // A token that the server refused is left out, so that it is made anew.
  if (renew) delete provider.config['access-token']
  library.loadFromClusterAndUser(
    { name: login.cluster, server: login.server, skipTLSVerify: login.insecure },
    { name, authProvider: provider },
  )
  const options: RequestOptions = {}
  try {
    await library.applyToHTTPSOptions(options)
  } catch (error) {
    throw new MigrationError(
      'CLUSTER_LOGIN_FAILED',
      `auth-provider ${provider.name}: ${(error as Error).message}`,
      { hint: 'log in again with kubectl, or use an exec credential plugin', cause: error },
    )
  }
  const headers = (options.headers ?? {}) as Record<string, string>
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]))
}
