import { existsSync } from 'node:fs'
import { access, constants, lstat, readdir, stat, statfs } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { isPrevious } from '../inventory/previous-facts.ts'
import { isMigrationError } from '../model/errors.ts'
import type { Text } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import { errorAdvice } from './error-advice.ts'
import { loadAllHosts } from './load-hosts.ts'
import { factsDirectory } from './state-paths.ts'

/** One thing that doctor looked at. */
export interface Diagnosis {
  id: string
  state: 'ok' | 'info' | 'warn' | 'fail'
  what: Text
  /** Empty when there is nothing. */
  found: string
  fix?: Text
}

/** Looks at this machine and the saved state; contacts nothing. */
export async function examine(context: CommandContext): Promise<Diagnosis[]> {
  const looks = [node, ssh, agent, knownHosts, clock, chromium, inventory, stateDirectory, disk, factsAge]
  const found: Diagnosis[] = []
  for (const look of looks) found.push(await look(context))
  return found
}

function node(): Promise<Diagnosis> {
  const major = Number(process.versions.node.split('.')[0])
  const what = { en: 'Node.js 24 or newer', zh: 'Node.js 24 或更高版本' }
  const base = { id: 'node', what, found: process.versions.node }
  const fix = { en: 'install Node.js 24', zh: '安装 Node.js 24' }
  return Promise.resolve(major >= 24 ? { ...base, state: 'ok' } : { ...base, state: 'fail', fix })
}

async function ssh({ env, settings }: CommandContext): Promise<Diagnosis> {
  const path = await findProgram(env, ['ssh'])
  const what = { en: 'OpenSSH client', zh: 'OpenSSH 客户端' }
  if (path !== undefined) return { id: 'ssh', state: 'ok', what, found: path }
  const isChosen = settings.text('ssh.backend') === 'openssh'
  const fix = isChosen
    ? {
        en: 'ssh.backend: openssh needs it: install openssh-clients',
        zh: 'ssh.backend: openssh 需要它：安装 openssh-clients',
      }
    : {
        en: 'only certificates, FIDO keys and ssh_config import need it: install openssh-clients',
        zh: '仅证书、FIDO 密钥和导入 ssh_config 时需要：安装 openssh-clients',
      }
  return { id: 'ssh', state: isChosen ? 'fail' : 'warn', what, found: '', fix }
}

function agent({ env, settings }: CommandContext): Promise<Diagnosis> {
  const socket = env['SSH_AUTH_SOCK']
  const what = { en: 'ssh agent', zh: 'ssh-agent' }
  if (settings.all.get('ssh.agent')?.value === false)
    return Promise.resolve({ id: 'agent', state: 'info', what, found: 'ssh.agent: false' })
  const alive = socket !== undefined && socket !== '' && existsSync(socket)
  if (alive) return Promise.resolve({ id: 'agent', state: 'ok', what, found: socket })
  const fix = {
    en: 'only needed when your keys are in one: ssh-add',
    zh: '仅当密钥保存在 agent 中时需要：ssh-add',
  }
  return Promise.resolve({ id: 'agent', state: 'info', what, found: socket ?? '', fix })
}

async function knownHosts(context: CommandContext): Promise<Diagnosis> {
  const files = await knownHostsFiles(context)
  const there = files.filter((path) => existsSync(path))
  const what = { en: 'known host keys', zh: '已知主机密钥' }
  if (there.length > 0) return { id: 'known-hosts', state: 'ok', what, found: there.join(', ') }
  const fix = {
    en: 'bring it from a machine that knows the hosts, or collect once with --accept-new-host-keys',
    zh: '从已登录过这些主机的机器复制，或首次采集时使用 --accept-new-host-keys',
  }
  const takesNew = context.settings.text('ssh.hostKeys') === 'accept-new'
  const found = `${context.say({ en: 'not there', zh: '不存在' })}: ${files.join(', ')}`
  return takesNew
    ? { id: 'known-hosts', state: 'info', what, found }
    : { id: 'known-hosts', state: 'warn', what, found, fix }
}

/** The files that the hosts of the inventory are checked with; without one those of the settings. */
async function knownHostsFiles(context: CommandContext): Promise<string[]> {
  const home = context.env['HOME'] ?? homedir()
  try {
    const hosts = await loadAllHosts(context)
    const files = new Set(hosts.flatMap(({ ssh }) => ssh.knownHostsFiles))
    if (files.size > 0) return [...files]
  } catch (error) {
    if (!isMigrationError(error)) throw error
  }
  return context.settings.list('ssh.knownHostsFiles').map((path) => path.replace(/^~(?=\/)/, home))
}

function clock({ clock }: CommandContext): Promise<Diagnosis> {
  const now = clock.now()
  const what = { en: 'clock', zh: '系统时间' }
  if (now >= '2025-01-01') return Promise.resolve({ id: 'clock', state: 'ok', what, found: now })
  const fix = {
    en: 'set the clock: waivers and certificates are judged by it',
    zh: '校正系统时间：豁免和证书的有效期以此判断',
  }
  return Promise.resolve({ id: 'clock', state: 'fail', what, found: now, fix })
}

