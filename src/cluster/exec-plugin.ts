import { spawn } from 'node:child_process'
import { z } from 'zod'
import { MigrationError } from '../model/errors.ts'
import type { ClusterLogin, ExecCredentialPlugin } from '../model/kubeconfig.ts'

/** What a plugin gave: a bearer token, or a client certificate with its key (PEM). */
export interface ExecCredential {
  token: string | undefined
  certificate: string | undefined
  key: string | undefined
  /** Milliseconds since 1970 from which it is asked again; undefined = only when the server refuses it. */
  expiresAt: number | undefined
}

const maxOutputBytes = 1 << 20

const ExecCredentialAnswer = z.looseObject({
  status: z.looseObject({
    token: z.string().max(65_536).nullish(),
    clientCertificateData: z.string().nullish(),
    clientKeyData: z.string().nullish(),
    expirationTimestamp: z.string().nullish(),
  }),
})

/**
 * Runs a credential plugin as kubectl does, without a shell and without a terminal. Throws CLUSTER_LOGIN_FAILED with the
 * plugin's own words; what it prints on stdout is never shown.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export async function runExecPlugin(
  login: ClusterLogin,
  plugin: ExecCredentialPlugin,
  options: { env: Readonly<Record<string, string | undefined>>; timeoutMs: number; signal: AbortSignal },
): Promise<ExecCredential> {
  const text = await outputOf(plugin, { ...options, env: environmentOf(login, plugin, options.env) })
  const parsed = ExecCredentialAnswer.safeParse(parseJson(text))
  const { status } = parsed.data ?? {}
  if (!status?.token && !(status?.clientCertificateData && status.clientKeyData)) {
    throw failed(plugin, 'printed no ExecCredential with a token or a certificate')
  }
  const expires = status.expirationTimestamp ? Date.parse(status.expirationTimestamp) : Number.NaN
  return {
    token: status.token || undefined,
    certificate: status.clientCertificateData || undefined,
    key: status.clientKeyData || undefined,
    expiresAt: Number.isNaN(expires) ? undefined : expires,
  }
}

function environmentOf(
  login: ClusterLogin,
  plugin: ExecCredentialPlugin,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const cluster = {
    server: login.server,
    ...(login.serverName === undefined ? {} : { 'tls-server-name': login.serverName }),
    ...(login.ca !== undefined && 'data' in login.ca ? { 'certificate-authority-data': login.ca.data } : {}),
  }
  const info = {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(plugin.provideClusterInfo === true ? { cluster } : {}) },
  }
  const own = Object.fromEntries((plugin.env ?? []).map(({ name, value }) => [name, value]))
  return { ...env, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) }
}

function outputOf(
  plugin: ExecCredentialPlugin,
  options: { env: Record<string, string | undefined>; timeoutMs: number; signal: AbortSignal },
): Promise<string> {
  const { env, timeoutMs, signal } = options
  return new Promise((resolve, reject) => {
    const child = spawn(plugin.command, plugin.args ?? [], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      signal,
    })
    const out: Buffer[] = []
    let bytes = 0
    let words = ''
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxOutputBytes) child.kill('SIGKILL')
      else out.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (words.length < 2000) words += chunk.toString()
    })
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) return reject(error)
      const why = error.code === 'ENOENT' ? 'is not there' : error.message
      reject(failed(plugin, why, error))
    })
    child.once('close', (code, by) => {
      if (code === 0 && bytes <= maxOutputBytes) return resolve(Buffer.concat(out).toString())
      if (bytes > maxOutputBytes) return reject(failed(plugin, `printed more than ${maxOutputBytes} bytes`))
      const how =
        by === null ? `ended with ${code}` : `was ended by ${by} after ${timeoutMs / 1000} s or less`
      const line = words.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
      reject(failed(plugin, line === '' ? how : `${how}: ${line}`))
    })
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function failed(plugin: ExecCredentialPlugin, why: string, cause?: unknown): MigrationError {
  return new MigrationError('CLUSTER_LOGIN_FAILED', `the credential plugin ${plugin.command} ${why}`, {
    hint: plugin.installHint ?? 'run it by hand, or kubectl with the same context, and log in again',
    cause,
  })
}
