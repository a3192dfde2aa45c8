import { openForReading } from '../inventory/read-bounded.ts'
import { readLines } from '../inventory/read-lines.ts'
import type { AssessmentEnd, AssessmentHead } from '../inventory/assessment-file.ts'
import type { HostAssessment } from '../model/assessment.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { CommandContext } from './context.ts'
import { csvRecord } from './csv.ts'
import type { CommandExit } from './define-command.ts'
import { jsonText, printDocument, printableJson } from './output.ts'
import { assessmentPath } from './state-paths.ts'

/** What stands around the hosts of an assessment. */
export interface AssessFrame {
  head: AssessmentHead
  end: AssessmentEnd
  exit: CommandExit
}

const columns = [
  'host',
  'target',
  'kernel',
  'verdict',
  'confidence',
  'blockers',
  'failed',
  'unknown',
  'waived',
  'os',
  'running',
]

/** Prints the saved assessment host by host: nothing before all are judged, so what is printed is never half a document. */
export async function printAssessment(context: CommandContext, frame: AssessFrame): Promise<void> {
  const { format } = context
  if (format === 'json') return await printJson(context, frame)
  if (format === 'yaml') return await printYaml(context, frame)
  if (format === 'ndjson') return await printRecords(context, frame)
  await printLines(context)
}

const recordStart = '{"record":"host",'

/** The hosts of the assessment that was just saved, each as its line. */
async function* hostLines(context: CommandContext): AsyncGenerator<string> {
  const path = assessmentPath(context)
  const file = await openForReading(path, 'DOCUMENT_NOT_FOUND')
  try {
    for await (const line of readLines(file, path)) {
      if (!line.startsWith(recordStart)) continue
      yield line
      await context.stdout.drained()
    }
  } finally {
    await file.close()
  }
}

async function printJson(context: CommandContext, { head, end, exit }: AssessFrame): Promise<void> {
  const { stdout } = context
  stdout.write(`${jsonText(head).slice(0, -1)},"hosts":[\n`)
  let before = ''
  for await (const line of hostLines(context)) {
    stdout.write(`${before}{${printableJson(line.slice(recordStart.length))}`)
    before = ',\n'
  }
  stdout.write(`\n],${jsonText({ ...end, exit }).slice(1)}\n`)
}

async function printYaml(context: CommandContext, { head, end, exit }: AssessFrame): Promise<void> {
  const hosts: HostAssessment[] = []
  for await (const line of hostLines(context)) hosts.push(hostOf(line))
  await printDocument(context, { ...head, hosts, ...end, exit })
}

async function printRecords(context: CommandContext, { head, end, exit }: AssessFrame): Promise<void> {
  const { stdout } = context
  stdout.write(`${jsonText({ record: 'head', ...head })}\n`)
  for await (const line of hostLines(context)) stdout.write(`${printableJson(line)}\n`)
  stdout.write(`${jsonText({ record: 'end', ...end, exit })}\n`)
}

async function printLines(context: CommandContext): Promise<void> {
  const { stdout, format } = context
  if (format === 'csv') stdout.write(`${csvRecord(columns)}\r\n`)
  for await (const line of hostLines(context)) {
    const host = hostOf(line)
    stdout.write(format === 'csv' ? csvLines(host) : `${visibleLine(host.host.name)}\n`)
  }
}

function hostOf(line: string): HostAssessment {
  return JSON.parse(`{${line.slice(recordStart.length)}`) as HostAssessment
}

function csvLines({ host, system, targets }: HostAssessment): string {
  return targets
    .map(({ target, kernelLine, verdict, confidence, counts, findings }) => {
      const blockers = findings.filter(({ status, severity }) => status === 'fail' && severity === 'block')
      const cells = [
        host.name,
        target,
        kernelLine,
        verdict,
        confidence,
        blockers.map(({ key }) => key).join(' '),
      ]
      const numbers = [counts.fail, counts.unknown + counts.error, counts.waived].map(String)
      return `${csvRecord([...cells, ...numbers, system.os ?? '', system.kernel ?? ''].map(visibleLine))}\r\n`
    })
    .join('')
}
