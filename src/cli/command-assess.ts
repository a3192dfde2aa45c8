import type { AssessmentHead } from '../inventory/assessment-file.ts'
import type { Severity } from '../model/target.ts'
import { isAtLeast } from '../model/target.ts'
import { assessStream } from './assess-output.ts'
import { printSummary } from './assess-print.ts'
import { runAssessment } from './assess-run.ts'
import type { AssessTally } from './assess-tally.ts'
import { createAssessTally, shownFindings } from './assess-tally.ts'
import { targetsOf } from './assess-targets.ts'
import { defineCommand } from './define-command.ts'
import type { CommandExit } from './define-command.ts'
import { assessTexts } from './messages-assess.ts'
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
  examples: [
    'osferry assess --target anck --anck 4.19',
    'osferry assess --fail-on high --waivers waivers.yaml -o json > assessment.json',
  ],
  async run(context) {
    const { settings, signal } = context
    const targets = targetsOf(settings.list('assess.targets'))
    const stream = assessStream(context)
    const tally = createAssessTally()
    let head: AssessmentHead | undefined
    const end = await runAssessment(context, {
      targets,
      signal,
      onHead(made): void {
        head = made
        stream?.head(made)
      },
      onHost(digest, whole): Promise<void> | void {
        tally.add(digest)
        return stream?.host(whole())
      },
    })
    const exit = exitOf(tally, settings.required('assess.failOn'))
    if (stream !== undefined) {
      await stream.end(end, exit)
      return exit
    }
    await printSummary(context, { end, tally, head, show: settings.required('assess.show') as Severity })
    const { say, stdout } = context
    stdout.write(`\n${say(assessTexts.saved)} ${shortPath(context, assessmentPath(context))}\n`)
    for (const command of exit.next) stdout.write(`${say(assessTexts.next)} ${command}\n`)
    return exit
  },
})

/** 2 = findings at or above the gate (it wins: they are certain), 3 = some hosts could not be judged, else 0. */
function exitOf(tally: AssessTally, failOn: string): CommandExit {
  const { worst, troubled, unknownHosts } = tally
  const gravest = shownFindings(tally, 'info')[0]?.key
  const next = ['osferry report', ...(gravest === undefined ? [] : [`osferry checks explain ${gravest}`])]
  const open = troubled.length > 0 || unknownHosts > 0
  const doubt = `${hostsInEnglish(troubled.length)} without complete facts, ${hostsInEnglish(unknownHosts)} UNKNOWN for a target`
  if (failOn !== 'never' && worst !== undefined && isAtLeast(worst, failOn as Severity)) {
    return { code: 2, reason: `findings at or above ${failOn}${open ? `; ${doubt}` : ''}`, next }
  }
  return open ? { code: 3, reason: doubt, next } : { code: 0, reason: 'clean', next: ['osferry report'] }
}
