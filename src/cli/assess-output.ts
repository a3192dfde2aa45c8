import type { AssessmentEnd, AssessmentHead } from '../inventory/assessment-file.ts'
import type { HostAssessment } from '../model/assessment.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { CommandContext } from './context.ts'
import { csvRecord } from './csv.ts'
import type { CommandExit } from './define-command.ts'
import { jsonText, printDocument } from './output.ts'

/** Prints an assessment host by host in the machine forms of `-o`; only YAML has to keep it whole. */
export interface AssessStream {
  head(head: AssessmentHead): void
  host(host: HostAssessment): Promise<void>
  end(end: AssessmentEnd, exit: CommandExit): Promise<void>
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

/** The stream of a format, or undefined when the answer is the summary for people. */
export function assessStream(context: CommandContext): AssessStream | undefined {
  if (context.format === 'json') return jsonStream(context)
  if (context.format === 'yaml') return yamlStream(context)
  if (context.format === 'ndjson') return recordStream(context)
  if (context.format === 'csv' || context.format === 'name') return lineStream(context)
  return undefined
}

function jsonStream({ stdout }: CommandContext): AssessStream {
  let first = true
  return {
    head(head): void {
      stdout.write(`${jsonText(head).slice(0, -1)},"hosts":[\n`)
    },
    async host(host): Promise<void> {
      stdout.write(`${first ? '' : ',\n'}${jsonText(host)}`)
      first = false
      await stdout.drained()
    },
    end(end, exit): Promise<void> {
      stdout.write(`\n],${jsonText({ ...end, exit }).slice(1)}\n`)
      return Promise.resolve()
    },
  }
}

function yamlStream(context: CommandContext): AssessStream {
  const hosts: HostAssessment[] = []
  let first: AssessmentHead | undefined
  return {
    head(head): void {
      first = head
    },
    host(host): Promise<void> {
      hosts.push(host)
      return Promise.resolve()
    },
    end: (end, exit) => printDocument(context, { ...first, hosts, ...end, exit }),
  }
}

function recordStream({ stdout }: CommandContext): AssessStream {
  return {
    head: (head) => stdout.write(`${jsonText({ record: 'head', ...head })}\n`),
    async host(host): Promise<void> {
      stdout.write(`${jsonText({ record: 'host', ...host })}\n`)
      await stdout.drained()
    },
    end(end, exit): Promise<void> {
      stdout.write(`${jsonText({ record: 'end', ...end, exit })}\n`)
      return Promise.resolve()
    },
  }
}

function lineStream({ stdout, format }: CommandContext): AssessStream {
  return {
    head: () => stdout.write(format === 'csv' ? `${csvRecord(columns)}\r\n` : ''),
    async host(host): Promise<void> {
      stdout.write(format === 'csv' ? csvLines(host) : `${visibleLine(host.host.name)}\n`)
      await stdout.drained()
    },
    end: () => Promise.resolve(),
  }
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
