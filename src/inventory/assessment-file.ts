import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { Assessment, HostAssessment } from '../model/assessment.ts'
import { MigrationError } from '../model/errors.ts'
import { createAtomicFile } from './atomic-file.ts'
import { readEndLine } from './end-record.ts'
import { checkDocument, parseJson, refuseNewer } from './json-document.ts'
import { openForReading, readBounded } from './read-bounded.ts'
import { readLines } from './read-lines.ts'

const { schema, tool, createdAt, targets, selector, inventoryHosts, cluster, checks, waivers, summary } =
  Assessment.shape
const HeadRecord = z.object({
  record: z.literal('head'),
  schema,
  tool,
  createdAt,
  targets,
  selector,
  inventoryHosts,
  cluster,
  checks,
})
const HostRecord = HostAssessment.extend({ record: z.literal('host') })
const EndRecord = z.object({ record: z.literal('end'), waivers, summary })

export type AssessmentHead = Omit<z.infer<typeof HeadRecord>, 'record'>
export type AssessmentEnd = Omit<z.infer<typeof EndRecord>, 'record'>
/** Records of an assessment in order: one head, the hosts, one end. */
export type AssessmentRecord =
  | z.infer<typeof HeadRecord>
  | z.infer<typeof HostRecord>
  | z.infer<typeof EndRecord>

/** Writes an assessment host by host; the file appears with `end`. */
export interface AssessmentWriter {
  /** Takes what `hostLine` makes, as text or as its UTF-8 bytes. */
  host(line: string | Uint8Array): Promise<void>
  end(end: AssessmentEnd): Promise<void>
  /** Leaves nothing behind. */
  abandon(): Promise<void>
}

/** The record of one host, a line of its own. */
export function hostLine(host: HostAssessment): string {
  return `${JSON.stringify({ record: 'host', ...host } satisfies AssessmentRecord)}\n`
}

/** Starts `assessment.ndjson`: head, one line a host, end. */
export async function createAssessmentFile(path: string, head: AssessmentHead): Promise<AssessmentWriter> {
  const file = await createAtomicFile(path)
  const line = (record: AssessmentRecord): Promise<void> => file.write(`${JSON.stringify(record)}\n`)
  await line({ record: 'head', ...head })
  return {
    host: (text) => file.write(text),
    async end(end) {
      await line({ record: 'end', ...end })
      await file.commit()
    },
    abandon: () => file.abandon(),
  }
}

/**
 * Streams an assessment: `assessment.ndjson`, or a single assessment/v1 JSON document. Refuses a file without its end
 * (an assessment that was cut short) before anything is yielded, and a bad line with file:line and path.
 */
export async function* readAssessment(path: string): AsyncGenerator<AssessmentRecord> {
  const file = await openForReading(path, 'DOCUMENT_NOT_FOUND')
  try {
    const start = Buffer.alloc(4096)
    const { bytesRead } = await file.read(start, 0, start.length, 0)
    if (/^\s*\{\s*"record"/.test(start.toString('utf8', 0, bytesRead))) yield* readRecords(file, path)
    else yield* readWhole(path)
  } finally {
    await file.close()
  }
}

async function* readRecords(file: FileHandle, path: string): AsyncGenerator<AssessmentRecord> {
  await readEndLine(file, path, 'the assessment was cut short; run osferry assess again')
  let number = 0
  let ended = false
  for await (const line of readLines(file, path)) {
    number += 1
    const record = parseRecord(line, `${path}:${number}`, number)
    if (ended)
      throw new MigrationError('DOCUMENT_INVALID', `${path}:${number}: nothing may follow the end record`)
    ended = record.record === 'end'
    yield record
  }
}

/** Compiling the schema takes as long as checking about as many lines without. */
const worthCompiling = 100
let compiledHost: typeof HostRecord | undefined

function parseRecord(line: string, path: string, number: number): AssessmentRecord {
  const document = parseJson(line, path)
  const kind = (document as { record?: unknown } | null)?.record
  const name = 'assessment'
  if (number === 1) return checkDocument(document, { path, schema: HeadRecord, name })
  if (kind === 'end') return checkDocument(document, { path, schema: EndRecord, name })
  if (number > worthCompiling) compiledHost ??= z.compile(HostRecord)
  return checkDocument(document, { path, schema: compiledHost ?? HostRecord, name })
}

async function* readWhole(path: string): AsyncGenerator<AssessmentRecord> {
  const document = parseJson(await readBounded(path, { maxBytes: 400 * 1024 * 1024 }), path)
  refuseNewer(document, 'assessment', path)
  const { hosts, waivers, summary, ...head } = checkDocument(document, {
    path,
    schema: Assessment,
    name: 'assessment',
  })
  yield { record: 'head', ...head }
  for (const host of hosts) yield { record: 'host', ...host }
  yield { record: 'end', waivers, summary }
}
