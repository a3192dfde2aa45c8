import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifyAnswer, type AnswerKind } from '../../src/cluster/classify-answer.ts'
import type { HttpAnswer } from '../../src/cluster/http.ts'

interface Details {
  name?: string
  retryAfterSeconds?: number
  causes?: { reason?: string; message?: string }[]
}

function status(code: number, reason: string, ...[message, details]: [string, Details?]): HttpAnswer {
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details }
  return { status: code, headers: { 'content-type': 'application/json' }, text: JSON.stringify(body) }
}

function plain(code: number, text: string, headers: Record<string, string> = {}): HttpAnswer {
  return { status: code, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, text }
}

function json(code: number, body: unknown): HttpAnswer {
  return { status: code, headers: { 'content-type': 'application/json' }, text: JSON.stringify(body) }
}

const budget = "Cannot evict pod as it would violate the pod's disruption budget."
const uidEviction =
  'Operation cannot be fulfilled on Pod "b": the UID in the precondition (x) does not match the UID in record (y).'
const webhook = 'Internal error occurred: failed calling webhook "h.test": dial tcp: connection refused'

/** Words as Kubernetes 1.20 and 1.36 say them, and what gateways say instead. */
const table: readonly [string, HttpAnswer, AnswerKind][] = [
  ['201 Success', json(201, { kind: 'Status', status: 'Success', code: 201 }), 'done'],
  ['200 with an object', json(200, { kind: 'Node', status: { phase: 'x' } }), 'done'],
  ['200 with a failure', json(200, { kind: 'Status', status: 'Failure' }), 'invalid'],
  ['200 of a portal', plain(200, '<html>log in</html>'), 'invalid'],
  ['a redirect', plain(302, ''), 'invalid'],
  ['400', status(400, 'BadRequest', 'Eviction in version "v1" cannot be handled'), 'refused'],
  ['400 as text', plain(400, '400 Bad Request'), 'invalid'],
  ['401', status(401, 'Unauthorized', 'Unauthorized'), 'login-refused'],
  [
    '403 of the authorizer',
    status(403, 'Forbidden', 'pods "d" is forbidden: User "a" cannot create resource "pods/eviction" in API'),
    'forbidden',
  ],
  ['403 of a gateway', plain(403, 'blocked'), 'forbidden'],
  ['403 of admission', status(403, 'Forbidden', 'pods "d" is forbidden: exceeded quota: q'), 'refused'],
  ['403 of a webhook', status(403, 'Forbidden', 'admission webhook "w" denied the request: no'), 'refused'],
  [
    '403 in a namespace that ends',
    status(403, 'Forbidden', 'forbidden', { causes: [{ reason: 'NamespaceTerminating' }] }),
    'namespace-terminating',
  ],
  [
    '403 of a broken budget',
    status(
      403,
      'Forbidden',
      'poddisruptionbudget.policy "d" is forbidden: pdb disruptions allowed is negative',
    ),
    'budget-processing',
  ],
  ['404 of an object', status(404, 'NotFound', 'pods "z" not found', { name: 'z' }), 'gone'],
  ['404 of a resource', status(404, 'NotFound', 'could not find the requested resource', {}), 'no-such-api'],
  ['404 of a group', plain(404, '404 page not found'), 'no-such-api'],
  ['405', status(405, 'MethodNotAllowed', 'not allowed', {}), 'no-such-api'],
  ['409 of an eviction with another uid', status(409, 'Conflict', uidEviction, { name: 'b' }), 'replaced'],
  [
    '409 of a delete with another uid',
    status(409, 'Conflict', 'Precondition failed: UID in precondition: x, UID in object meta: y'),
    'replaced',
  ],
  ['409 of a create', status(409, 'AlreadyExists', 'pods "b" already exists'), 'exists'],
  ['409 of a race', status(409, 'Conflict', 'the object has been modified; please apply'), 'conflict'],
  ['410', status(410, 'Expired', 'too old resource version'), 'expired'],
  ['422', status(422, 'Invalid', 'Pod "b" is invalid'), 'refused'],
  [
    '429 of a budget',
    status(429, 'TooManyRequests', budget, {
      causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget b needs 1 healthy pods' }],
    }),
    'budget',
  ],
  [
    '429 of a budget that is behind',
    status(429, 'TooManyRequests', budget, {
      causes: [
        { reason: 'DisruptionBudget', message: 'The disruption budget c is still being processed by' },
      ],
    }),
    'budget-processing',
  ],
  ['429 as text', plain(429, 'Too many requests, please try again later.'), 'throttled'],
  ['429 without a cause', status(429, 'TooManyRequests', 'try again later'), 'throttled'],
  [
    '500 of two budgets',
    status(500, '', 'This pod has more than one PodDisruptionBudget, which the eviction subresource'),
    'misconfigured',
  ],
  ['500 of a webhook', status(500, 'InternalError', webhook), 'webhook-failed'],
  ['500 of etcd', status(500, '', 'etcdserver: leader changed'), 'hiccup'],
  ['502', plain(502, '<html>Bad gateway</html>'), 'hiccup'],
  ['503', plain(503, ''), 'hiccup'],
  ['504', status(504, 'Timeout', 'Too large resource version'), 'hiccup'],
]

describe('classifyAnswer', () => {
  it.each(table)('%s', (_, answer, kind) => {
    expect(classifyAnswer(answer).kind).toBe(kind)
  })

  it('takes the numbers of a budget from the cause that names it', () => {
    const message = 'The disruption budget b needs 2 healthy pods and has 2 currently'
    const answer = status(429, 'TooManyRequests', budget, {
      causes: [{ reason: 'DisruptionBudget', message }],
    })
    expect(classifyAnswer(answer).message).toBe(message)
  })

  it('reads Retry-After from the header, then from the Status, and believes no more than a minute', () => {
    const behind = status(429, '', '', { retryAfterSeconds: 10 })
    expect(classifyAnswer(behind).retryAfterMs).toBe(10_000)
    expect(classifyAnswer({ ...behind, headers: { 'retry-after': '3' } }).retryAfterMs).toBe(3000)
    expect(classifyAnswer(plain(429, '', { 'retry-after': '99999999' })).retryAfterMs).toBe(60_000)
    for (const value of ['-1', 'soon', '', 'NaN'])
      expect(classifyAnswer(plain(429, '', { 'retry-after': value })).retryAfterMs).toBeUndefined()
  })

  it('comes to a kind and one clean line whatever is answered', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.json(), fc.boolean(), (code, text, isJson) => {
        const type = isJson ? 'application/json' : 'text/html'
        const { kind, message } = classifyAnswer({ status: code, headers: { 'content-type': type }, text })
        expect(kind).toBeTypeOf('string')
        expect(message.length).toBeLessThanOrEqual(300)
        expect(message).not.toMatch(/\p{Cc}/u)
        expect(kind === 'done' && (code < 200 || code > 299)).toBe(false)
      }),
    )
  })
})
