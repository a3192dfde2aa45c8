import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendText, type BootAnswer } from './boot-answer.ts'
import type { BootRequestListener } from './boot-server.ts'

/** Answers what lies below one first segment of the path; `name` = the second one as it was sent, or an empty text. */
export interface BootRoute {
  methods: readonly string[]
  answer(request: IncomingMessage, response: ServerResponse, name: string): Promise<BootAnswer>
}

/** One line of the access log. */
export interface BootAccess extends BootAnswer {
  event: 'request'
  /** ISO 8601, UTC. */
  at: string
  from: string
  isEncrypted: boolean
  method: string
  /** False when the client was gone before it had the whole answer. */
  isWhole: boolean
  milliseconds: number
}

export interface BootRequestOptions {
  routes: Readonly<Record<string, BootRoute>>
  onAccess: (access: BootAccess) => void
  /** What is no fault of the client: its connection is cut. */
  onError: (error: unknown) => void
  clock: { now(): string; monotonicMs(): number }
}

const onePath = /^\/(?<first>[a-z.]+)(?:\/(?<second>[^/]*))?$/

/** Finds who answers a request: by the path as it was sent, of which nothing is ever decoded or put into a path of files. */
export function bootRequests(options: BootRequestOptions): BootRequestListener {
  const { routes, onAccess, onError, clock } = options
  const failed = (error: unknown, response: ServerResponse): BootAnswer => {
    onError(error)
    response.destroy()
    return { route: null, name: null, status: 500, bytes: 0 }
  }
  return async (request, response) => {
    const startedMs = clock.monotonicMs()
    const { method = '', url = '', socket } = request
    const from = socket.remoteAddress ?? ''
    const finished = new Promise<boolean>((resolve) => {
      response.once('close', () => resolve(response.writableFinished))
    })
    const path = url.split('?', 1)[0] ?? ''
    const told = await answered({ routes, request, response, path }).catch((error: unknown) =>
      failed(error, response),
    )
    const isWhole = await finished
    const milliseconds = Math.round(clock.monotonicMs() - startedMs)
    const isEncrypted = 'encrypted' in socket
    onAccess({ event: 'request', at: clock.now(), from, isEncrypted, method, ...told, isWhole, milliseconds })
  }
}

async function answered({
  routes,
  request,
  response,
  path,
}: Pick<BootRequestOptions, 'routes'> & {
  request: IncomingMessage
  response: ServerResponse
  path: string
}): Promise<BootAnswer> {
  const { first = '', second = '' } = onePath.exec(path)?.groups ?? {}
  const route = Object.hasOwn(routes, first) ? routes[first] : undefined
  if (route === undefined) {
    const bytes = sendText(response, { status: 404, text: 'there is nothing here\n' })
    return { route: null, name: null, status: 404, bytes }
  }
  if (!route.methods.includes(request.method ?? '')) {
    const headers = { allow: route.methods.join(', ') }
    const bytes = sendText(response, { status: 405, text: 'not by this method\n', headers })
    return { route: first, name: null, status: 405, bytes }
  }
  return await route.answer(request, response, second)
}
