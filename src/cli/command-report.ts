import { resolve } from 'node:path'
import { scopeText } from '../model/assessment-scope.ts'
import type { Severity } from '../model/target.ts'
import type { Language } from '../model/text.ts'
import { defineCommand, done } from './define-command.ts'
import { documentTime } from './document-time.ts'
import { printReportFiles, reportFileOf, writeReportPieces } from './report-files.ts'
import { assessmentPath } from './state-paths.ts'
import { readReport, renderReport, reportFileNames } from './write-reports.ts'

/** `osferry report`: many formats from one assessment. */
export const report = defineCommand({
  path: 'report',
  details: {
    en: 'Reads the saved assessment (or the one named with --assessment); no host is contacted. A path of - is stdout.',
    zh: '读取已保存的评估（或用 --assessment 指定），不连接任何主机。路径为 - 时输出到标准输出。',
  },
  settings: ['report.formats', 'report.dir', 'assess.failOn'],
  flags: [
    {
      flags: '-a, --assessment <file>',
      text: {
        en: 'assessment to read, instead of the saved one',
        zh: '要读取的评估文件，默认为已保存的评估',
      },
    },
  ],
  examples: [
    'osferry report',
    'osferry report --format html=out/report.html --format md=$GITHUB_STEP_SUMMARY',
  ],
  async run(context, input) {
    const { settings } = context
    const files = settings.list('report.formats').map((word) => reportFileOf(context, word, reportFileNames))
    const named = input.value('--assessment')
    const path = named === undefined ? assessmentPath(context) : resolve(context.cwd, named)
    const made = await readReport(path, documentTime(context))
    const language = (settings.text('report.lang') ?? context.language) as Language
    const options = { language, failOn: settings.required('assess.failOn') as Severity | 'never' }
    for (const { format, path: to } of files) {
      context.signal.throwIfAborted()
      await writeReportPieces(context, to, renderReport(made, format, options))
    }
    const written = files.filter(({ path }) => path !== '-')
    if (written.length < files.length && written.length === 0) return done
    if (context.format === 'table') {
      const scope = scopeText(made.assessment, made.numbers.hosts)
      if (scope !== undefined) context.stdout.write(`${context.say(scope)}\n`)
      context.stdout.write(`${context.say(made.headline)}\n\n`)
    }
    await printReportFiles(context, written)
    return done
  },
})
