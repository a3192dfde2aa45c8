import { resolve } from 'node:path'
import { MigrationError } from '../model/errors.ts'
import type { DrainChoices, Escalation } from '../steps/drain-choices.ts'
import { dryRunFlag } from './cluster-flags.ts'
import type { CommandContext } from './context.ts'
import type { CommandInput, FlagDefinition } from './define-command.ts'
import { durationMs } from './duration.ts'

/** The flags by which a person decides about a drain. */
export const drainFlags: readonly FlagDefinition[] = [
  {
    flags: '-l, --selector <labels>',
    many: true,
    text: {
      en: 'nodes with these labels, as kubectl takes them, in the place of names',
      zh: '按标签选择节点（语法同 kubectl），代替节点名称',
    },
  },
  dryRunFlag,
  {
    flags: '--timeout <time>',
    text: {
      en: 'for each node: 90s, 30m, 2h; then it is given back as it was found',
      zh: '每个节点的时限，如 90s、30m、2h；超时则恢复原状',
    },
  },
  {
    flags: '--detach-timeout <time>',
    text: {
      en: 'for the volumes of each node, once its pods are gone; default 5m',
      zh: '每个节点的 Pod 离开后等待卷分离的时限，默认 5m',
    },
  },
  {
    flags: '--grace-period <seconds>',
    text: {
      en: 'most seconds a pod gets to end; it never gets more than it asks for',
      zh: 'Pod 结束的最长秒数；不会超过其自身的宽限期',
    },
  },
  {
    flags: '--delete-emptydir-data',
    text: {
      en: 'pods with emptyDir volumes may go; the data are lost',
      zh: '允许驱逐使用 emptyDir 的 Pod；数据会丢失',
    },
  },
  {
    flags: '--leave-local-data',
    text: {
      en: 'pods with hostPath or local volumes may go; the data stay on the node',
      zh: '允许驱逐使用 hostPath 或本地卷的 Pod；数据留在节点上',
    },
  },
  {
    flags: '--recreate-naked',
    text: {
      en: 'pods without a controller may go; their manifests are kept in the state directory',
      zh: '允许驱逐没有控制器的 Pod；其清单保存在状态目录',
    },
  },
  {
    flags: '--force-naked',
    text: { en: 'pods without a controller may go for good', zh: '允许驱逐没有控制器的 Pod，不再恢复' },
  },
  {
    flags: '--rules <file>',
    text: { en: 'drain-rules/v1: what happens to which pods', zh: 'drain-rules/v1：指定各 Pod 的处理方式' },
  },
  {
    flags: '--delete-by-rule <name>',
    many: true,
    text: {
      en: 'a Delete rule of --rules that is meant: its pods go past their budgets; may be repeated',
      zh: '确认 --rules 中的某条 Delete 规则：其 Pod 将绕过中断预算；可重复',
    },
  },
  {
    flags: '--escalate <how>',
    choices: ['none', 'delete', 'force'],
    text: {
      en: 'near the end of --timeout: delete pods that budgets still hold back; force: also cut the grace of pods that do not end',
      zh: '--timeout 临近结束时：delete 删除仍受预算限制的 Pod；force 还会缩短不结束的 Pod 的宽限期',
    },
  },
  {
    flags: '--force-pod <namespace/name>',
    many: true,
    text: {
      en: 'with --escalate force: this pod may be forced off a node that is not heard of, though two copies may run; may be repeated',
      zh: '配合 --escalate force：允许从失联节点强制删除该 Pod（可能同时运行两个副本）；可重复',
    },
  },
  {
    flags: '--exclude-from-load-balancers',
    text: {
      en: 'take nodes at work out of external load balancers, and wait before the first eviction',
      zh: '先将节点从外部负载均衡摘除，等待后再驱逐',
    },
  },
  {
    flags: '--settle <time>',
    text: {
      en: 'with --exclude-from-load-balancers: how long to wait; default 30s',
      zh: '配合 --exclude-from-load-balancers：等待时间，默认 30s',
    },
  },
  {
    flags: '--no-soft-taint',
    text: {
      en: 'nodes that wait get no taint by which pods prefer other nodes',
      zh: '不给等待中的节点添加软污点',
    },
  },
  {
    flags: '--max-nodes <number>',
    text: { en: 'nodes at work at once; default 1', zh: '同时处理的节点数，默认 1' },
  },
]

