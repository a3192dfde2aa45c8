import type { ServerResponse } from 'node:http'

/** What became of a request, for the access log: never what was asked for, which may hold a token. */
export interface BootAnswer {
  /** What answered; null for addresses that there are none of. */
  route: string | null
  /** Of an artifact, a node: a name that we know, never one that somebody sent. */
  name: string | null
  status: number
  /** Of the body, as far as it was read from its file or made. */
  bytes: number
}

/** Answers with a text, which nobody keeps. */
export function sendText(
  response: ServerResponse,
  {
    status,
    text,
    headers = {},
  }: { status: number; text: string; headers?: Readonly<Record<string, string>> },
): number {
  const body = Buffer.from(text)
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
    'content-length': body.length,
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
  return body.length
}
