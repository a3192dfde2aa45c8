import { MigrationError, type ErrorCode } from '../model/errors.ts'
import type { Endpoint } from './host-keys.ts'
import { printable } from './printable.ts'

/** What went wrong while connecting, before it is told to people; the same words for both transports. */
export interface ConnectFault {
  code: ErrorCode
  why: string
  /** Nothing but the handshake was sent, and the same attempt may succeed later. */
  retry: boolean
}

/** The error people see for a fault; one sentence and one hint a code. */
export function connectError(endpoint: Endpoint, fault: ConnectFault, cause?: unknown): MigrationError {
  const { name, address, ssh } = endpoint
  const where = `${address}:${ssh.port}`
  return new MigrationError(
    fault.code,
    `${name}: ${faultTexts[fault.code]?.(where) ?? where}: ${printable(fault.why)}`,
    {
      hint: faultHints[fault.code] ?? 'Try `ssh -v` to the host.',
      ...(cause === undefined ? {} : { cause }),
      details: { host: name, address, port: ssh.port },
    },
  )
}

/** How far the login had come: whether anything was sent for it, and whether the host has said no to some of it. */
export interface LoginPhase {
  sent: boolean
  refused: boolean
}

/** A connection that ended in the middle of a login: refused, or lost when the host had said no to nothing. Nothing is sent again at once. */
export function droppedLogin({ refused }: Pick<LoginPhase, 'refused'>, why: string): ConnectFault {
  return {
    code: refused ? 'HOST_AUTH_FAILED' : 'HOST_PROTOCOL',
    why: `the connection ended in the middle of the login (${why})`,
    retry: false,
  }
}

/** The fault behind an error of ssh2, of the socket or of a channel that a jump host opened. */
export function faultOf(error: unknown, phase: LoginPhase): ConnectFault {
  const { code, level, message, reason } = errorParts(error)
  const socketCode = socketFaults[code]
  if (socketCode !== undefined) {
    return { code: socketCode, why: message, retry: false }
  }
  if (reason !== null) return forwardFault(message)
  if (level === 'client-timeout') return { code: 'HOST_TIMEOUT', why: message, retry: false }
  if (level === 'client-authentication') return { code: 'HOST_AUTH_FAILED', why: message, retry: false }
  if (/too many authentication failures/i.test(message)) {
    return { code: 'HOST_AUTH_FAILED', why: message, retry: false }
  }
  const dropped =
    dropCodes.has(code) || /Connection lost before handshake|closed the connection/.test(message)
  if (dropped && phase.sent) return droppedLogin(phase, message)
  return { code: 'HOST_PROTOCOL', why: message, retry: dropped }
}

const faultTexts: Partial<Record<ErrorCode, (where: string) => string>> = {
  HOST_NAME_UNRESOLVED: (where) => `the name does not resolve (${where})`,
  HOST_UNREACHABLE: (where) => `no way to ${where}`,
  HOST_REFUSED: (where) => `nothing listens on ${where}`,
  HOST_TIMEOUT: (where) => `no answer from ${where} in time`,
  HOST_AUTH_FAILED: (where) => `the login at ${where} was refused`,
  HOST_PROTOCOL: (where) => `the SSH handshake with ${where} failed`,
  HOST_JUMP_FAILED: (where) => `the jump host does not connect to ${where}`,
}

const faultHints: Partial<Record<ErrorCode, string>> = {
  HOST_NAME_UNRESOLVED: 'Check the spelling, or set `address` in the inventory.',
  HOST_UNREACHABLE: 'Check address, route and VPN; a host behind a bastion needs ssh.jump.',
  HOST_REFUSED: 'Check that sshd runs and that ssh.port is right.',
  HOST_TIMEOUT:
    'Check that the host is up and no firewall drops the packets; ssh.connectTimeoutMs allows more time.',
  HOST_AUTH_FAILED:
    'Check ssh.user, ssh.identityFiles or the agent (`ssh-add -l`), and authorized_keys on the host.',
  HOST_JUMP_FAILED: 'Check AllowTcpForwarding and PermitOpen on the jump host.',
  HOST_PROTOCOL:
    'Check what listens there, its algorithms (`sshd -T`), its MaxStartups and MaxSessions, and whether the account may log in (PAM, /etc/nologin).',
}

/** Error codes of connect(2), read(2) and getaddrinfo(3) in Node's spelling. */
const socketFaults: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: 'HOST_NAME_UNRESOLVED',
  EAI_AGAIN: 'HOST_NAME_UNRESOLVED',
  EAI_NONAME: 'HOST_NAME_UNRESOLVED',
  ECONNREFUSED: 'HOST_REFUSED',
  ENETUNREACH: 'HOST_UNREACHABLE',
  EHOSTUNREACH: 'HOST_UNREACHABLE',
  EHOSTDOWN: 'HOST_UNREACHABLE',
  ENETDOWN: 'HOST_UNREACHABLE',
  EADDRNOTAVAIL: 'HOST_UNREACHABLE',
  EACCES: 'HOST_UNREACHABLE',
  EPERM: 'HOST_UNREACHABLE',
  EINVAL: 'HOST_UNREACHABLE',
  ETIMEDOUT: 'HOST_TIMEOUT',
}

const dropCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])

/** sshd answers a direct-tcpip request it cannot serve with strerror(3) or gai_strerror(3) of its own attempt. */
function forwardFault(message: string): ConnectFault {
  const row = forwardTexts.find(({ says }) => says.test(message))
  if (row !== undefined) return { code: row.code, why: message, retry: false }
  return { code: 'HOST_JUMP_FAILED', why: message, retry: /resource shortage/i.test(message) }
}

const forwardTexts: readonly { says: RegExp; code: ErrorCode }[] = [
  { says: /Connection refused/i, code: 'HOST_REFUSED' },
  { says: /No route to host|Network is unreachable|Host is down/i, code: 'HOST_UNREACHABLE' },
  { says: /timed out/i, code: 'HOST_TIMEOUT' },
  {
    says: /Name or service not known|not known|name resolution|No address associated/i,
    code: 'HOST_NAME_UNRESOLVED',
  },
]

function errorParts(error: unknown): { code: string; level: string; message: string; reason: unknown } {
  const whole = fieldsOf(error)
  // net.connect to a name with several addresses fails with an AggregateError; the first one speaks for all.
  const inner = fieldsOf(Array.isArray(whole['errors']) ? whole['errors'][0] : undefined)
  return {
    code: asText(whole['code']) || asText(inner['code']),
    level: asText(whole['level']),
    message: asText(whole['message']) || asText(inner['message']) || 'no reason given',
    reason: whole['reason'] ?? null,
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