/** What the flags decide. Throws USAGE and RULES_INVALID. */
export async function drainChoices(context: CommandContext, input: CommandInput): Promise<DrainChoices> {
  const timeout = input.value('--timeout')
  const detach = input.value('--detach-timeout')
  const rules = input.value('--rules')
  if (input.on('--recreate-naked') && input.on('--force-naked'))
    throw new MigrationError('USAGE', '--recreate-naked and --force-naked exclude each other')
  const choices: DrainChoices = {
    deleteEmptyDirData: input.on('--delete-emptydir-data'),
    leaveLocalData: input.on('--leave-local-data'),
    naked: input.on('--recreate-naked') ? 'recreate' : input.on('--force-naked') ? 'force' : 'refuse',
    gracePeriodSeconds: wholeNumber(input, '--grace-period'),
    timeoutMs: timeout === undefined ? undefined : durationMs(timeout, '--timeout'),
    ...(detach === undefined ? {} : { detachTimeoutMs: durationMs(detach, '--detach-timeout') }),
    rules: rules === undefined ? [] : await rulesOf(context, rules),
    deleteByRules: input.values('--delete-by-rule'),
    escalate: (input.value('--escalate') ?? 'none') as Escalation,
    forcePods: input.values('--force-pod'),
    noSoftTaint: input.on('--no-soft-taint'),
  }
  refuseHalfChoices(choices, input)
  if (!input.on('--exclude-from-load-balancers')) return choices
  return { ...choices, loadBalancerSettleMs: durationMs(input.value('--settle') ?? '30s', '--settle') }
}

/** Refuses choices that mean nothing without another one. */
function refuseHalfChoices(choices: DrainChoices, input: CommandInput): void {
  const { escalate, timeoutMs, rules, forcePods = [], deleteByRules = [] } = choices
  if (escalate !== 'none' && timeoutMs === undefined)
    throw new MigrationError('USAGE', '--escalate needs --timeout: it begins near the end of the time')
  if (forcePods.length > 0 && escalate !== 'force')
    throw new MigrationError('USAGE', '--force-pod means nothing without --escalate force')
  const unclear = forcePods.find((name) => !/^[a-z0-9][a-z0-9.-]*\/[a-z0-9][a-z0-9.-]*$/.test(name))
  if (unclear !== undefined)
    throw new MigrationError('USAGE', `--force-pod ${JSON.stringify(unclear)} is no namespace/name`)
  const deleting = rules.filter(({ behavior }) => behavior === 'Delete').map(({ name }) => name)
  const stranger = deleteByRules.find((name) => !deleting.includes(name))
  if (stranger !== undefined) {
    throw new MigrationError('USAGE', `--delete-by-rule ${JSON.stringify(stranger)} names no Delete rule`, {
      hint: deleting.length === 0 ? 'there is none in --rules' : `there are ${deleting.join(', ')}`,
    })
  }
  if (input.value('--settle') !== undefined && !input.on('--exclude-from-load-balancers'))
    throw new MigrationError('USAGE', '--settle means nothing without --exclude-from-load-balancers')
}

/** A whole number of at least 1; undefined when the flag is not given. Throws USAGE. */
export function wholeNumber(input: CommandInput, flag: string): number | undefined {
  const text = input.value(flag)
  if (text === undefined) return undefined
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= 1_000_000) return number
  throw new MigrationError('USAGE', `${flag} ${JSON.stringify(text)} is no whole number of at least 1`)
}

async function rulesOf({ cwd, language }: CommandContext, path: string): Promise<DrainChoices['rules']> {
  const { readDrainRules } = await import('../inventory/drain-rules-file.ts')
  return (await readDrainRules(resolve(cwd, path), { language })).rules
}
