import type { ClusterFileReader } from '../inventory/cluster-file.ts'
import type { ClusterNode } from '../model/cluster-nodes.ts'
import { clusterListNames } from '../model/cluster.ts'
import type { ClusterList } from '../model/cluster.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { CommandContext } from './context.ts'
import { csvRecord } from './csv.ts'
import type { CommandExit } from './define-command.ts'
import { jsonText, printableJson } from './output.ts'

/** Prints the saved snapshot record by record, so that no more than one is in memory. */
export async function printSnapshot(
  context: CommandContext,
  file: ClusterFileReader,
  exit: CommandExit,
): Promise<void> {
  const { format } = context
  if (format === 'json') return await printDocument(context, file, jsonWriter(context, file, exit))
  if (format === 'yaml') return await printDocument(context, file, await yamlWriter(context, file, exit))
  if (format === 'ndjson') return await printRecords(context, file, exit)
  await printNodes(context, file)
}

/** How one document is written in parts: `before` opens a list, or says that it could not be read. */
interface DocumentWriter {
  head(): void
  before(list: ClusterList): void
  record(json: string, isFirst: boolean): void
  after(list: ClusterList): void
  end(): void
}

async function printDocument(
  { stdout }: CommandContext,
  file: ClusterFileReader,
  writer: DocumentWriter,
): Promise<void> {
  writer.head()
  // All lists are named, in their order; the records of the file come in the same order.
  const waiting = [...clusterListNames]
  let open: ClusterList | undefined
  const goTo = (list: ClusterList | undefined): void => {
    while (open !== list) {
      if (open !== undefined) writer.after(open)
      open = waiting.shift()
      if (open === undefined) return
      writer.before(open)
    }
  }
  let last: ClusterList | undefined
  for await (const { list, json } of file.lines()) {
    goTo(list)
    writer.record(json, list !== last)
    last = list
    await stdout.drained()
  }
  goTo(undefined)
  writer.end()
}

function jsonWriter(
  { stdout }: CommandContext,
  { head, end }: ClusterFileReader,
  exit: CommandExit,
): DocumentWriter {
  const isRead = (list: ClusterList): boolean => end.counts[list] !== null
  return {
    head: () => stdout.write(jsonText(head).slice(0, -1)),
    before: (list) => stdout.write(`,\n${JSON.stringify(list)}:${isRead(list) ? '[' : 'null'}`),
    record: (json, isFirst) => stdout.write(`${isFirst ? '\n' : ',\n'}${printableJson(json)}`),
    after: (list) => stdout.write(isRead(list) ? ']' : ''),
    end: () => stdout.write(`,\n${jsonText({ ...end, exit }).slice(1)}\n`),
  }
}

async function yamlWriter(
  { stdout }: CommandContext,
  { head, end }: ClusterFileReader,
  exit: CommandExit,
): Promise<DocumentWriter> {
  const { stringify } = await import('yaml')
  const isEmpty = (list: ClusterList): boolean => end.counts[list] === null || end.counts[list] === 0
  const yaml = (value: unknown): string => stringify(value, { aliasDuplicateObjects: false })
  return {
    head: () => stdout.write(yaml(head)),
    before(list): void {
      if (isEmpty(list)) stdout.write(`${list}: ${end.counts[list] === null ? 'null' : '[]'}\n`)
      else stdout.write(`${list}:\n`)
    },
    record: (json) => stdout.write(yaml([JSON.parse(json)])),
    after: () => undefined,
    end: () => stdout.write(yaml({ ...end, exit })),
  }
}

async function printRecords(
  { stdout }: CommandContext,
  file: ClusterFileReader,
  exit: CommandExit,
): Promise<void> {
  stdout.write(`${jsonText({ record: 'head', ...file.head })}\n`)
  for await (const { list, json } of file.lines()) {
    stdout.write(`${printableJson(`{"record":"${list}",${json.slice(1)}`)}\n`)
    await stdout.drained()
  }
  stdout.write(`${jsonText({ record: 'end', ...file.end, exit })}\n`)
}

const columns = ['node', 'host', 'ready', 'unschedulable', 'os', 'kernel', 'runtime', 'kubelet', 'machine-id']

/** `-o csv` and `-o name` are lists, and of a snapshot that is the nodes. */
async function printNodes({ stdout, format }: CommandContext, file: ClusterFileReader): Promise<void> {
  const hosts = new Map(file.end.hosts?.matches.map(({ node, host }) => [node, host]))
  if (format === 'csv') stdout.write(`${csvRecord(columns)}\r\n`)
  for await (const node of file.records('nodes')) {
    const line = format === 'csv' ? csvLine(node, hosts.get(node.name)) : `${visibleLine(node.name)}\n`
    stdout.write(line)
    await stdout.drained()
  }
}

function csvLine({ name, ready, unschedulable, info }: ClusterNode, host = ''): string {
  const { osImage, kernelVersion, containerRuntimeVersion, kubeletVersion, machineId } = info
  const cells = [name, host, ready, String(unschedulable), osImage, kernelVersion]
  return `${csvRecord([...cells, containerRuntimeVersion, kubeletVersion, machineId ?? ''].map(visibleLine))}\r\n`
}
