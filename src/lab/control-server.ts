import { timingSafeEqual, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  labVerbs,
  LabOrder,
  type LabAccess,
  type LabAnswer,
  type LabMachine,
  type LabVerb,
} from '../model/lab-control.ts'

/** What can be asked of the machines of a lab. */
export interface LabControl {
  /** Undefined for a name that it does not know. */
  machine(name: string): LabMachine | undefined
  /** Of a name that it knows. */
  order(name: string, verb: LabVerb, order: LabOrder): LabAnswer
}

export interface ControlServer {
  access: LabAccess
  close(): Promise<void>
}

/** Answers the provider `lab` on loopback; whoever has the token may ask. */
export async function startControlServer(control: LabControl): Promise<ControlServer> {
  const token = randomBytes(32).toString('hex')
  const server = createServer((request, response) => {
    void respond(control, { request, response, token })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    access: { schema: 'lab/v1', url: `http://127.0.0.1:${port}`, token },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  token: string
}

async function respond(control: LabControl, { request, response, token }: Exchange): Promise<void> {
  const { status, body } = await answer(control, request, token).catch((error: unknown) => ({
    status: 500,
    body: { message: String(error) },
  }))
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

const route = /^\/machines\/([^/?]{1,1000})(?:\/([a-z]+))?$/
const mostBytes = 64 * 1024

async function answer(
  control: LabControl,
  request: IncomingMessage,
  token: string,
): Promise<{ status: number; body: object }> {
  if (!isAuthorized(request.headers.authorization, token))
    return { status: 401, body: { message: 'no token' } }
  const [, encoded = '', word] = route.exec(request.url ?? '') ?? []
  const name = decoded(encoded)
  const machine = name === undefined ? undefined : control.machine(name)
  if (name === undefined || machine === undefined)
    return { status: 404, body: { message: 'no such machine' } }
  if (word === undefined) return { status: request.method === 'GET' ? 200 : 405, body: machine }
  const verb = labVerbs.find((one) => one === word)
  if (verb === undefined) return { status: 404, body: { message: 'no such verb' } }
  if (request.method !== 'POST') return { status: 405, body: machine }
  const order = LabOrder.safeParse(await readJson(request))
  if (!order.success) return { status: 400, body: { message: order.error.message } }
  return { status: 200, body: control.order(name, verb, order.data) }
}

function isAuthorized(header: string | undefined, token: string): boolean {
  const [given, wanted] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${token}`)]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Undefined for what is no JSON, or too much of it. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > mostBytes) return undefined
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}
