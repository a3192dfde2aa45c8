import { defineCollector } from '../model/collector.ts'
import type { Cron } from '../model/facts-services.ts'
import { cronCommand } from './cron-command.ts'
import { readable } from './readable.ts'

const files = ['/etc/crontab', '/etc/cron.d/*', '/var/spool/cron/*'] as const

/** Files that packages of the distribution put there. */
const ownFiles: ReadonlySet<string> = new Set([
  '/etc/cron.d/0hourly',
  '/etc/cron.d/raid-check',
  '/etc/cron.d/sysstat',
  '/etc/cron.d/pcp-pmie',
  '/etc/cron.d/pcp-pmlogger',
  '/etc/cron.hourly/0anacron',
  '/etc/cron.hourly/mcelog.cron',
  '/etc/cron.daily/logrotate',
  '/etc/cron.daily/man-db.cron',
  '/etc/cron.daily/mlocate',
  '/etc/cron.daily/rhsmd',
  '/etc/cron.daily/certwatch',
  '/etc/cron.weekly/98-zfs-fuse',
  '/etc/cron.monthly/0anacron',
])

/** Cron jobs that somebody added: tables of the system and of users, and scripts in the period directories. */
export const cron = defineCollector({
  fact: 'cron',
  set: 'full',
  command: 'cat /etc/crontab /etc/cron.d/* /var/spool/cron/*; ls /etc/cron.{hourly,daily,weekly,monthly}',
  files,
  paths: ['/etc/cron.hourly/*', '/etc/cron.daily/*', '/etc/cron.weekly/*', '/etc/cron.monthly/*'],
  parse(input) {
    const { texts, note } = readable(input, files)
    const tables = [...texts]
      .filter(([file]) => !ownFiles.has(file))
      .flatMap(([file, text]) => text.split('\n').flatMap((line) => parseJob(line, file) ?? []))
    const scripts = [...input.paths.keys()].flatMap((path) => {
      const period = /^\/etc\/cron\.(hourly|daily|weekly|monthly)\/[^/]+$/.exec(path)?.[1]
      if (period === undefined || ownFiles.has(path)) return []
      return [{ source: path, user: 'root', schedule: `@${period}`, command: path }]
    })
    const value: Cron = { jobs: [...tables, ...scripts] }
    const withNote = note(value)
    if (input.privilege !== 'user' || 'degraded' in withNote) return withNote
    return { value, degraded: 'read without root: crontabs of users absent' }
  },
})

/** One line of a cron table; tables of users (/var/spool/cron) have no user column. Null for settings and comments. */
export function parseJob(line: string, file: string): Cron['jobs'][number] | null {
  const text = line.trim()
  if (text === '' || text.startsWith('#') || /^["']?\w+["']?\s*=/.test(text)) return null
  const [, schedule, rest] = scheduled.exec(text) ?? []
  if (schedule === undefined || rest === undefined) return null
  const owner = /^\/var\/spool\/cron\/([^/]+)$/.exec(file)?.[1]
  const [, user, command] = owner === undefined ? (/^(\S+)\s+(.*)$/.exec(rest) ?? []) : [rest, owner, rest]
  if (user === undefined || command === undefined) return null
  return {
    source: file,
    // Where somebody forgot the column, a word of the command stands there.
    user: /^[\w.@-]{1,64}\$?$/.test(user) ? user : null,
    schedule: schedule.replaceAll(/\s+/g, ' '),
    command: cronCommand(command),
  }
}

const item = String.raw`(?:\*|~|\d{1,2}|[a-z]{3})(?:[-~](?:\d{1,2}|[a-z]{3}))?(?:/\d{1,3})?`
const field = `${item}(?:,${item})*`
/** Five fields of crontab(5), or `@daily`; other words could be anything. */
const scheduled = new RegExp(String.raw`^(@[a-z]{4,8}|(?:${field}\s+){4}${field})\s+(\S.*)$`, 'i')
