import { MigrationError } from '../model/errors.ts'
import type { JumpHop } from '../model/inventory.ts'
import type { Endpoint, KeyKnowledge } from './host-keys.ts'
import { lookupName } from './known-hosts.ts'
import { expandHome } from './secrets.ts'

/** One endpoint as OpenSSH needs it: its settings, what is known of its key, and the files made for it. */
export interface OpensshTarget {
  knowledge: KeyKnowledge
  /** Key files to offer; null leaves the choice to the user's own ssh_config. */
  identityFiles: readonly string[] | null
  /** The socket its control master listens on. */
  controlPath: string
  hashNewNames: boolean
  /** Whether password and passphrase questions have an answer. */
  answers: { password: boolean; passphrase: boolean }
}

/** What is the same for all targets of a run. */
export interface OpensshCommon {
  home: string
  systemKnownHosts: readonly string[]
  keepalive: { intervalMs: number; countMax: number }
}

/**
 * The ssh_config of one connection: a block for the host, one for each jump host (command-line options do not reach
 * those), then the user's own file, whose values count only where ours say nothing (ssh_config(5): the first value wins).
 */
export function renderConfig(
  target: OpensshTarget,
  hops: readonly OpensshTarget[],
  common: OpensshCommon & { shareHops: boolean },
): string {
  const { address, ssh } = target.knowledge.endpoint
  const blocks = hops.map((hop, index) => [
    `Host ${hopAlias(index)}`,
    `HostName ${quoteValue(hop.knowledge.endpoint.address)}`,
    ...settings(hop, common),
    'BatchMode yes',
    `LogLevel ${common.shareHops ? 'ERROR' : 'INFO'}`,
    'ControlMaster no',
    `ControlPath ${common.shareHops ? quoteValue(hop.controlPath) : 'none'}`,
    `ProxyJump ${index === 0 ? 'none' : hopAlias(index - 1)}`,
  ])
  const asks = target.answers.password || target.answers.passphrase
  blocks.push([
    `Host ${hostPattern(address)}`,
    ...settings(target, common),
    `BatchMode ${asks ? 'no' : 'yes'}`,
    `ControlPath ${quoteValue(target.controlPath)}`,
    ...(hops.length > 0
      ? [`ProxyJump ${hopAlias(hops.length - 1)}`]
      : ssh.configFile === undefined
        ? ['ProxyJump none']
        : []),
  ])
  const own = blocks.map(([head, ...lines]) => [head, ...lines.map((line) => `  ${line}`), ''].join('\n'))
  const include =
    ssh.configFile === undefined
      ? ''
      : `Match all\nInclude ${quoteLiteral(expandHome(ssh.configFile, common.home))}\n`
  return own.join('\n') + include
}

/** The name a jump host has inside the generated file. */
export function hopAlias(index: number): string {
  return `osferry-hop-${index}`
}

/** The chain of endpoints as one word, for limits and sharing. */
export function chainKey(chain: readonly (JumpHop | Endpoint)[]): string {
  return chain.map(({ address, ssh }) => `${ssh.user}@${address}:${ssh.port}`).join(' ')
}

function settings(target: OpensshTarget, common: OpensshCommon): readonly string[] {
  const { knowledge, identityFiles, answers } = target
  const { ssh, address } = knowledge.endpoint
  const files = (paths: readonly string[]): string => paths.map((path) => quoteValue(path)).join(' ')
  const anyKnown = knowledge.keys.length + knowledge.authorities.length > 0
  const methods = ['publickey', ...(answers.password ? ['password', 'keyboard-interactive'] : [])]
  return [
    `User ${quoteLiteral(ssh.user)}`,
    `Port ${ssh.port}`,
    ...(identityFiles ?? []).map((file) => `IdentityFile ${quoteValue(file)}`),
    ...(identityFiles !== null && identityFiles.length === 0 ? ['IdentityFile none'] : []),
    ...ssh.certificateFiles.map((file) => `CertificateFile ${quoteValue(expandHome(file, common.home))}`),
    ...(ssh.agent ? [] : ['IdentityAgent none']),
    `UserKnownHostsFile ${files(knowledge.userFiles)}`,
    `GlobalKnownHostsFile ${common.systemKnownHosts.length === 0 ? 'none' : files(common.systemKnownHosts)}`,
    // Only a host nothing is known about may be taken on first sight; never a new key type of a known one.
    `StrictHostKeyChecking ${ssh.hostKeys === 'accept-new' && !anyKnown ? 'accept-new' : 'yes'}`,
    ...(knowledge.name === lookupName(address, ssh.port)
      ? []
      : [`HostKeyAlias ${quoteLiteral(knowledge.name)}`]),
    `HashKnownHosts ${target.hashNewNames ? 'yes' : 'no'}`,
    'CheckHostIP no',
    'UpdateHostKeys no',
    'VerifyHostKeyDNS no',
    `ConnectTimeout ${Math.ceil(ssh.connectTimeoutMs / 1000)}`,
    'ConnectionAttempts 1',
    `ServerAliveInterval ${Math.max(1, Math.ceil(common.keepalive.intervalMs / 1000))}`,
    `ServerAliveCountMax ${common.keepalive.countMax}`,
    'NumberOfPasswordPrompts 1',
    `PreferredAuthentications ${methods.join(',')}`,
    'ForwardAgent no',
    'ForwardX11 no',
    'ClearAllForwardings yes',
    'PermitLocalCommand no',
    'RequestTTY no',
    'EscapeChar none',
  ]
}

/**
 * A value of ssh_config in double quotes. `%` starts a token there and is doubled; a variable `${NAME}` cannot be written
 * otherwise (ssh_config(5), TOKENS and ENVIRONMENT VARIABLES), nor can quotes and line ends, so these are refused.
 */
function quoteValue(value: string): string {
  if (/["\p{Cc}\u2028\u2029]|\$\{|\\$/u.test(value)) throw cannotWrite(value)
  return `"${value.replaceAll('%', '%%')}"`
}

/** The same for settings in which older versions of ssh know no tokens, and newer ones do: no `%` either. */
function quoteLiteral(value: string): string {
  if (value.includes('%')) throw cannotWrite(value)
  return quoteValue(value)
}

/** A `Host` line takes patterns, so that only what is no pattern may stand there. */
function hostPattern(address: string): string {
  if (!/^[A-Za-z0-9_:][A-Za-z0-9_.:%-]*$/.test(address)) throw cannotWrite(address)
  return address
}

function cannotWrite(value: string): MigrationError {
  return new MigrationError(
    'INVENTORY_INVALID',
    `${JSON.stringify(value)} cannot be given to OpenSSH: quotes, line ends and "\${" have no place in ssh_config`,
    { hint: 'Rename the file or user in the inventory, or set ssh.backend to ssh2 for this host.' },
  )
}
