import { readFile } from 'node:fs/promises'
import { MigrationError } from '../model/errors.ts'
import type { ClusterLogin, PemSource } from '../model/kubeconfig.ts'
import { unlessAborted } from '../model/unless-aborted.ts'
import { runExecPlugin, type ExecCredential } from './exec-plugin.ts'

/** What goes with a request: headers, and the client certificate of the connection (PEM). */
export interface Credentials {
  headers: Readonly<Record<string, string | string[]>>
  certificate: string | undefined
  key: string | undefined
}

export interface CredentialSource {
  /** `refused`: those that the server has just refused. Throws CLUSTER_LOGIN_FAILED or CLUSTER_CONFIG_INVALID. */
  get(options: { signal: AbortSignal; refused?: Credentials | undefined }): Promise<Credentials>
}

/** As client-go has it: a mounted service account token changes within its life. */
const tokenFileMs = 60_000
const pluginTimeoutMs = 60_000

/** Makes the credentials of a login, kept until they expire. */
export function credentialSource(
  login: ClusterLogin,
  env: Readonly<Record<string, string | undefined>>,
): CredentialSource {
  let kept: { credentials: Credentials; until: number } | undefined
  let coming: Coming | undefined

  async function renewed(renew: boolean, signal: AbortSignal): Promise<Credentials> {
    kept = await fresh(login, { env, signal, renew })
    return kept.credentials
  }

  /** Many requests learn at once that there must be new ones, and a refresh token may count once only. */
  function begin(renew: boolean): Coming {
    const nobody = new AbortController()
    const begun: Coming = { credentials: renewed(renew, nobody.signal), waiting: 0, nobody }
    const end = (): void => {
      if (coming === begun) coming = undefined
    }
    begun.credentials.then(end, end)
    return begun
  }

  return {
    async get({ signal, refused }): Promise<Credentials> {
      signal.throwIfAborted()
      const isGood = kept !== undefined && kept.credentials !== refused && Date.now() < kept.until
      if (kept !== undefined && isGood) return kept.credentials
      coming ??= begin(refused !== undefined)
      const mine = coming
      mine.waiting += 1
      // Whoever gives up leaves the others waiting.
      return await unlessAborted(mine.credentials, signal, () => {
        mine.waiting -= 1
        if (mine.waiting > 0) return signal.reason
        if (coming === mine) coming = undefined
        mine.nobody.abort(signal.reason)
        return signal.reason
      })
    },
  }
}

/** Credentials on their way, and how many requests wait for them. */
interface Coming {
  credentials: Promise<Credentials>
  waiting: number
  nobody: AbortController
}

interface Fresh {
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
  renew: boolean
}

async function fresh(
  login: ClusterLogin,
  { env, signal, renew }: Fresh,
): Promise<{ credentials: Credentials; until: number }> {
  const { user } = login
  const certificate = await pemText(user.certificate)
  const key = await pemText(user.key)
  const base: Credentials = { headers: impersonation(user.impersonate), certificate, key }
  if (user.exec !== undefined) {
    const given = await runExecPlugin(login, user.exec, { env, timeoutMs: pluginTimeoutMs, signal })
    return { credentials: withPlugin(base, given), until: given.expiresAt ?? Number.POSITIVE_INFINITY }
  }
  if (user.tokenFile !== undefined) {
    const token = (await text(user.tokenFile)).trim()
    return { credentials: withBearer(base, token), until: Date.now() + tokenFileMs }
  }
  if (user.authProvider !== undefined) {
    const { providerHeaders } = await import('./auth-provider.ts')
    const headers = await providerHeaders(login, { renew })
    return {
      credentials: { ...base, headers: { ...base.headers, ...headers } },
      until: Date.now() + tokenFileMs,
    }
  }
  return { credentials: withStatic(base, user), until: Number.POSITIVE_INFINITY }
}

function withPlugin(base: Credentials, given: ExecCredential): Credentials {
  const both =
    given.certificate === undefined ? base : { ...base, certificate: given.certificate, key: given.key }
  return given.token === undefined ? both : withBearer(both, given.token)
}

function withStatic(base: Credentials, { token, basic }: ClusterLogin['user']): Credentials {
  if (token !== undefined) return withBearer(base, token)
  if (basic === undefined) return base
  const words = Buffer.from(`${basic.username}:${basic.password}`).toString('base64')
  return { ...base, headers: { ...base.headers, authorization: `Basic ${words}` } }
}

function withBearer(base: Credentials, token: string): Credentials {
  if (/^[\x21-\x7e]+$/.test(token))
    return { ...base, headers: { ...base.headers, authorization: `Bearer ${token}` } }
  throw new MigrationError(
    'CLUSTER_CONFIG_INVALID',
    'the token is empty or holds blanks or control characters',
  )
}

function impersonation(as: ClusterLogin['user']['impersonate']): Record<string, string | string[]> {
  if (as === undefined) return {}
  return {
    'impersonate-user': as.user,
    ...(as.uid === undefined ? {} : { 'impersonate-uid': as.uid }),
    ...(as.groups.length === 0 ? {} : { 'impersonate-group': [...as.groups] }),
  }
}

/** The text of a PEM file or of its base64 form. Throws CLUSTER_CONFIG_INVALID that names the file, never what is in it. */
export async function pemText(source: PemSource | undefined): Promise<string | undefined> {
  if (source === undefined) return undefined
  const pem =
    'file' in source ? await text(source.file) : Buffer.from(source.data, 'base64').toString('latin1')
  if (pem.includes('-----BEGIN ')) return pem
  const where = 'file' in source ? source.file : 'the base64 data in the kubeconfig'
  throw new MigrationError('CLUSTER_CONFIG_INVALID', `${where} holds no certificate or key in PEM form`)
}

const maxFileBytes = 1 << 20

async function text(path: string): Promise<string> {
  try {
    return (await readFile(path)).subarray(0, maxFileBytes).toString('latin1')
  } catch (error) {
    throw new MigrationError(
      'CLUSTER_CONFIG_INVALID',
      `${path} cannot be read: ${(error as Error).message}`,
      {
        hint: 'the kubeconfig names this file: put it there, or make it readable for you',
        cause: error,
      },
    )
  }
}
