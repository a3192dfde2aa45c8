import { answerError } from '../../../src/cluster/answer-errors.ts'
import { jsonOf } from '../../../src/cluster/answer-text.ts'
import type { ApiAnswer, ApiClient, SentRequest } from '../../../src/cluster/client.ts'
import type { HttpAnswer } from '../../../src/cluster/http.ts'
import type { HttpStream } from '../../../src/cluster/http-stream.ts'
import type { ClusterLogin } from '../../../src/model/kubeconfig.ts'
import type { LabAnswer, LabCluster, LabRequest, LabWatch } from '../../../src/simulate/lab-cluster.ts'
import type { SimulatedTime } from './simulated-time.ts'

/** From a request to the beginning of its answer. */
const latencyMs = 10
/** 20 MB a second: what a server needs to write an answer, and a client to read it. */
const charactersAMs = 20_000
/** As the lab's own server does. */
const bookmarkMs = 60_000

const login = { context: 'lab', server: 'http://lab.test' } as ClusterLogin
const headers = { 'content-type': 'application/json' }

/** A client of a lab cluster without HTTP between them: texts of JSON go to and fro, in simulated time. */
export function labClient(cluster: LabCluster, time: SimulatedTime): ApiClient {
  function handle(request: SentRequest): LabAnswer | LabWatch {
    return cluster.handle(asked(request))
  }

  async function send(request: SentRequest): Promise<HttpAnswer> {
    const answer = textOf(handle(request))
    await time.wait(latencyMs + Math.floor(answer.text.length / charactersAMs), request.signal)
    return answer
  }

  return {
    login,
    send,
    async request(request): Promise<ApiAnswer> {
      const answer = await send(request)
      const { status } = answer
      const passes = (status >= 200 && status < 300) || status === 404 || status === 410
      if (!passes) throw answerError(login, { ...request, answer })
      return { status, body: jsonOf(answer), clockAheadMs: undefined }
    },
    async stream(request): Promise<HttpStream> {
      const answer = handle(request)
      await time.wait(latencyMs, request.signal)
      if ('open' in answer) return followed(answer, request, time)
      const { status, text } = textOf(answer)
      return { status, headers, chunks: noChunks, text: () => Promise.resolve(text), close: () => undefined }
    },
    close: () => undefined,
  }
}

/** A request as the cluster takes it; `body` has been a text. */
function asked({ method = 'GET', path, query = {}, body, contentType }: SentRequest): LabRequest {
  return {
    method,
    path,
    query: new URLSearchParams(query),
    body: body === undefined ? undefined : (JSON.parse(JSON.stringify(body)) as unknown),
    contentType: contentType ?? 'application/json',
    user: { name: 'osferry', groups: ['system:masters'] },
  }
}

function textOf(answer: LabAnswer | LabWatch): HttpAnswer {
  if ('open' in answer) throw new Error('a watch is no answer')
  const { status, body } = answer
  return { status, headers, text: typeof body === 'string' ? body : jsonOfBody(body) }
}

/** Objects of the lab never change: those of lists are written once. */
const texts = new WeakMap<object, string>()

function jsonOfBody(body: object): string {
  const { items, ...rest } = body as { items?: readonly object[] }
  if (items === undefined) return JSON.stringify(body)
  const written = items.map((item) => {
    const text = texts.get(item) ?? JSON.stringify(item)
    texts.set(item, text)
    return text
  })
  return `${JSON.stringify(rest).slice(0, -1)},"items":[${written.join(',')}]}`
}

/** A watch that was granted; as the real server it ends by itself after the time that was asked for. */
function followed(watch: LabWatch, { query = {}, signal }: SentRequest, time: SimulatedTime): HttpStream {
  const lines: string[] = []
  const ended = new AbortController()
  let next = Promise.withResolvers<void>()
  const wake = (): void => {
    time.told()
    next.resolve()
  }
  const opened = watch.open((event) => {
    lines.push(`${event.line()}\n`)
    wake()
  })
  const until = AbortSignal.any([signal, ended.signal])
  until.addEventListener('abort', wake, { once: true })
  const seconds = Number(query['timeoutSeconds'] ?? 1800)
  time.wait(seconds * 1000, until).then(
    () => ended.abort(),
    () => undefined,
  )
  const beat = async (): Promise<void> => {
    for (;;) {
      await time.wait(bookmarkMs, until)
      opened.bookmark()
    }
  }
  beat().catch(() => undefined)

  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        if (lines.length > 0) yield Buffer.from(lines.splice(0).join(''))
        signal.throwIfAborted()
        if (lines.length > 0) continue
        if (ended.signal.aborted) return
        next = Promise.withResolvers()
        await next.promise
      }
    } finally {
      opened.close()
      ended.abort()
    }
  }
  return { status: 200, headers, chunks, text: () => Promise.resolve(''), close: () => ended.abort() }
}

async function* noChunks(): AsyncGenerator<Buffer> {
  // An answer that is no stream has been read whole.
}
