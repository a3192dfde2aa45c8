import { homedir } from 'node:os'
import { join, matchesGlob } from 'node:path'
import type { SshSettings } from '../model/inventory.ts'
import { currentUser } from './current-user.ts'
import { createNotes, type ImportedHost, type ImportedSource, type Notes, type Place } from './imported.ts'
import { readSshArguments } from './ssh-arguments.ts'
import { findSshConfigHosts } from './ssh-config-hosts.ts'
import { askSsh, computeFromFile, hasSshClient, type SshOptions } from './ssh-effective.ts'

export interface ImportSshConfigOptions {
  /** Default `~/.ssh/config`. */
  path?: string | undefined
  /** Only hosts whose name matches, for example `prod-*`. */
  pattern?: string | undefined
  signal?: AbortSignal | undefined
}

/** Above this, and without Match blocks or Includes, the file is read without starting ssh for every host. */
const manyHosts = 1000

/** Imports the hosts that an ssh_config names, with the settings that ssh itself would use for each. */
export async function importSshConfig(options: ImportSshConfigOptions = {}): Promise<ImportedSource> {
  const { path = join(homedir(), '.ssh', 'config'), pattern, signal } = options
  const notes = createNotes()
  const found = await findSshConfigHosts(path, notes)
  const names = [...found.names.keys()].filter((name) => pattern === undefined || matchesGlob(name, pattern))
  const isPlain = !found.hasMatch && found.files.length === 1
  const withSsh = (names.length <= manyHosts || !isPlain) && (await hasSshClient())
  const ask = withSsh ? askSsh : computeFromFile
  if (!withSsh && !isPlain) {
    const en = 'ssh is not installed: Include and Match could not be followed'
    notes.add({ en, zh: '未安装 ssh：无法解析 Include 与 Match' }, { file: path, line: 1 })
  }
  const answers = await ask(names, { path, signal })
  const defaults = withSsh
    ? (await askSsh(['osferry-default'], { path: '/dev/null', signal })).get('osferry-default')
    : undefined
  const context = { path, notes, defaults: defaults ?? new Map<string, string[]>() }
  const hosts = names.map((name) =>
    toHost(name, answers.get(name) ?? new Map(), {
      ...context,
      place: found.names.get(name) ?? { file: path, line: 1 },
    }),
  )
  const jumpNames = [...new Set(hosts.flatMap(({ ssh }) => ssh.jump ?? []))].filter(
    (name) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && !names.includes(name),
  )
  const jumpAnswers = await ask(jumpNames, { path, signal })
  const jumpHosts = jumpNames.map((name) => {
    const place = found.names.get(name) ?? { file: path, line: 1 }
    const { address, ssh } = toHost(name, jumpAnswers.get(name) ?? new Map(), { ...context, place })
    return [
      name,
      { ...(address !== undefined && { address }), ...(Object.keys(ssh).length > 0 && { ssh }) },
    ] as const
  })
  const jump = jumpHosts.length > 0 ? { jumpHosts: Object.fromEntries(jumpHosts) } : {}
  return { hosts, groups: {}, ...jump, notes: notes.list() }
}

interface HostContext {
  path: string
  notes: Notes
  /** What ssh uses when the file says nothing. */
  defaults: SshOptions
  place: Place
}

function toHost(name: string, options: SshOptions, context: HostContext): ImportedHost {
  const ownAll = (key: string): readonly string[] => {
    const standard = context.defaults.get(key) ?? []
    const values = options.get(key) ?? []
    return values.join('\n') === standard.join('\n') ? [] : values.filter((value) => value !== 'none')
  }
  const own = (key: string): string | undefined => ownAll(key)[0]
  const address = options.get('hostname')?.[0]
  const ssh: SshSettings = {}
  const user = own('user')
  if (user !== undefined) ssh.user = user
  const port = Number(own('port') ?? 22)
  if (port !== 22 && Number.isInteger(port)) ssh.port = port
  const tokens = { h: address ?? name, n: name, r: options.get('user')?.[0] ?? '' }
  const files = (key: string): string[] => ownAll(key).map((file) => fillTokens(file, tokens))
  if (files('identityfile').length > 0) ssh.identityFiles = files('identityfile')
  if (files('certificatefile').length > 0) ssh.certificateFiles = files('certificatefile')
  const knownHosts = (own('userknownhostsfile') ?? '')
    .split(' ')
    .filter((file) => file !== '' && file !== '/dev/null')
  if (knownHosts.length > 0) ssh.knownHostsFiles = knownHosts
  const alias = own('hostkeyalias')
  if (alias !== undefined) ssh.hostKeyAlias = alias
  if (own('stricthostkeychecking') === 'accept-new') ssh.hostKeys = 'accept-new'
  const timeout = Number(own('connecttimeout') ?? Number.NaN)
  if (Number.isInteger(timeout) && timeout > 0 && timeout <= 600) ssh.connectTimeoutMs = timeout * 1000
  applyJump(ssh, { jump: own('proxyjump'), command: own('proxycommand') }, context)
  return {
    name,
    ...(address !== undefined && address !== name && { address }),
    groups: [],
    labels: {},
    ssh,
    place: context.place,
  }
}

/** The tokens of ssh_config(5) that file names use; `ssh -G` prints them as they are. */
function fillTokens(file: string, tokens: Readonly<Record<'h' | 'n' | 'r', string>>): string {
  const who = { u: currentUser() ?? '%u', d: homedir() }
  const known: Readonly<Record<string, string>> = { ...tokens, ...who, '%': '%' }
  return file.replaceAll(/%([a-zA-Z%])/g, (whole, token: string) => known[token] ?? whole)
}

/** A ProxyCommand that is no plain `ssh -W` can only be run by ssh itself. */
function applyJump(
  ssh: SshSettings,
  { jump, command }: { jump: string | undefined; command: string | undefined },
  { path, notes, place }: HostContext,
): void {
  if (jump !== undefined) ssh.jump = jump.split(',').map((hop) => hop.trim().replace(/^ssh:\/\//, ''))
  else if (command !== undefined) {
    const quoted = command.replaceAll(/["\\]/g, String.raw`\$&`)
    const plain = readSshArguments(`-o "ProxyCommand=${quoted}"`).ssh.jump
    if (plain) ssh.jump = plain
    else {
      Object.assign(ssh, { backend: 'openssh', configFile: path })
      const en = 'hosts with a ProxyCommand are reached through the openssh backend'
      notes.add({ en, zh: '使用 ProxyCommand 的主机将通过 openssh 后端连接' }, place)
    }
  }
}
