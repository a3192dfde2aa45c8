import type { MigrationError } from '../model/errors.ts'
import { keyChanged, keyRevoked, keyUnknown, type KeyKnowledge } from './host-keys.ts'
import { connectError, droppedLogin, type ConnectFault } from './ssh2-errors.ts'

/** What ssh's stderr (LogLevel DEBUG1) says about a login that failed. */
export interface OpensshVerdict {
  error: MigrationError
  retry: boolean
}

/** Reads ssh's own words (English: they are not translated) into the same errors the ssh2 transport gives. */
export function opensshVerdict(
  stderr: string,
  knowledge: KeyKnowledge,
  problems: readonly string[],
): OpensshVerdict {
  const hostKey = hostKeyError(stderr, knowledge)
  if (hostKey !== null) return { error: hostKey, retry: false }
  const fault = opensshFault(stderr, problems)
  return { error: connectError(knowledge.endpoint, fault), retry: fault.retry }
}

/** The lines of ssh that are not its debugging. */
function plainLines(stderr: string): readonly string[] {
  return stderr
    .split(/\r?\n/)
    .filter(
      (line) =>
        line !== '' && !/^(debug\d: |OpenSSH_|Authenticated to |Warning: Permanently added)/.test(line),
    )
}

function opensshFault(stderr: string, problems: readonly string[]): ConnectFault {
  const plain = plainLines(stderr)
  const said = plain.join('\n')
  const authSent = stderr.includes('SSH2_MSG_SERVICE_ACCEPT received')
  const row = rows.find(({ says }) => says.test(said))
  const why = plain.at(-1) ?? 'ssh gave no reason'
  if (row !== undefined) {
    const matched = plain.find((line) => row.says.test(line)) ?? why
    if (row.code !== 'HOST_AUTH_FAILED') return { code: row.code, why: matched, retry: false }
    return { code: row.code, why: [describeTried(stderr), ...problems].join('; '), retry: false }
  }
  const dropped = /Connection (closed|reset)|exchange_identification|Broken pipe/.test(said)
  if (dropped && authSent)
    return droppedLogin({ refused: hasRefused(stderr) }, [describeTried(stderr), ...problems].join('; '))
  return { code: 'HOST_PROTOCOL', why, retry: dropped && !/banner line|invalid|Bad/.test(said) }
}

/** Most telling first; the words are those of OpenSSH 8.0 to 9.9 (ssh.c, sshconnect.c, sshconnect2.c, misc.c, channels.c). */
const rows: readonly { says: RegExp; code: ConnectFault['code'] }[] = [
  {
    says: /Could not resolve hostname|Name or service not known|name resolution/,
    code: 'HOST_NAME_UNRESOLVED',
  },
  { says: /Connection refused/, code: 'HOST_REFUSED' },
  {
    says: /No route to host|Network is unreachable|Host is down|Cannot assign requested address|Invalid argument|(connect to|bind).*Permission denied/,
    code: 'HOST_UNREACHABLE',
  },
  { says: /timed out|Timeout, server/i, code: 'HOST_TIMEOUT' },
  { says: /Unable to negotiate|no matching/, code: 'HOST_PROTOCOL' },
  {
    says: /Permission denied|Too many authentication failures|No more authentication methods|no such identity.*\n.*denied/i,
    code: 'HOST_AUTH_FAILED',
  },
  { says: /administratively prohibited/, code: 'HOST_JUMP_FAILED' },
]

/** The first such line answers the question for methods, which nobody is let in by. */
function hasRefused(stderr: string): boolean {
  return (stderr.match(/^debug1: Authentications that can continue: /gm) ?? []).length > 1
}

function describeTried(stderr: string): string {
  const tried = [
    ...stderr.matchAll(/^debug1: (?:Offering public key: (.+?)|Next authentication method: (.+?))\r?$/gm),
  ]
    .map(([, key, method]) => (key === undefined ? (method ?? '') : `key ${key.split(' ')[0] ?? ''}`))
    .filter((method) => method !== 'publickey' && method !== 'none')
  const offered = [...stderr.matchAll(/^debug1: Authentications that can continue: (.+?)\r?$/gm)].at(-1)?.[1]
  const what = tried.length === 0 ? 'nothing could be tried' : `tried ${[...new Set(tried)].join(', ')}`
  return offered === undefined ? what : `${what}; the host offers ${offered.replaceAll(',', ', ')}`
}

function hostKeyError(stderr: string, knowledge: KeyKnowledge): MigrationError | null {
  const presented = /^debug1: Server host key: (\S+) (SHA256:\S+)/m.exec(stderr)
  const type = presented?.[1] ?? ''
  const sha256 = presented?.[2] ?? ''
  if (/marked as revoked|REVOKED HOST KEY/.test(stderr)) {
    const line = knowledge.revoked.find(({ keyType }) => keyType === type) ?? knowledge.revoked[0]
    if (line !== undefined) return keyRevoked(knowledge.endpoint, line)
  }
  if (stderr.includes('REMOTE HOST IDENTIFICATION HAS CHANGED')) {
    const [, file, number] = /Offending \S+ key in (.+):(\d+)/.exec(stderr) ?? []
    const known =
      knowledge.keys.find((line) => line.file === file && line.line === Number(number)) ??
      knowledge.keys.find(({ keyType }) => keyType === type) ??
      knowledge.keys[0]
    if (known !== undefined) return keyChanged(knowledge.endpoint, known, { type, sha256 })
  }
  if (/host key is known for|Host key verification failed/.test(stderr)) {
    return keyUnknown(knowledge, presented === null ? null : { type, sha256 })
  }
  return null
}
