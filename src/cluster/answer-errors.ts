import { MigrationError } from '../model/errors.ts'
import type { ClusterLogin } from '../model/kubeconfig.ts'
import { jsonOf, retryAfterMs, wordsOf } from './answer-text.ts'
import type { HttpAnswer } from './http.ts'

/** What to tell people of an answer that is none to go on with: CLUSTER_LOGIN_FAILED, _FORBIDDEN, _OVERLOADED, _ANSWER_INVALID. */
export function answerError(
  login: ClusterLogin,
  { method = 'GET', path, answer }: { method?: string; path: string; answer: HttpAnswer },
): MigrationError {
  const { status } = answer
  const { host } = new URL(login.server)
  const body = jsonOf(answer)
  const words = wordsOf(answer, body)
  const what = `${method} ${path}`
  if (status === 401) {
    const message = `${host} refuses the credentials of ${login.context}: ${words}`
    return new MigrationError('CLUSTER_LOGIN_FAILED', message, {
      hint: 'the token or certificate has expired or is of another cluster: log in again, or look at kubectl auth whoami',
    })
  }
  if (status === 403) {
    return new MigrationError('CLUSTER_FORBIDDEN', `${what}: ${words}`, {
      hint: 'osferry doctor --cluster lists every right that is missing',
    })
  }
  if (status === 429 || status >= 500) {
    return new MigrationError('CLUSTER_OVERLOADED', `${host} answers ${what} with ${status}: ${words}`, {
      details: { retryAfterMs: retryAfterMs(answer) ?? 0 },
      hint: 'look at the load and the log of the API server and of its etcd, then try again',
    })
  }
  const kind = body === undefined ? 'something that is no JSON' : String(status)
  return new MigrationError('CLUSTER_ANSWER_INVALID', `${host} answers ${what} with ${kind}: ${words}`, {
    hint: 'a proxy, a portal or a load balancer may answer in its place: look at the server in the kubeconfig',
  })
}