async function chromium({ env }: CommandContext): Promise<Diagnosis> {
  const path = await findProgram(env, ['chromium', 'chromium-browser', 'google-chrome', 'microsoft-edge'])
  const what = { en: 'browser for PDF (optional)', zh: '生成 PDF 的浏览器（可选）' }
  return { id: 'chromium', state: 'info', what, found: path ?? '' }
}

async function inventory(context: CommandContext): Promise<Diagnosis> {
  const what = { en: 'inventory', zh: '主机清单' }
  try {
    const hosts = await loadAllHosts(context)
    return {
      id: 'inventory',
      state: 'ok',
      what,
      found: `${hosts.length} (${context.settings.required('inventory')})`,
    }
  } catch (error) {
    if (!isMigrationError(error)) throw error
    const state = error.code === 'INVENTORY_NOT_FOUND' ? 'warn' : 'fail'
    const fix = { en: error.hint ?? 'correct the file', zh: errorAdvice[error.code] }
    return { id: 'inventory', state, what, found: error.message, fix }
  }
}

async function stateDirectory({ settings, say }: CommandContext): Promise<Diagnosis> {
  const path = settings.required('state')
  const what = { en: 'state directory', zh: '状态目录' }
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) {
    const absent = say({ en: 'not there yet', zh: '尚不存在' })
    return { id: 'state', state: 'info', what, found: `${path}: ${absent}` }
  }
  const fix = { en: `make it your own: chmod 700 ${path}`, zh: `设为仅自己可访问：chmod 700 ${path}` }
  const mode = (found.mode & 0o777).toString(8)
  if (!found.isDirectory())
    return { id: 'state', state: 'fail', what, found: `${path}: not a directory`, fix }
  const writable = await access(path, constants.W_OK).then(
    () => true,
    () => false,
  )
  const foreign = process.geteuid !== undefined && found.uid !== process.geteuid()
  if (!writable || foreign)
    return { id: 'state', state: 'fail', what, found: `${path} ${mode} uid ${found.uid}`, fix }
  const open = (found.mode & 0o077) !== 0
  return open
    ? { id: 'state', state: 'warn', what, found: `${path} ${mode}`, fix }
    : { id: 'state', state: 'ok', what, found: `${path} ${mode}` }
}

const lowBytes = 512 * 1024 * 1024

async function disk({ settings, cwd }: CommandContext): Promise<Diagnosis> {
  const path = existsSync(settings.required('state')) ? settings.required('state') : cwd
  const { bavail, bsize } = await statfs(path)
  const what = { en: 'free disk space', zh: '可用磁盘空间' }
  const found = `${Math.floor((bavail * bsize) / 1024 / 1024)} MiB`
  if (bavail * bsize >= lowBytes) return { id: 'disk', state: 'ok', what, found }
  const fix = {
    en: 'free at least 512 MiB, or choose another --state',
    zh: '至少释放 512 MiB，或用 --state 指定其他目录',
  }
  return { id: 'disk', state: 'fail', what, found, fix }
}

const freshDays = 7

async function factsAge(context: CommandContext): Promise<Diagnosis> {
  const directory = factsDirectory(context)
  const what = { en: 'saved facts', zh: '已保存的主机信息' }
  const names = (await readdir(directory).catch(() => [])).filter(
    (name) => name.endsWith('.json') && !name.startsWith('.') && !isPrevious(name),
  )
  if (names.length === 0) return { id: 'facts', state: 'info', what, found: '0' }
  let oldest = Number.POSITIVE_INFINITY
  for (const name of names) oldest = Math.min(oldest, (await stat(join(directory, name))).mtimeMs)
  const days = Math.floor((Date.parse(context.clock.now()) - oldest) / 86_400_000)
  const found = `${names.length}, ${days} d`
  const broken = await unreadable(directory)
  if (broken.length > 0) {
    const more = broken.length > 3 ? ` + ${broken.length - 3}` : ''
    return {
      id: 'facts',
      state: 'warn',
      what,
      found: `${found}; ${broken.slice(0, 3).join(' ')}${more}`,
      fix: {
        en: 'the named files cannot be read: collect those hosts again',
        zh: '所列文件无法读取：请重新采集这些主机',
      },
    }
  }
  if (days <= freshDays) return { id: 'facts', state: 'ok', what, found }
  const fix = {
    en: 'collect again: facts older than a week lower the confidence',
    zh: '请重新采集：超过一周的信息会降低可信度',
  }
  return { id: 'facts', state: 'warn', what, found, fix }
}

/** Names of facts files that are cut or no JSON; a directory that two files of one host spoil is named by `assess`. */
async function unreadable(directory: string): Promise<string[]> {
  const { listFacts } = await import('../inventory/facts-store.ts')
  const listed = await listFacts(directory, { keepBroken: true }).catch(() => [])
  return listed.flatMap(({ broken, whole, path }) => (broken === true || !whole ? [basename(path)] : []))
}

async function findProgram(
  env: CommandContext['env'],
  names: readonly string[],
): Promise<string | undefined> {
  for (const directory of (env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) {
      const path = join(directory, name)
      const found = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
      if (found && directory !== '') return path
    }
  }
  return undefined
}
