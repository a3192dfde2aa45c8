import { jsonOf, oneLine, retryAfterMs, Status, wordsOf } from './answer-text.ts'
import type { HttpAnswer } from './http.ts'

/** What an answer means; what to do about it is `pauseAfter`'s affair (src/cluster/pauses.ts). */
export type AnswerKind =
  | 'done'
  /** 401: the credentials are refused. */
  | 'login-refused'
  /** 403 of the authorizer, or of something that is no API server. */
  | 'forbidden'
  | 'namespace-terminating'
  /** The pod's budget is used up. */
  | 'budget'
  /** The budget's controller is behind, or broken. */
  | 'budget-processing'
  | 'misconfigured'
  | 'gone'
  /** The server knows no such path: the resource, not the object, is missing. */
  | 'no-such-api'
  /** The object of that name is another one now. */
  | 'replaced'
  | 'exists'
  | 'conflict'
  /** 410: a version or a page that the server has forgotten. */
  | 'expired'
  | 'refused'
  | 'webhook-failed'
  /** Priority and fairness, or too many requests in flight. Nothing was done. */
  | 'throttled'
  /** The server, its store or what stands before it is in trouble. Something may have been done. */
  | 'hiccup'
  /** No answer of an API server. */
  | 'invalid'

export interface Classified {
  kind: AnswerKind
  status: number
  /** One line, without control characters, of at most 300 characters. */
  message: string
  /** How long the server wants to be left alone, at most a minute. */
  retryAfterMs: number | undefined
  /** The answer as JSON.parse gives it; undefined for everything that is no JSON. */
  body: unknown
}

interface Clues {
  reason: string
  message: string
  causes: readonly { reason: string; message: string }[]
  /** The Status names an object. */
  namesObject: boolean
  isStatus: boolean
}

interface Row {
  status: (status: number) => boolean
  when?: (clues: Clues) => boolean
  kind: AnswerKind
}

const is =
  (...codes: readonly number[]) =>
  (status: number): boolean =>
    codes.includes(status)
const has =
  (words: RegExp) =>
  ({ message }: Clues): boolean =>
    words.test(message)
const cause =
  (reason: string, words = /(?:)/) =>
  ({ causes }: Clues): boolean =>
    causes.some((cause) => cause.reason === reason && words.test(cause.message))

/**
 * The first row that fits decides. Sources: the eviction handler (pkg/registry/core/pod/storage/eviction.go), the messages of
 * authorizer and webhooks (apiserver/pkg/endpoints/handlers/responsewriters, apiserver/pkg/admission/plugin/webhook), and what
 * Kubernetes 1.20 and 1.36 answered in test/integration/cluster-port.test.ts.
 */
const rows: readonly Row[] = [
  { status: is(401), kind: 'login-refused' },
  { status: is(403), when: cause('NamespaceTerminating'), kind: 'namespace-terminating' },
  // A budget without status, or with more disrupted pods than it may keep, is one that its controller has to mend.
  {
    status: is(403),
    when: has(/pdb disruptions allowed is negative|DisruptedPods map too big/i),
    kind: 'budget-processing',
  },
  { status: is(403), when: ({ isStatus }) => !isStatus, kind: 'forbidden' },
  { status: is(403), when: has(/User ".*" cannot [a-z]+ (?:resource|path) "/), kind: 'forbidden' },
  { status: is(403), kind: 'refused' },
  { status: is(404), when: ({ isStatus, namesObject }) => isStatus && namesObject, kind: 'gone' },
  { status: is(404, 405), kind: 'no-such-api' },
  { status: is(409), when: has(/UID in (?:the )?precondition/i), kind: 'replaced' },
  { status: is(409), when: ({ reason }) => reason === 'AlreadyExists', kind: 'exists' },
  { status: is(409), when: ({ isStatus }) => isStatus, kind: 'conflict' },
  { status: is(410), kind: 'expired' },
  // 1.20 and 1.36 say it in the cause, not in the message.
  { status: is(429), when: cause('DisruptionBudget', /still being processed/), kind: 'budget-processing' },
  { status: is(429), when: cause('DisruptionBudget'), kind: 'budget' },
  { status: is(429), kind: 'throttled' },
  { status: is(500), when: has(/more than one PodDisruptionBudget/), kind: 'misconfigured' },
  { status: is(500), when: has(/failed calling (?:admission )?webhook/), kind: 'webhook-failed' },
  { status: (status) => status === 408 || status >= 500, kind: 'hiccup' },
  { status: (status) => status >= 400, when: ({ isStatus }) => isStatus, kind: 'refused' },
]

/** What an answer means. Reads its Status where there is one, otherwise only code and headers. */
export function classifyAnswer(answer: HttpAnswer): Classified {
  const body = jsonOf(answer)
  const parsed = Status.safeParse(body, { jitless: true })
  const isStatus = parsed.success && (body as { kind?: unknown }).kind === 'Status'
  const status = isStatus ? parsed.data : undefined
  const causes = (status?.details?.causes ?? []).map(({ reason, message }) => ({
    reason: reason ?? '',
    message: message ?? '',
  }))
  const clues: Clues = {
    reason: status?.reason ?? '',
    message: status?.message ?? '',
    causes,
    namesObject: (status?.details?.name ?? '') !== '',
    isStatus,
  }
  const passes = answer.status >= 200 && answer.status < 300
  const isDone = body !== undefined && status?.status !== 'Failure'
  const row = rows.find((row) => row.status(answer.status) && (row.when?.(clues) ?? true))
  const kind = passes ? (isDone ? 'done' : 'invalid') : (row?.kind ?? 'invalid')
  // Of a budget's answer only the cause names the budget and its numbers.
  const budgetWords = causes.find(({ reason }) => reason === 'DisruptionBudget')?.message ?? ''
  return {
    kind,
    status: answer.status,
    message: budgetWords === '' ? wordsOf(answer, body) : oneLine(budgetWords),
    retryAfterMs: retryAfterMs(answer, status),
    body,
  }
}
