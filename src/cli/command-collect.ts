import type { FactSet } from '../model/collector.ts'
import { MigrationError } from '../model/errors.ts'
import type { Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { FleetEvent } from './collect-fleet.ts'
import { printCollected } from './collect-print.ts'
import { collectedHost } from './collect-result.ts'
import { summaryOf } from './host-summary.ts'
import type { CollectedHost } from './collect-result.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done } from './define-command.ts'
import type { CommandExit, CommandInput } from './define-command.ts'
import { loadAllHosts, loadHosts } from './load-hosts.ts'
import { collectTexts } from './messages-collect.ts'
import { startProgress } from './progress.ts'
import { createPrompter } from './prompter.ts'
import { leaveOutOptimizers } from './small-heap.ts'
import { sshSettingKeys } from './ssh-setting-keys.ts'
import { factsDirectory } from './state-paths.ts'

/** `osferry collect`: facts of every host, saved as they arrive. */
export const collect = defineCommand({
  path: 'collect',
  details: {
    en: 'One connection and one read-only script a host; nothing is written on it. Facts are saved as they arrive.',
    zh: '每台主机只建立一个连接、运行一个只读脚本，不在主机上写入任何内容。结果到达即保存。',
  },
  settings: [
    'inventory',
    'selector',
    'facts',
    'collect.set',
    'collect.concurrency',
    'collect.timeoutSeconds',
    ...sshSettingKeys,
  ],
  flags: [
    {
      flags: '--deep',
      text: { en: 'the same as --set deep: rpm -Va too', zh: '等同于 --set deep：额外运行 rpm -Va' },
    },
    {
      flags: '--only-missing',
      text: { en: 'only hosts without complete facts of the set', zh: '只采集所选信息集尚不完整的主机' },
    },
    {
      flags: '--from-bundle <dir>',
      text: { en: 'read the output of the script, run by hand', zh: '读取手工运行脚本得到的结果' },
    },
  ],
  examples: [
    'osferry collect -l role=worker --concurrency 20',
    'osferry collect --only-missing',
    'osferry collect --from-bundle ./results',
  ],
  async run(context, input) {
    const set = (input.on('--deep') ? 'deep' : context.settings.required('collect.set')) as FactSet
    const bundle = input.value('--from-bundle')
    return bundle === undefined
      ? await fromHosts(context, input, set)
      : await fromBundle(context, bundle, set)
  },
})

async function fromHosts(context: CommandContext, input: CommandInput, set: FactSet): Promise<CommandExit> {
  const hosts = await hostsToCollect(context, input.on('--only-missing') ? set : undefined)
  if (hosts.length === 0) {
    context.stderr.write(`${context.say(collectTexts.nothingMissing)}\n`)
    return done
  }
  leaveOutOptimizers()
  // Loaded here, so that --help and an early refusal do not wait for ssh.
  const { collectOverSsh } = await import('./collect-session.ts')
  const results: CollectedHost[] = []
  const progress = await startProgress(context, hosts.length)
  context.signal.addEventListener('abort', () => progress.stop())
  let left: string[] = []
  try {
    left = await collectOverSsh(context, {
      hosts,
      set,
      prompter: createPrompter(context),
      stop: context.signal,
      signal: context.forced(),
      onEvent(event): void {
        progress.onEvent(event)
        if (event.event === 'finished') results.push(collectedHost(event))
      },
    })
  } finally {
    await progress.finish()
  }
  return await printCollected(context, results, left.length)
}

/** All hosts chosen, or with `missing` those whose facts do not hold that set. */
async function hostsToCollect(
  context: CommandContext,
  missing: FactSet | undefined,
): ReturnType<typeof loadHosts> {
  const hosts = await loadHosts(context)
  if (missing === undefined) return hosts
  const { completeHosts } = await import('./complete-hosts.ts')
  const complete = await completeHosts(context, hosts, missing)
  return hosts.filter(({ name }) => !complete.has(name))
}

async function fromBundle(context: CommandContext, directory: string, set: FactSet): Promise<CommandExit> {
  const { existsSync } = await import('node:fs')
  const { ensureStateDirectory } = await import('../inventory/atomic-file.ts')
  const { writeFacts } = await import('../inventory/facts-store.ts')
  const { bundleFacts, bundleFiles } = await import('./collect-bundle.ts')
  const files = await bundleFiles(directory)
  const named = context.settings.all.get('inventory')?.origin.from !== 'default'
  const hosts = named || existsSync(context.settings.required('inventory')) ? await loadAllHosts(context) : []
  ensureStateDirectory(context.settings.required('state'))
  const results: CollectedHost[] = []
  const progress = await startProgress(context, files.length)
  context.signal.addEventListener('abort', () => progress.stop())
  const { clock, version } = context
  const onWarning = (warning: Text): void => context.stderr.write(`${visibleLine(context.say(warning))}\n`)
  const fileOf = new Map<string, string>()
  for (const file of files) {
    if (context.signal.aborted) break
    const facts = await bundleFacts(file, { hosts, set, clock, version, onWarning })
    const other = fileOf.get(facts.host.name)
    if (other !== undefined) throw oneHostTwice(facts.host.name, [other, file])
    fileOf.set(facts.host.name, file)
    await writeFacts(factsDirectory(context), facts)
    const event: FleetEvent & { event: 'finished' } = {
      event: 'finished',
      host: facts.host.name,
      summary: summaryOf(facts),
      durationMs: 0,
    }
    progress.onEvent(event)
    results.push(collectedHost(event))
  }
  await progress.finish()
  return await printCollected(context, results, files.length - results.length)
}

function oneHostTwice(host: string, [first, second]: readonly [string, string]): MigrationError {
  return new MigrationError(
    'DOCUMENT_INVALID',
    `two files hold answers of host ${host}: ${first} and ${second}`,
    {
      hint: 'Keep the newer one in the directory; name each file after its host as the inventory has it.',
      details: { host, first, second },
    },
  )
}
