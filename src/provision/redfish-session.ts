import type { ProvisionOptions } from '../model/provisioner-port.ts'
import { bmcRequests, refused, type BmcLogin, type BmcRequests, type Change } from './redfish-client.ts'
import { redfishFailure } from './redfish-failure.ts'
import { ServiceRoot } from './redfish-schemas.ts'
import { untilTaskEnds } from './redfish-task.ts'

/** A BMC that is logged in to. */
export interface Bmc extends Pick<BmcRequests, 'host' | 'read'> {
  /** Of the service: where its systems are. */
  readonly systems: string
  /** Resolves when it is done, also where the BMC makes a task of it. */
  change(change: Change): Promise<void>
}

const root = '/redfish/v1/'
const logoutMs = 10_000

/**
 * Logs in, works, and logs out whatever became of the work: BMCs have a handful of sessions. Throws StepErrors; `config` also when the
 * time of the step is over.
 */
export async function withBmc<T>(
  login: BmcLogin,
  { signal, timeoutMs }: ProvisionOptions,
  work: (bmc: Bmc, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = AbortSignal.timeout(timeoutMs)
  const both = AbortSignal.any([signal, over])
  try {
    return await logged(login, both, work)
  } catch (error) {
    if (!over.aborted || signal.aborted) throw error
    throw redfishFailure(
      'config',
      `it was not done at the BMC ${new URL(login.url).host} in ${timeoutMs / 1000} s`,
      'TIMEOUT',
    )
  }
}

async function logged<T>(
  login: BmcLogin,
  signal: AbortSignal,
  work: (bmc: Bmc, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { username, password } = login
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  let headers: Record<string, string> = login.auth === 'basic' ? { authorization: `Basic ${basic}` } : {}
  const asked = { headers: () => headers, secrets: () => [...Object.values(headers), basic] }
  const requests = bmcRequests(login, { ...asked, signal })
  const { data } = await requests.read(root, ServiceRoot)
  const systems = data.Systems?.['@odata.id']
  if (systems === undefined)
    throw redfishFailure('config', `the BMC ${requests.host} tells of no systems`, 'ANSWER')
  const bmc: Bmc = {
    host: requests.host,
    systems,
    read: async (uri, schema) => await requests.read(uri, schema),
    change: async (change) => await changeIt(requests, change, signal),
  }
  if (login.auth === 'basic') return await work(bmc, signal)

  const session = await openSession(requests, data.Links?.Sessions?.['@odata.id'], login)
  headers = { 'x-auth-token': session.token }
  try {
    return await work(bmc, signal)
  } finally {
    // Also after an abort, and nobody's work fails for it: an unused session ends by itself.
    const last = bmcRequests(login, { ...asked, signal: AbortSignal.timeout(logoutMs) })
    await last.ask({ method: 'DELETE', uri: session.uri }).catch(() => undefined)
  }
}

async function openSession(
  requests: BmcRequests,
  uri: string | undefined,
  { username, password }: BmcLogin,
): Promise<{ token: string; uri: string }> {
  const { host } = requests
  if (uri === undefined)
    throw redfishFailure(
      'config',
      `the BMC ${host} has no sessions: with auth: basic under bmcs in osferry.yaml name and password go with every request`,
      'NO_SESSIONS',
    )
  const answer = await requests.ask({ method: 'POST', uri, body: { UserName: username, Password: password } })
  const { status, token, location } = answer
  // Some say 400 of a wrong password.
  if (status === 400 || status === 401 || status === 403)
    throw redfishFailure(
      'config',
      `the BMC ${host} does not take the user and password of its entry under bmcs (${status})`,
      'LOGIN',
    )
  if (status !== 200 && status !== 201) throw refused(requests, answer, 'a login')
  if (token === undefined || location === undefined || !/^[\x21-\x7e]{1,4096}$/.test(token))
    throw redfishFailure(
      'config',
      `the BMC ${host} opens a session without telling its token or address`,
      'ANSWER',
    )
  return { token, uri: location }
}

async function changeIt(
  requests: BmcRequests,
  { method, uri, body, etag }: Change,
  signal: AbortSignal,
): Promise<void> {
  const request = {
    method,
    uri,
    ...(body === undefined ? {} : { body }),
    ...(etag === undefined ? {} : { etag }),
  }
  const answer = await requests.ask(request)
  const name = `${method} ${new URL(uri, 'https://bmc').pathname}`
  if (answer.status === 202) return await untilTaskEnds(requests, { accepted: answer, request: name, signal })
  if (answer.status < 200 || answer.status > 299) throw refused(requests, answer, name)
}
