import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { LabUser } from '../simulate/lab-cluster.ts'

/** Who sends a request: by the client certificate (CN is the user, O the groups) or by a bearer token; undefined for nobody. */
export function userOf(
  request: IncomingMessage,
  tokens: Readonly<Record<string, LabUser>>,
): LabUser | undefined {
  const bearer = /^Bearer +(?<token>\S+)$/i.exec(request.headers.authorization ?? '')?.groups?.['token']
  if (bearer !== undefined) return Object.hasOwn(tokens, bearer) ? tokens[bearer] : undefined
  const { socket } = request
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const { subject } = socket.getPeerCertificate()
  const groups: unknown = subject.O ?? []
  return { name: String(subject.CN), groups: [groups].flat().map(String) }
}
