import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { ClusterCounts, ClusterEnd, ClusterHead, clusterListNames, clusterLists } from '../model/cluster.ts'
import type { ClusterGap, ClusterList, ClusterRecord } from '../model/cluster.ts'
import { MigrationError } from '../model/errors.ts'
import type { SnapshotSink } from '../model/snapshot-sink.ts'
import { createAtomicFile } from './atomic-file.ts'
import { incomplete, readEndLine } from './end-record.ts'
import { checkDocument, parseJson } from './json-document.ts'
import { openForReading } from './read-bounded.ts'
import { readLines } from './read-lines.ts'

const HeadRecord = z.object({ record: z.literal('head'), ...ClusterHead.shape })
/** Lists that the first files of cluster/v1 do not have: there they were not read, which is not the same as empty. */
const addedLists = ['services'] as const satisfies readonly ClusterList[]
const EndRecord = z.object({
  record: z.literal('end'),
  ...ClusterEnd.shape,
  counts: ClusterCounts.partial({ services: true }),
})

/** Writes a snapshot record by record; the file appears with `end`. */
export interface ClusterFileWriter extends SnapshotSink {
  end(end: ClusterEnd): Promise<void>
  /** Leaves nothing behind. */
  abandon(): Promise<void>
}

/** Starts `cluster.ndjson`: head, one line a record with the name of its list, end. */
export async function createClusterFile(path: string, head: ClusterHead): Promise<ClusterFileWriter> {
  const file = await createAtomicFile(path)
  const line = (record: string, value: object): Promise<void> =>
    file.write(`${JSON.stringify({ record, ...value })}\n`)
  await line('head', head)
  return {
    add: (list, record) => line(list, record),
    mark: () => file.position(),
    rewind: (mark) => file.rewind(mark),
    async end(end) {
      await line('end', end)
      await file.commit()
    },
    abandon: () => file.abandon(),
  }
}

/** What stands around the records of a snapshot: known before the first of them is read. */
export interface ClusterFrame {
  head: ClusterHead
  end: ClusterEnd
}

/** One record of a list, as its line of JSON without the list's name. */
export interface ClusterLine {
  list: ClusterList
  json: string
}

/** A record with the name of its list. */
export type ListedRecord<L extends ClusterList> = { [K in L]: { list: K; record: ClusterRecord<K> } }[L]

/** An open snapshot; `lines` gives the records in the order of the lists, unchecked: what osferry has just written. */
export interface ClusterFileReader extends ClusterFrame {
  lines(): AsyncGenerator<ClusterLine>
  /** The same, parsed and checked. */
  records<L extends ClusterList>(list: L): AsyncGenerator<ClusterRecord<L>>
  /** Those of several lists, in one way through the file. */
  recordsOf<L extends ClusterList>(lists: readonly L[]): AsyncGenerator<ListedRecord<L>>
  close(): Promise<void>
}

/** Opens `cluster.ndjson`. Refuses a file without its end: a snapshot that was cut short. */
export async function openClusterFile(path: string): Promise<ClusterFileReader> {
  const file = await openForReading(path, 'DOCUMENT_NOT_FOUND')
  try {
    const frame = await readFrame(file, path)
    return {
      ...frame,
      lines: () => linesOf(file, path),
      async *records<L extends ClusterList>(list: L) {
        for await (const { record } of recordsOf(file, path, [list])) yield record as ClusterRecord<L>
      },
      recordsOf: (lists) => recordsOf(file, path, lists),
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

const name = 'cluster'
const cutShort = 'the snapshot was cut short; run osferry cluster snapshot again'

async function readFrame(file: FileHandle, path: string): Promise<ClusterFrame> {
  const last = await readEndLine(file, path, cutShort)
  for await (const first of readLines(file, path)) {
    const { record: _head, ...head } = checkDocument(parseJson(first, `${path}:1`), {
      path: `${path}:1`,
      schema: HeadRecord,
      name,
    })
    const { record: _end, ...end } = checkDocument(parseJson(last, path), { path, schema: EndRecord, name })
    return { head, end: withAddedLists(end, head.tool.version) }
  }
  throw incomplete(path, cutShort)
}

/** The end of a file, as if it said itself which lists were not read. */
function withAddedLists(end: Omit<z.infer<typeof EndRecord>, 'record'>, writer: string): ClusterEnd {
  const missing = addedLists.filter((list) => end.counts[list] === undefined)
  const gaps = missing.map((list): ClusterGap => {
    const message = `osferry ${writer}, which took the snapshot, did not read ${list}; take it again`
    return { list, resource: list, reason: 'not-asked', message, objects: null }
  })
  return {
    ...end,
    counts: { ...end.counts, services: end.counts.services ?? null },
    gaps: [...end.gaps, ...gaps],
  }
}

const lineStart = /^\{"record":"([A-Za-z]+)",/

async function* linesOf(file: FileHandle, path: string): AsyncGenerator<ClusterLine> {
  let number = 0
  for await (const line of readLines(file, path)) {
    number += 1
    const [start = '', record = ''] = lineStart.exec(line) ?? []
    const list = clusterListNames.find((known) => known === record)
    if (list !== undefined) yield { list, json: `{${line.slice(start.length)}` }
    else if (record !== 'head' && record !== 'end')
      throw new MigrationError('DOCUMENT_INVALID', `${path}:${number}: not a record of a snapshot`)
  }
}

async function* recordsOf<L extends ClusterList>(
  file: FileHandle,
  path: string,
  wanted: readonly L[],
): AsyncGenerator<ListedRecord<L>> {
  const schemas = new Map<ClusterList, z.ZodType>()
  for await (const { list, json } of linesOf(file, path)) {
    if (!(wanted as readonly ClusterList[]).includes(list)) continue
    const schema = schemas.get(list) ?? z.compile(clusterLists[list] as z.ZodType)
    schemas.set(list, schema)
    yield { list, record: checkDocument(parseJson(json, path), { path, schema, name }) } as ListedRecord<L>
  }
}
