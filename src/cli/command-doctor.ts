import { errorCodes } from '../model/errors.ts'
import type { ErrorCode } from '../model/errors.ts'
import { examine } from './doctor-checks.ts'
import type { Diagnosis } from './doctor-checks.ts'
import { examineHosts } from './doctor-hosts.ts'
import { defineCommand } from './define-command.ts'
import type { CommandExit } from './define-command.ts'
import { isForPeople, printList, type Column } from './output.ts'
import { sshSettingKeys } from './ssh-setting-keys.ts'

const marks = { ok: '✔ ok', info: '· info', warn: '! warn', fail: '✖ fail' } as const

/** `osferry doctor`: what this machine and the saved state lack, each with the way to put it right. */
export const doctor = defineCommand({
  path: 'doctor',
  settings: [
    'inventory',
    'facts',
    'selector',
    'collect.concurrency',
    'cluster.kubeconfig',
    'cluster.context',
    ...sshSettingKeys,
  ],
  flags: [
    {
      flags: '--hosts',
      text: {
        en: 'log in to every host too, and run one harmless command',
        zh: '同时登录每台主机并运行一条无害的命令',
      },
    },
    {
      flags: '--cluster',
      text: {
        en: 'log in to the cluster too, and list every right that is missing',
        zh: '同时登录集群，并列出缺少的每一项权限',
      },
    },
  ],
  examples: ['osferry doctor --hosts', 'osferry doctor --cluster --context production'],
  async run(context, input) {
    const hosts = input.on('--hosts') ? await examineHosts(context) : []
    // Loaded here, so that doctor without --cluster does not wait for it.
    const cluster = input.on('--cluster')
      ? await (await import('./doctor-cluster.ts')).examineCluster(context)
      : []
    const items = [...(await examine(context)), ...hosts, ...cluster]
    const forPeople = isForPeople(context)
    const columns: readonly Column<Diagnosis>[] = [
      ...(forPeople ? [] : [{ key: 'id', title: { en: 'ID', zh: 'ID' }, value: ({ id }: Diagnosis) => id }]),
      {
        key: 'state',
        title: { en: 'STATE', zh: '状态' },
        value: ({ state }) => (forPeople ? marks[state] : state),
      },
      { key: 'what', title: { en: 'WHAT', zh: '项目' }, value: ({ what }) => context.say(what), wrap: true },
      {
        key: 'found',
        title: { en: 'FOUND', zh: '结果' },
        value: ({ found }) => (forPeople && found === '' ? '-' : found),
        wrap: true,
      },
      {
        key: 'fix',
        title: { en: 'TO DO', zh: '处理办法' },
        value: ({ fix }) => (fix === undefined ? '' : context.say(fix)),
        wrap: true,
      },
    ]
    const failed = items.filter(({ state }) => state === 'fail')
    const exit = exitOf(failed, hosts)
    await printList(context, { columns, items, name: ({ id }) => id, exit })
    return exit
  },
})

/** 69 = this machine or the cluster lacks something, 77 = only rights are missing, 3 = some hosts cannot be reached. */
function exitOf(failed: readonly Diagnosis[], hosts: readonly Diagnosis[]): CommandExit {
  if (failed.length > 0) {
    const ids = failed.map(({ id }) => id).join(', ')
    const code = Math.min(...failed.map(({ id }) => codeOf(id)))
    return { code, reason: `${failed.length} things are missing: ${ids}`, next: [] }
  }
  const next = ['osferry collect']
  const unreached = hosts.some(({ id, state }) => id === 'hosts' && state !== 'ok')
  return unreached
    ? { code: 3, reason: 'some hosts cannot be reached', next }
    : { code: 0, reason: 'this machine is ready', next }
}

/** A failed login or a kubeconfig that is wrong keeps the exit code of its error. */
function codeOf(id: string): number {
  if (id.startsWith('cluster-rights-')) return errorCodes.CLUSTER_FORBIDDEN
  return Object.hasOwn(errorCodes, id) ? errorCodes[id as ErrorCode] : 69
}
