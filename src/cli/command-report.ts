import { join, resolve } from 'node:path'
import { scopeText } from '../model/assessment-scope.ts'
import { MigrationError } from '../model/errors.ts'
import { nearest } from '../model/nearest.ts'
import type { Severity } from '../model/target.ts'
import type { Language } from '../model/text.ts'
import { reportFormats } from './config-schema.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done } from './define-command.ts'
import { documentTime } from './document-time.ts'
import { isForMachines, printList } from './output.ts'
import { readReport, renderReport, reportFileNames, writeReportFile } from './write-reports.ts'
import type { ReportFile } from './write-reports.ts'
import { assessmentPath, shortPath } from './state-paths.ts'

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
    const files = settings.list('report.formats').map((word) => reportFile(word, context))
    const named = input.value('--assessment')
    const path = named === undefined ? assessmentPath(context) : resolve(context.cwd, named)
    const made = await readReport(path, documentTime(context))
    const language = (settings.text('report.lang') ?? context.language) as Language
    const options = { language, failOn: settings.required('assess.failOn') as Severity | 'never' }
    for (const file of files) {
      context.signal.throwIfAborted()
      if (file.path !== '-') await writeReportFile(made, file, options)
      else for await (const piece of renderReport(made, file.format, options)) context.stdout.write(piece)
    }
    const written = files.filter(({ path }) => path !== '-')
    if (written.length < files.length && written.length === 0) return done
    if (context.format === 'table') {
      const scope = scopeText(made.assessment, made.numbers.hosts)
      if (scope !== undefined) context.stdout.write(`${context.say(scope)}\n`)
      context.stdout.write(`${context.say(made.headline)}\n\n`)
    }
    await printList(context, {
      columns: [
        { key: 'format', title: { en: 'FORMAT', zh: '格式' }, value: ({ format }) => format },
        {
          key: 'path',
          title: { en: 'WRITTEN TO', zh: '已写入' },
          value: ({ path }) => (isForMachines(context) ? path : shortPath(context, path)),
        },
      ],
      items: written,
      name: ({ path }) => path,
      exit: done,
    })
    return done
  },
})

function reportFile(word: string, context: CommandContext): ReportFile {
  const at = word.indexOf('=')
  const kind = at < 0 ? word : word.slice(0, at)
  const path = at < 0 ? '' : word.slice(at + 1)
  const format = reportFormats.find((name) => name === kind)
  if (format === undefined) {
    const near = nearest(kind, reportFormats)
    throw new MigrationError('USAGE', `unknown report format ${kind}`, {
      hint: `${near === undefined ? '' : `Did you mean ${near}? `}There are ${reportFormats.join(', ')}.`,
    })
  }
  if (path === '-') return { format, path }
  const file =
    path === ''
      ? join(context.settings.required('report.dir'), reportFileNames[format])
      : resolve(context.cwd, path)
  return { format, path: file }
}
