import type { RunReport } from '../model/run-report.ts'
import type { Language } from '../model/text.ts'
import { buildRunReport } from '../report/run-report-model.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done } from './define-command.ts'
import { documentTime } from './document-time.ts'
import { withRun } from './find-run.ts'
import { keptPlan } from './kept-plan.ts'
import { printReportFiles, reportFileOf, writeReportPieces, type ReportFileNames } from './report-files.ts'
import { runArgument } from './run-answer.ts'
import { runReportAssets } from './write-reports.ts'

type RunReportFormat = 'html' | 'md' | 'json'

/** `osferry runs report RUN`: what became of a run, for people who were not there. */
export const runsReport = defineCommand({
  path: 'runs report',
  details: {
    en: 'Made of the journal and the plan that was kept; no host and no cluster is asked. How each node ended, time by wave and phase beside what the plan expected, data moved, what went wrong and was given back, and what was waited for longest. Of a run that has not ended, as far as it is. A path of - is stdout.',
    zh: '由运行日志和保存的计划生成，不询问任何主机或集群。内容包括每个节点的结果、各波次与阶段的用时及计划的预计、迁移的数据、出现的问题与恢复原状的情况，以及等待最久的事项。运行尚未结束时报告当前进度。路径为 - 时输出到标准输出。',
  },
  arguments: [runArgument],
  settings: ['report.dir'],
  flags: [
    {
      flags: '--format <format>',
      many: true,
      text: {
        en: 'html, md or json, each with =PATH where it shall be elsewhere; default html',
        zh: 'html、md 或 json，可用 =PATH 指定位置；默认 html',
      },
    },
  ],
  examples: [
    'osferry runs report 7k4q9z',
    'osferry runs report 7k4q9z --format html=out/run.html --format md=$GITHUB_STEP_SUMMARY',
  ],
  async run(context, input) {
    const { language } = context
    const report = await readRunReport(context, input.arguments[0] ?? '')
    const words = input.values('--format')
    const files = (words.length === 0 ? ['html'] : words).map((word) =>
      reportFileOf(context, word, fileNames(report.run.id)),
    )
    for (const { format, path } of files)
      await writeReportPieces(context, path, [await textOf(report, format, language)])
    const written = files.filter(({ path }) => path !== '-')
    if (written.length === 0) return done
    await printReportFiles(context, written)
    return done
  },
})

async function readRunReport(context: CommandContext, typed: string): Promise<RunReport> {
  return await withRun(context, typed, async (reader, run) => {
    const { plan } = await keptPlan(context, run.plan)
    const { version } = context
    return buildRunReport({ run, plan, events: reader.events(run.id), now: documentTime(context), version })
  })
}

function fileNames(run: string): ReportFileNames<RunReportFormat> {
  return { html: `run-${run}.html`, md: `run-${run}.md`, json: `run-${run}.json` }
}

async function textOf(report: RunReport, format: RunReportFormat, language: Language): Promise<string> {
  const { renderRunHtml, renderRunJson, renderRunMarkdown } = await import('../report/render-run-report.ts')
  if (format === 'json') return renderRunJson(report)
  if (format === 'md') return renderRunMarkdown(report, language)
  return renderRunHtml(report, { language, assets: await runReportAssets() })
}
