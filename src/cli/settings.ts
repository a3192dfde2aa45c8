import type { Text } from '../model/text.ts'
import { settingTexts } from './messages-settings.ts'

/** How text from a flag or a variable becomes a value. `seconds` is written in seconds and kept in milliseconds. */
export type SettingKind = 'text' | 'path' | 'integer' | 'seconds' | 'switch' | 'list' | 'path-list'

/** One setting: its key in osferry.yaml, its flag, its environment variable, its default. */
export interface SettingRow {
  kind: SettingKind
  env: string
  /** As commander writes it; a setting without one can be set by file and variable only. */
  flags?: string
  /** What the flag puts there, for flags without a value (`--deep`). */
  flagValue?: string
  fallback?: string | number | boolean | readonly string[]
  /** On every command. */
  global?: boolean
  choices?: readonly string[]
}

const severityNames = ['block', 'high', 'medium', 'low', 'info']

/**
 * Every setting there is; the keys are those of osferry.yaml, which a test compares. Defaults of `ssh.` are told here
 * and filled in where hosts are resolved, below what the inventory says; a test compares those too.
 */
export const settingRows = {
  lang: row('text', {
    flags: '--lang <tag>',
    fallback: 'auto',
    choices: ['en', 'zh-CN', 'auto'],
    global: true,
  }),
  color: row('text', {
    flags: '--color <when>',
    fallback: 'auto',
    choices: ['auto', 'always', 'never'],
    global: true,
  }),
  output: row('text', {
    flags: '-o, --output <format>',
    fallback: 'table',
    choices: ['table', 'wide', 'json', 'yaml', 'ndjson', 'name', 'csv'],
    global: true,
  }),
  inventory: row('path', { flags: '-i, --inventory <file>', fallback: 'inventory.yaml' }),
  facts: row('path', { flags: '--facts <dir>' }),
  state: row('path', { flags: '--state <dir>', fallback: '.osferry', global: true }),
  selector: row('text', { flags: '-l, --selector <expression>' }),
  store: row('text', { flags: '--store <name>', fallback: 'parked' }),
  'ssh.user': row('text', { flags: '-u, --user <name>' }),
  'ssh.port': row('integer', { flags: '-p, --port <number>', fallback: 22 }),
  'ssh.backend': row('text', {
    flags: '--ssh-backend <name>',
    fallback: 'auto',
    choices: ['auto', 'ssh2', 'openssh'],
  }),
  'ssh.identityFiles': row('path-list', { flags: '--identity <file>' }),
  'ssh.certificateFiles': row('path-list', {}),
  'ssh.agent': row('switch', { fallback: true }),
  'ssh.password': row('text', {}),
  'ssh.passphrase': row('text', {}),
  'ssh.jump': row('list', { flags: '-J, --jump <host>' }),
  'ssh.become': row('text', { flags: '--become <how>', fallback: 'none', choices: ['none', 'sudo'] }),
  'ssh.becomePassword': row('text', {}),
  'ssh.hostKeys': row('text', {
    flags: '--accept-new-host-keys',
    flagValue: 'accept-new',
    fallback: 'strict',
  }),
  'ssh.knownHostsFiles': row('path-list', {
    flags: '--known-hosts <file>',
    fallback: ['~/.ssh/known_hosts', '/etc/ssh/ssh_known_hosts'],
  }),
  'ssh.hostKeyAlias': row('text', {}),
  'ssh.connectTimeoutMs': row('seconds', { flags: '--connect-timeout <seconds>', fallback: 10_000 }),
  'ssh.configFile': row('path', { flags: '-F, --ssh-config <file>' }),
  'collect.concurrency': row('integer', { flags: '--concurrency <hosts>', fallback: 50 }),
  'collect.timeoutSeconds': row('integer', { flags: '--timeout <seconds>', fallback: 120 }),
  'collect.set': row('text', { flags: '--set <name>', fallback: 'full', choices: ['basic', 'full', 'deep'] }),
  'assess.targets': row('list', { flags: '-t, --target <name>', fallback: ['all'] }),
  'assess.failOn': row('text', {
    flags: '--fail-on <severity>',
    fallback: 'block',
    choices: ['block', 'high', 'medium', 'low', 'never'],
  }),
  'assess.show': row('text', { flags: '--show <severity>', fallback: 'high', choices: severityNames }),
  'assess.waivers': row('path', { flags: '--waivers <file>' }),
  'assess.checks': row('path', { flags: '--checks <dir>' }),
  'assess.anck': row('text', { flags: '--anck <line>', fallback: '5.10', choices: ['4.19', '5.10'] }),
  'cluster.kubeconfig': row('path', { flags: '--kubeconfig <file>' }),
  'cluster.context': row('text', { flags: '--context <name>' }),
  'ignition.profiles': row('path-list', {}),
  'ignition.settings': row('path', {}),
  'approvals.allowedSigners': row('path', { flags: '--allowed-signers <file>' }),
  'approvals.require': row('integer', { flags: '--require <number>', fallback: 1 }),
  'report.formats': row('list', {
    flags: '-f, --format <kind[=path]>',
    fallback: ['html', 'md', 'json', 'junit', 'csv'],
  }),
  'report.lang': row('text', {}),
  'report.dir': row('path', { flags: '-d, --dir <dir>', fallback: 'osferry-report' }),
} as const satisfies Record<string, Omit<SettingRow, 'env'>>

export type SettingKey = keyof typeof settingRows
export const settingKeys = Object.keys(settingRows) as readonly SettingKey[]

/** The row of a key, its environment variable included: `assess.failOn` is OSFERRY_FAIL_ON. */
export function settingRow(key: SettingKey): SettingRow {
  return { ...settingRows[key], env: variableOf(key) }
}

/** The default for people; undefined when there is none. */
export function fallbackText({ kind, fallback }: SettingRow): string | undefined {
  if (fallback === undefined) return undefined
  if (kind === 'seconds') return `${Number(fallback) / 1000} s`
  return Array.isArray(fallback) ? fallback.join(', ') : String(fallback)
}

/** The words `--help` shows for a setting's flag. */
export function settingText(key: SettingKey): Text {
  return settingTexts[key]
}

function variableOf(key: SettingKey): string {
  const words = key.replace(/^(collect|assess)\./, '').replaceAll(/([a-z])([A-Z])/g, '$1_$2')
  return `OSFERRY_${words.replaceAll('.', '_').toUpperCase()}`
}

function row(kind: SettingKind, rest: Omit<SettingRow, 'env' | 'kind'>): Omit<SettingRow, 'env'> {
  return { kind, ...rest }
}
