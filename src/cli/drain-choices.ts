import { resolve } from 'node:path'
import { MigrationError } from '../model/errors.ts'
import type { DrainChoices } from '../steps/drain-choices.ts'
import type { CommandContext } from './context.ts'
import type { CommandInput, FlagDefinition } from './define-command.ts'
import { durationMs } from './duration.ts'

/** The flags by which a person decides about a drain. */
export const drainFlags: readonly FlagDefinition[] = [
  {
    flags: '--dry-run <how>',
    choices: ['client', 'server'],
    text: {
      en: 'only say what would happen; server: ask the server for every write, too',
      zh: '只说明将会发生什么；server：同时让 API server 预检每次写入',
    },
  },
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
  return {
    deleteEmptyDirData: input.on('--delete-emptydir-data'),
    leaveLocalData: input.on('--leave-local-data'),
    naked: input.on('--recreate-naked') ? 'recreate' : input.on('--force-naked') ? 'force' : 'refuse',
    gracePeriodSeconds: wholeNumber(input, '--grace-period'),
    timeoutMs: timeout === undefined ? undefined : durationMs(timeout, '--timeout'),
    ...(detach === undefined ? {} : { detachTimeoutMs: durationMs(detach, '--detach-timeout') }),
    rules: rules === undefined ? [] : await rulesOf(context, rules),
  }
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
