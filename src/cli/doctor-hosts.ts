import type { FactSet } from '../model/collector.ts'
import { hostsInEnglish } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import type { Diagnosis } from './doctor-checks.ts'
import { errorWords } from './error-words.ts'
import type { HostSummary } from './host-summary.ts'
import { loadHosts } from './load-hosts.ts'
import { createPrompter } from './prompter.ts'

/** Names shown of the hosts that fail in the same way. */
const namesShown = 6

/** Logs in to every host chosen and runs `true` there, as `collect` would; nothing is read, saved or changed. */
export async function examineHosts(context: CommandContext): Promise<Diagnosis[]> {
  const hosts = await loadHosts(context)
  // Loaded here, so that doctor without --hosts does not wait for ssh.
  const { probeOverSsh } = await import('./collect-session.ts')
  const answers: HostSummary[] = []
  await probeOverSsh(context, {
    hosts,
    set: context.settings.required('collect.set') as FactSet,
    prompter: createPrompter(context),
    stop: context.signal,
    signal: context.forced(),
    onEvent(event): void {
      if (event.event === 'finished') answers.push(event.summary)
    },
  })
  context.signal.throwIfAborted()
  const failed = answers.filter(({ status }) => status === 'failed')
  const weak = answers.filter(
    ({ status, collection }) => status !== 'failed' && collection.privilege === 'user',
  )
  const reached: Diagnosis = {
    id: 'hosts',
    state: failed.length === 0 ? 'ok' : 'warn',
    what: { en: 'hosts that can be reached', zh: '可以连接的主机' },
    found: `${answers.length - failed.length} / ${hosts.length}`,
  }
  return [reached, ...(weak.length === 0 ? [] : [withoutRights(weak)]), ...failures(failed)]
}

function withoutRights(weak: readonly HostSummary[]): Diagnosis {
  return {
    id: 'hosts-rights',
    state: 'warn',
    what: { en: 'hosts without root rights', zh: '没有 root 权限的主机' },
    found: namesOf(weak),
    fix: {
      en: 'some facts will be missing: set ssh.become: sudo in the inventory',
      zh: '部分信息将缺失：请在清单中设置 ssh.become: sudo',
    },
  }
}

function failures(failed: readonly HostSummary[]): Diagnosis[] {
  const groups = Map.groupBy(failed, ({ failure }) => failure?.code ?? 'HOST_LOST')
  return [...groups].map(([code, hosts]): Diagnosis => {
    const words = errorWords(code)
    const hint = hosts[0]?.failure?.hint ?? hosts[0]?.failure?.message ?? ''
    return {
      id: code,
      state: 'warn',
      what: words?.title ?? { en: code, zh: code },
      found: namesOf(hosts),
      fix: { en: hint, zh: words?.adviceZh ?? hint },
    }
  })
}

function namesOf(hosts: readonly HostSummary[]): string {
  const names = hosts.map(({ host }) => host.name).sort()
  const more = names.length - namesShown
  return more <= 0 ? names.join(' ') : `${names.slice(0, namesShown).join(' ')} + ${hostsInEnglish(more)}`
}
