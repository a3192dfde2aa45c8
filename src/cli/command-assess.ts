import type { AssessmentHead } from '../inventory/assessment-file.ts'
import type { Severity } from '../model/target.ts'
import { isAtLeast } from '../model/target.ts'
import { printAssessment } from './assess-output.ts'
import { printSummary } from './assess-print.ts'
import { runAssessment } from './assess-run.ts'
import type { AssessTally } from './assess-tally.ts'
import { createAssessTally, shownFindings } from './assess-tally.ts'
import { targetsOf } from './assess-targets.ts'
import { snapshotFlag } from './cluster-flags.ts'
import type { CommandContext } from './context.ts'
import { defineCommand } from './define-command.ts'
import type { CommandExit } from './define-command.ts'
import { assessTexts } from './messages-assess.ts'
import { isForPeople } from './output.ts'
import { assessmentPath, shortPath } from './state-paths.ts'
import { hostsInEnglish } from '../model/text.ts'

/** `osferry assess`: judges saved facts; no host is contacted. */
export const assess = defineCommand({
  path: 'assess',
  details: {
    en: 'Judges saved facts; no host is contacted. Exit 2 when a finding is at or above --fail-on; else 3 when a host failed or could not be judged.',
    zh: '评估已保存的主机信息，不连接任何主机。存在达到 --fail-on 级别的问题时退出码为 2；否则若有主机失败或无法判定则为 3。',
  },
  settings: [
    'inventory',
    'selector',
    'facts',
    'assess.targets',
    'assess.anck',
    'assess.failOn',
    'assess.show',
    'assess.waivers',
    'assess.checks',
  ],
  flags: [snapshotFlag],
  examples: [
    'osferry assess --target anck --anck 4.19',
    'osferry assess --fail-on high --waivers waivers.yaml -o json > assessment.json',
  ],
  async run(context, input) {
    const { settings, signal } = context
    const targets = targetsOf(settings.list('assess.targets'))
    const tally = createAssessTally()
    let head: AssessmentHead | undefined
    const end = await runAssessment(context, {
      targets,
      cluster: input.value('--cluster'),
      signal,
      onHead(made): void {
        head = made
      },
      onHost: (digest) => tally.add(digest),
    })
    const exit = exitOf(tally, { failOn: settings.required('assess.failOn'), hosts: end.summary.hosts })
    if (head !== undefined && !isForPeople(context)) {
      warnOfUnreadable(context, tally)
      await printAssessment(context, { head, end, exit })
      return exit
    }
    await printSummary(context, { end, tally, head, show: settings.required('assess.show') as Severity })
    const { say, stdout } = context
    stdout.write(`\n${say(assessTexts.saved)} ${shortPath(context, assessmentPath(context))}\n`)
    for (const command of exit.next) stdout.write(`${say(assessTexts.next)} ${command}\n`)
    return exit
  },
})

const maxWarnings = 10

/** The documents name them too; whoever reads stderr shall not miss them. */
function warnOfUnreadable({ log }: CommandContext, { unreadable }: AssessTally): void {
  for (const { failure } of unreadable.slice(0, maxWarnings)) log.warn(failure?.message ?? '')
  if (unreadable.length > maxWarnings)
    log.warn('more facts files could not be read', { files: unreadable.length - maxWarnings })
}

/** 2 = findings at or above the gate (it wins: they are certain), 3 = some hosts could not be judged, else 0. */
function exitOf(tally: AssessTally, { failOn, hosts }: { failOn: string; hosts: number }): CommandExit {
  const { worst, troubled, unknownHosts } = tally
  const next = nextCommands(tally, hosts)
  const open = troubled.length > 0 || unknownHosts > 0
  const doubt = `${hostsInEnglish(troubled.length)} without complete facts, ${hostsInEnglish(unknownHosts)} UNKNOWN for a target`
  if (failOn !== 'never' && worst !== undefined && isAtLeast(worst, failOn as Severity)) {
    return { code: 2, reason: `findings at or above ${failOn}${open ? `; ${doubt}` : ''}`, next }
  }
  return open ? { code: 3, reason: doubt, next } : { code: 0, reason: 'clean', next }
}

/** Hosts that nobody has looked at come first, then what is known. */
function nextCommands(tally: AssessTally, hosts: number): string[] {
  const { neverCollected, unreadable } = tally
  const [broken] = unreadable
  const gravest = shownFindings(tally, 'info')[0]?.key
  return [
    ...(neverCollected > 0 ? ['osferry collect --only-missing'] : []),
    ...(broken === undefined ? [] : [`osferry collect -l host=${broken.host}`]),
    ...(neverCollected + unreadable.length < hosts ? ['osferry report'] : []),
    ...(gravest === undefined ? [] : [`osferry checks explain ${gravest}`]),
  ]
}
