import type { SshSettings } from '../model/inventory.ts'
import type { Text } from '../model/text.ts'
import { shellWords } from './ansible-text.ts'

/** What a line of ssh options (`-o ProxyJump=bastion -i key`) means, and what of it osferry leaves out. */
export interface SshArguments {
  ssh: SshSettings
  ignored: Text[]
}

const flagOptions: Readonly<Record<string, string>> = {
  J: 'proxyjump',
  i: 'identityfile',
  p: 'port',
  l: 'user',
  F: 'configfile',
}
const harmless = new Set([
  'controlmaster',
  'controlpersist',
  'controlpath',
  'loglevel',
  'serveraliveinterval',
])
for (const option of [
  'serveralivecountmax',
  'tcpkeepalive',
  'batchmode',
  'compression',
  'preferredauthentications',
])
  harmless.add(option)

/** Reads ssh command-line options as ansible_ssh_common_args holds them. Throws Error for quotes that do not close. */
export function readSshArguments(text: string): SshArguments {
  const result: SshArguments = { ssh: {}, ignored: [] }
  const words = shellWords(text)
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const flag = /^-([A-Za-z])(.*)$/s.exec(word)
    const letter = flag?.[1] ?? ''
    const takesValue = letter === 'o' || letter in flagOptions
    if (!flag || !takesValue) {
      if (!/^-[CqTtnxaA]+$/.test(word)) result.ignored.push(leftOut(word))
      continue
    }
    const inline = flag[2] ?? ''
    const value = inline === '' ? (words[(at += 1)] ?? '') : inline
    if (letter === 'o') applyOption(result, value)
    else apply(result, flagOptions[letter] ?? '', value)
  }
  return result
}

function applyOption(result: SshArguments, text: string): void {
  const found = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*)$/s.exec(text)
  if (found) apply(result, (found[1] ?? '').toLowerCase(), (found[2] ?? '').trim())
  else result.ignored.push(leftOut(`-o ${text}`))
}

function apply({ ssh, ignored }: SshArguments, option: string, raw: string): void {
  const value = raw.replace(/^"(.*)"$/s, '$1')
  if (option === 'proxyjump') {
    if (value !== 'none') ssh.jump = value.split(',').map((hop) => hop.trim())
  } else if (option === 'identityfile') ssh.identityFiles = [...(ssh.identityFiles ?? []), value]
  else if (option === 'certificatefile') ssh.certificateFiles = [...(ssh.certificateFiles ?? []), value]
  else if (option === 'userknownhostsfile') applyKnownHosts({ ssh, ignored }, value)
  else if (option === 'user') ssh.user = value
  else if (option === 'hostkeyalias') ssh.hostKeyAlias = value
  else if (option === 'port' && /^\d{1,5}$/.test(value)) ssh.port = Number(value)
  else if (option === 'connecttimeout' && /^\d{1,3}$/.test(value)) ssh.connectTimeoutMs = Number(value) * 1000
  else if (option === 'stricthostkeychecking') applyHostKeys({ ssh, ignored }, value)
  else if (option === 'proxycommand') applyProxyCommand({ ssh, ignored }, value)
  else if (option === 'configfile') Object.assign(ssh, { configFile: value, backend: 'openssh' })
  else if (!harmless.has(option)) ignored.push(leftOut(`${option}=${value}`))
}

function applyKnownHosts({ ssh, ignored }: SshArguments, value: string): void {
  const files = value.split(/\s+/).filter((file) => file !== '/dev/null' && file !== '')
  if (files.length > 0) ssh.knownHostsFiles = files
  else ignored.push(keysStay(`UserKnownHostsFile=${value}`))
}

function applyHostKeys({ ssh, ignored }: SshArguments, value: string): void {
  if (value === 'accept-new') ssh.hostKeys = 'accept-new'
  else if (value === 'no' || value === 'off') ignored.push(keysStay(`StrictHostKeyChecking=${value}`))
}

/** `ssh -W %h:%p [options] bastion` is what people wrote before ProxyJump. */
function applyProxyCommand({ ssh, ignored }: SshArguments, command: string): void {
  const words = command.replace(/^exec\s+/, '').split(/\s+/)
  const rest = words.slice(1).filter((word) => !/^-[qTaxC]+$/.test(word))
  const at = rest.indexOf('-W')
  const target = at < 0 ? '' : (rest.splice(at, 2)[1] ?? '')
  const port = takeFlag(rest, '-p')
  const user = takeFlag(rest, '-l')
  const [host = '', ...extra] = rest
  const isPlain = words[0]?.replace(/^.*\//, '') === 'ssh' && extra.length === 0 && !host.startsWith('-')
  if (!isPlain || host === '' || !/^"?\[?%h\]?:%p"?$/.test(target)) {
    ignored.push(leftOut(`ProxyCommand=${command}`))
    return
  }
  ssh.jump = [`${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`]
}

function takeFlag(words: string[], flag: string): string | undefined {
  const at = words.indexOf(flag)
  return at < 0 ? undefined : words.splice(at, 2)[1]
}

function leftOut(option: string): Text {
  return { en: `ssh option left out: ${option}`, zh: `忽略 ssh 选项：${option}` }
}

function keysStay(option: string): Text {
  return {
    en: `${option} was left out: host keys are always checked; ssh.hostKeys: accept-new takes new ones`,
    zh: `忽略 ${option}：始终校验主机密钥；ssh.hostKeys: accept-new 可接受新主机`,
  }
}
