import http from 'node:http'
import https from 'node:https'
import { MigrationError } from '../model/errors.ts'
import type { ClusterLogin } from '../model/kubeconfig.ts'
import type { Credentials } from './credentials.ts'
import { isLoopback, proxyFor } from './proxy.ts'

export interface AgentOptions {
  login: ClusterLogin
  credentials: Credentials
  /** PEM; undefined trusts the roots that Node.js brings. */
  ca: string | undefined
  env: Readonly<Record<string, string | undefined>>
  /** Connections at once; a server has a queue of its own behind that. */
  maxSockets?: number
}

/** Makes the connection pool: TLS with the login's certificates, kept alive, through a proxy where there is one. */
export async function createAgent(options: AgentOptions): Promise<http.Agent> {
  const { login, credentials, ca, env, maxSockets = 16 } = options
  const { certificate, key } = credentials
  const tls: https.AgentOptions = {
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
    ...(login.serverName === undefined ? {} : { servername: login.serverName }),
    rejectUnauthorized: !login.insecure,
  }
  const { protocol, hostname } = new URL(login.server)
  if (protocol === 'http:' && !isLoopback(hostname.replace(/^\[|\]$/g, ''))) {
    throw new MigrationError(
      'CLUSTER_CONFIG_INVALID',
      `${login.server} is not https: credentials would be for everyone to read`,
      {
        hint: 'only kubectl proxy on this machine may be reached by http',
      },
    )
  }
  const proxyUrl = proxyFor(login.server, login.proxyUrl, env)
  if (proxyUrl !== undefined) return throughProxy(login, { proxyUrl, tls })
  const keep = { keepAlive: true, maxSockets, scheduling: 'lifo' } as const
  if (protocol === 'http:') return new http.Agent(keep)
  return new https.Agent({ ...keep, ...tls })
}

/** HTTP and SOCKS proxies are the client library's work, which is loaded for them only. */
async function throughProxy(
  login: ClusterLogin,
  { proxyUrl, tls }: { proxyUrl: string; tls: https.AgentOptions },
): Promise<http.Agent> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const library = new KubeConfig()
  library.loadFromClusterAndUser(
    { name: login.cluster, server: login.server, skipTLSVerify: login.insecure, proxyUrl },
    { name: login.user.name },
  )
  const request: https.RequestOptions = { ...tls }
  await library.applyToHTTPSOptions(request)
  if (request.agent instanceof http.Agent) return request.agent
  throw new MigrationError('CLUSTER_CONFIG_INVALID', `proxy ${new URL(proxyUrl).host} is of no known kind`)
}
