import type { ErrorCode } from '../model/errors.ts'
import { hostsInEnglish, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import { countCollected, rightsHint, rightsText } from './collect-result.ts'
import type { CollectCounts, CollectedHost } from './collect-result.ts'
import type { CommandContext } from './context.ts'
import type { CommandExit } from './define-command.ts'
import { errorAdvice } from './error-advice.ts'
import { collectTexts } from './messages-collect.ts'
import { errorTitles } from './messages-errors.ts'
import { jsonText, printDocument, printList, printTable } from './output.ts'
import type { Column } from './output.ts'
import { interruptedCode } from './signals.ts'
import { factsDirectory, shortPath } from './state-paths.ts'

/** Prints what came of a collection and decides the exit code: 0 all complete, 3 some not, 130 after Ctrl-C. */
export async function printCollected(
  context: CommandContext,
  results: readonly CollectedHost[],
  left: number,
): Promise<CommandExit> {
  const sorted = [...results].sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : 0))
  const hosts = await withPrevious(context, sorted)
  const counts = countCollected(hosts, left)
  const exit = exitOf(context, counts)
  const { format } = context
  if (format === 'json' || format === 'yaml') {
    await printDocument(context, { facts: factsDirectory(context), counts, hosts, exit })
  } else if (format === 'ndjson') {
    context.stdout.write(`${jsonText({ event: 'end', at: context.clock.now(), counts, exit })}\n`)
  } else if (format === 'csv' || format === 'name') {
    await printList(context, { columns: hostColumns, items: hosts, name: ({ host }) => host })
  } else {
    await printForPeople(context, hosts, counts)
    for (const command of exit.next) {
      const label = context.say(left > 0 ? collectTexts.continueWith : collectTexts.next)
      context.stdout.write(`${label} ${command}\n`)
    }
  }
  return exit
}

/** Says of each host that failed, or of which less was read now, where its better facts of before are. */
async function withPrevious(
  context: CommandContext,
  hosts: readonly CollectedHost[],
): Promise<readonly CollectedHost[]> {
  const { previousFacts } = await import('../inventory/facts-store.ts')
  const found: CollectedHost[] = []
  for (const host of hosts) {
    const previous = await previousFacts(factsDirectory(context), host.host)
    found.push(previous === undefined ? host : { ...host, previous })
  }
  return found
}

const hostColumns: readonly Column<CollectedHost>[] = [
  { key: 'host', title: collectTexts.hostColumn, value: ({ host }) => host },
  { key: 'status', title: collectTexts.statusColumn, value: ({ status }) => status },
  { key: 'code', title: collectTexts.codeColumn, value: ({ code }) => code ?? '' },
  { key: 'reason', title: collectTexts.reasonColumn, value: ({ message }) => message ?? '' },
  { key: 'hint', title: collectTexts.hintColumn, value: ({ hint }) => hint ?? '' },
  { key: 'address', title: collectTexts.addressColumn, value: ({ address }) => address, wide: true },
  {
    key: 'facts',
    title: collectTexts.factsColumn,
    value: ({ facts }) => String(facts),
    wide: true,
    number: true,
  },
  {
    key: 'gaps',
    title: collectTexts.gapsColumn,
    value: ({ gaps }) => String(gaps),
    wide: true,
    number: true,
  },
  {
    key: 'degraded',
    title: collectTexts.degradedColumn,
    value: ({ degraded }) => String(degraded),
    wide: true,
    number: true,
  },
  { key: 'privilege', title: collectTexts.rightsColumn, value: ({ privilege }) => privilege, wide: true },
  {
    key: 'seconds',
    title: collectTexts.timeColumn,
    value: ({ durationMs }) => (durationMs / 1000).toFixed(1),
    wide: true,
    number: true,
  },
]

async function printForPeople(
  context: CommandContext,
  hosts: readonly CollectedHost[],
  counts: CollectCounts,
): Promise<void> {
  const { say, stdout } = context
  if (context.format === 'wide') {
    await printTable(context, { columns: hostColumns, items: hosts, name: ({ host }) => host })
    stdout.write('\n')
  } else {
    printTroubled(context, hosts)
  }
  const codes = Object.entries(counts.byCode).sort((a, b) => b[1] - a[1])
  if (codes.length > 0) {
    await printTable(context, {
      columns: [
        { key: 'hosts', title: collectTexts.hostsColumn, value: ([, count]) => String(count), number: true },
        { key: 'code', title: collectTexts.codeColumn, value: ([code]) => code },
        { key: 'meaning', title: collectTexts.meaningColumn, value: ([code]) => meaningOf(context, code) },
      ],
      items: codes,
      name: ([code]) => code,
    })
    stdout.write('\n')
  }
  const parts = [
    `✔ ${counts.complete} ${say(collectTexts.complete)}`,
    `◐ ${counts.partial} ${say(collectTexts.partial)}`,
    `✖ ${counts.failed} ${say(collectTexts.failed)}`,
    ...(counts.lackingRights > 0 ? [`◐ ${counts.lackingRights} ${say(collectTexts.lackingRights)}`] : []),
    ...(counts.left > 0 ? [`${counts.left} ${say(collectTexts.notStarted)}`] : []),
  ]
  stdout.write(`${parts.join('  ')}\n`)
  if (counts.degraded > 0) stdout.write(`${say(degradedText(counts.degraded))}\n`)
  stdout.write(`${say(collectTexts.savedIn)} ${shortPath(context, factsDirectory(context))}\n`)
}

