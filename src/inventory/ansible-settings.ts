import { resolve } from 'node:path'
import { MigrationError } from '../model/errors.ts'
import type { SshSettings } from '../model/inventory.ts'
import type { AnsibleVariable, AnsibleVars } from './ansible-tree.ts'
import { encryptedValue } from './ansible-yaml.ts'
import { labelsFromVars, scalarText, type LeftOut } from './ansible-labels.ts'
import type { Notes, Place } from './imported.ts'
import { readSshArguments } from './ssh-arguments.ts'

/** What a host's Ansible variables say to osferry. */
export interface AnsibleSettings {
  address?: string
  labels: Record<string, string>
  ssh: SshSettings
}

export interface AnsibleSettingsOptions {
  host: string
  place: Place
  notes: Notes
  /** Variables that the host itself sets, not its groups. */
  own: ReadonlySet<string>
  leftOut: LeftOut
}

/** Maps connection variables to ssh settings; undefined for hosts that are not reached by ssh (a note says so). */
export function settingsFromVars(
  vars: AnsibleVars,
  options: AnsibleSettingsOptions,
): AnsibleSettings | undefined {
  const reader = createReader(vars, options)
  const connection = reader.text('ansible_connection') ?? 'ssh'
  if (
    !['ssh', 'smart', 'paramiko', 'paramiko_ssh', 'libssh', 'ansible.netcommon.libssh'].includes(connection)
  ) {
    const en = `hosts with ansible_connection=${connection} were left out: osferry reaches hosts by ssh only`
    options.notes.add({ en, zh: `忽略 ansible_connection=${connection} 的主机：仅支持 ssh` }, options.place)
    return undefined
  }
  const settings: AnsibleSettings = {
    labels: labelsFromVars(vars, { ...options, text: (name) => reader.text(name) }),
    ssh: argumentsOf(reader, options),
  }
  const address = reader.text('ansible_host', 'ansible_ssh_host')
  if (address !== undefined && address !== options.host) settings.address = address
  const { ssh } = settings
  const user = reader.text('ansible_user', 'ansible_ssh_user')
  if (user !== undefined) ssh.user = user
  const port = portOf(vars, reader, options)
  if (port !== undefined) ssh.port = port
  const key = reader.text('ansible_ssh_private_key_file', 'ansible_private_key_file')
  if (key !== undefined) ssh.identityFiles = [key, ...(ssh.identityFiles ?? [])]
  if (ssh.identityFiles) ssh.identityFiles = ssh.identityFiles.map(localPath)
  applyBecome(ssh, reader, options)
  applySecret(ssh, 'password', reader.secret('ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'))
  applySecret(ssh, 'becomePassword', reader.secret('ansible_become_password', 'ansible_become_pass'))
  applySecret(ssh, 'passphrase', reader.secret('ansible_ssh_private_key_passphrase'))
  return settings
}

type Reader = ReturnType<typeof createReader>

