import { expect, it } from 'vitest'
import { isDenied, isUnreachable } from '../../src/artifacts/registry-words.ts'

it.each([
  'failed to do request: Head "https://r:5000/v2/a/manifests/sha256:0": dial tcp 127.0.0.1:5000: connect: connection refused',
  'pinging container registry r:5000: Get "http://r:5000/v2/": dial tcp: lookup r: no such host',
  'unexpected status from HEAD request to http://r:5000/v2/a/manifests/sha256:0: 503 Service Unavailable',
  'rpc error: code = Unknown desc = failed to pull and unpack image: net/http: TLS handshake timeout',
  'Error response from daemon: Get "https://r/v2/": context deadline exceeded',
])('takes a registry for away: %s', (said) => {
  expect([isUnreachable(said), isDenied(said)]).toEqual([true, false])
})

it.each([
  'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
  'unexpected status from HEAD request to http://r:5000/v2/a/manifests/x: 401 Unauthorized: unauthorized: authentication required',
])('takes nobody away who refuses: %s', (said) => {
  expect([isUnreachable(said), isDenied(said)]).toEqual([false, true])
})

it('takes a missing image for neither', () => {
  const said = 'r:5000/a@sha256:0: not found'
  expect([isUnreachable(said), isDenied(said)]).toEqual([false, false])
})