function degradedText(hosts: number): Text {
  return {
    en: `on ${hostsInEnglish(hosts)} some facts are not whole (DEGRADED in -o wide); checks that need the rest say unknown`,
    zh: `${hosts} 台主机的部分信息不完整（见 -o wide 的“不完整”列），依赖这些内容的检查项将判为未知`,
  }
}

const maxTroubled = 50

/** Hosts that are not complete or were read with too few rights, a few lines each: reasons are too long for a table. */
function printTroubled(context: CommandContext, hosts: readonly CollectedHost[]): void {
  const { stdout, say } = context
  const troubled = hosts.filter(
    ({ status, lackingRights, previous }) =>
      status !== 'complete' || lackingRights > 0 || previous !== undefined,
  )
  for (const host of troubled.slice(0, maxTroubled)) stdout.write(linesOf(context, host).join(''))
  const rest = troubled.length - maxTroubled
  if (rest > 0) {
    stdout.write(say({ en: `... and ${rest} more (-o wide)\n`, zh: `……另有 ${rest} 台（-o wide）\n` }))
  }
  if (troubled.length > 0) stdout.write('\n')
}

function linesOf(context: CommandContext, host: CollectedHost): string[] {
  const { say } = context
  const { status, code, message, hint, lackingRights, previous } = host
  const mark = status === 'failed' ? '✖' : status === 'complete' && lackingRights === 0 ? '✔' : '◐'
  const isWhole = status === 'complete' && lackingRights === 0
  const state = isWhole ? 'complete' : status === 'complete' ? 'incomplete' : 'partial'
  const word = code ?? say(collectTexts[state])
  const lines = [`${mark} ${visibleLine(host.host)}  ${word}\n`]
  if (code !== null && message !== null) lines.push(`    ${visibleLine(message)}\n`)
  if (code !== null && hint !== null) lines.push(`    → ${visibleLine(hint)}\n`)
  if (code !== null && context.language === 'zh-CN') lines.push(...adviceLines(code))
  if (lackingRights > 0) lines.push(`    ${say(rightsText(lackingRights))}\n    → ${say(rightsHint)}\n`)
  if (previous !== undefined) {
    const path = visibleLine(shortPath(context, previous))
    lines.push(`    ${say(keptText(path))}\n`)
  }
  return lines
}

function adviceLines(code: string): string[] {
  return Object.hasOwn(errorAdvice, code) ? [`    ${errorAdvice[code as ErrorCode]}\n`] : []
}

function keptText(path: string): Text {
  return {
    en: `an earlier collection read more: it is kept in ${path}; assess does not use it`,
    zh: `之前的采集读取到更多信息，保留在 ${path}，评估时不会使用`,
  }
}

function meaningOf(context: CommandContext, code: string): string {
  return Object.hasOwn(errorTitles, code) ? context.say(errorTitles[code as ErrorCode]) : code
}

function exitOf(context: CommandContext, counts: CollectCounts): CommandExit {
  const again = 'osferry collect --only-missing'
  if (counts.left > 0) {
    const reason = `interrupted: ${counts.total - counts.left} of ${hostsInEnglish(counts.total)} saved`
    return { code: context.signal.aborted ? interruptedCode(context.signal) : 3, reason, next: [again] }
  }
  const rights = counts.lackingRights > 0 ? [`${counts.lackingRights} read without the rights needed`] : []
  if (counts.partial + counts.failed > 0) {
    const parts = [`${counts.failed} failed`, `${counts.partial} partial`, ...rights]
    return {
      code: 3,
      reason: `${parts.join(', ')} of ${hostsInEnglish(counts.total)}`,
      next: [again, 'osferry assess'],
    }
  }
  if (rights.length === 0) return { code: 0, reason: 'all hosts complete', next: ['osferry assess'] }
  const reason = `${rights.join('')} of ${hostsInEnglish(counts.total)}`
  return { code: 3, reason, next: ['osferry collect --become sudo', 'osferry assess'] }
}