function createReader(vars: AnsibleVars, { host, notes }: AnsibleSettingsOptions) {
  const text = (...names: string[]): string | undefined => {
    for (const name of names) {
      const variable = vars.get(name)
      if (variable === undefined || variable.value === null) continue
      if (variable.value === encryptedValue) return noteVault(name, variable, notes)
      const plain = scalarText(variable.value)
      return plain === undefined ? undefined : template(plain, { vars, host, notes, name, depth: 0 })
    }
    return undefined
  }
  /** A reference to a secret; literal secrets are never copied. */
  const secret = (...names: string[]): string | undefined => {
    const name = names.find((candidate) => vars.has(candidate))
    const variable = name === undefined ? undefined : vars.get(name)
    if (name === undefined || variable === undefined) return undefined
    if (variable.value === encryptedValue) return noteVault(name, variable, notes)
    const env = /^\{\{\s*lookup\(\s*['"](?:ansible\.builtin\.)?env['"]\s*,\s*['"](\w+)['"]\s*\)\s*\}\}$/.exec(
      scalarText(variable.value) ?? '',
    )
    if (env) return `env:${env[1] ?? ''}`
    const en = `${name} was not copied: write where the secret is (env:NAME, file:PATH, exec:COMMAND) into the inventory`
    const zh = `未复制 ${name}：请在清单中写明密钥来源（env:名称、file:路径、exec:命令）`
    notes.add({ en, zh }, variable.place)
    return undefined
  }
  return { text, secret }
}

function portOf(
  vars: AnsibleVars,
  reader: Reader,
  { host, place }: AnsibleSettingsOptions,
): number | undefined {
  const names = ['ansible_port', 'ansible_ssh_port']
  const text = reader.text(...names)
  if (text === undefined) return undefined
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN
  if (port > 0 && port < 65_536) return port
  const field = names.find((name) => vars.has(name)) ?? ''
  const at = vars.get(field)?.place ?? place
  throw new MigrationError(
    'INVENTORY_INVALID',
    `${at.file}:${at.line}: ${field} of host ${host}: expected a port from 1 to 65535, found ${JSON.stringify(text)}`,
    { hint: 'correct it there; nothing was imported', details: { ...at, field, host } },
  )
}

function argumentsOf(reader: Reader, { notes, place }: AnsibleSettingsOptions): SshSettings {
  const ssh: SshSettings = {}
  for (const name of ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args']) {
    const text = reader.text(name)
    if (text === undefined) continue
    try {
      const read = readSshArguments(text)
      Object.assign(ssh, read.ssh)
      for (const ignored of read.ignored) notes.add(ignored, place)
    } catch (error) {
      const en = `${name} was left out: ${(error as Error).message}`
      notes.add({ en, zh: `忽略 ${name}：引号不成对` }, place)
    }
  }
  return ssh
}

function applyBecome(ssh: SshSettings, reader: Reader, { notes, place }: AnsibleSettingsOptions): void {
  const become = reader.text('ansible_become', 'ansible_sudo')
  if (become === undefined) return
  if (!/^(true|yes|on|1)$/i.test(become)) {
    ssh.become = 'none'
    return
  }
  const method = reader.text('ansible_become_method') ?? 'sudo'
  if (method === 'sudo') ssh.become = 'sudo'
  else {
    const en = `ansible_become_method=${method} was left out: only sudo is known`
    notes.add({ en, zh: `忽略 ansible_become_method=${method}：仅支持 sudo` }, place)
  }
}

function applySecret(
  ssh: SshSettings,
  field: 'password' | 'becomePassword' | 'passphrase',
  reference: string | undefined,
): void {
  if (reference !== undefined) ssh[field] = reference
}

function noteVault(name: string, { place }: AnsibleVariable, notes: Notes): undefined {
  const en = `${name} is encrypted (vault) and was left out: it is never decrypted`
  notes.add({ en, zh: `${name} 已加密（vault），已忽略：不会解密` }, place)
  return undefined
}

interface TemplateContext {
  vars: AnsibleVars
  host: string
  notes: Notes
  name: string
  depth: number
}

/** Fills in `{{ variable }}` from the host's variables; any other template is left out with a note. */
function template(text: string, context: TemplateContext): string | undefined {
  if (!text.includes('{{') && !text.includes('{%')) return text
  let open = false
  const filled = text.replaceAll(/\{\{\s*([A-Za-z_]\w*)\s*\}\}/g, (_, name: string) => {
    const value = name === 'inventory_hostname' ? context.host : context.vars.get(name)?.value
    const plain = context.depth > 5 ? undefined : scalarText(value)
    const inner = plain === undefined ? undefined : template(plain, { ...context, depth: context.depth + 1 })
    if (inner === undefined) open = true
    return inner ?? ''
  })
  if (!open && !filled.includes('{{') && !filled.includes('{%')) return filled
  const place = context.vars.get(context.name)?.place ?? { file: '', line: 0 }
  const en = `${context.name} was left out: its template is not worked out here`
  if (context.depth === 0) context.notes.add({ en, zh: `忽略 ${context.name}：不解析其中的模板` }, place)
  return undefined
}

/** Ansible takes key files relative to where it is started. */
function localPath(path: string): string {
  return path.startsWith('~') ? path : resolve(path)
}
