import type { CollectorInput } from '../model/collector.ts'
import { defineCollector, FactGap } from '../model/collector.ts'
import type { Memory } from '../model/facts-identity.ts'
import { machineScript, parseMachine } from './machine.ts'
import { integer, integerOf, lineOf } from './values.ts'

const thp = '/sys/kernel/mm/transparent_hugepage/enabled'
const pages = '/sys/kernel/mm/hugepages/hugepages-*/nr_hugepages'
const nodes = '/sys/devices/system/node/node[0-9]*/cpulist'

/** Memory, huge pages and NUMA nodes. */
export const memory = defineCollector({
  fact: 'memory',
  set: 'basic',
  command: 'cat /proc/meminfo /sys/kernel/mm/hugepages/*/* /sys/devices/system/node/node*/*',
  files: [
    '/proc/meminfo',
    thp,
    pages,
    pages.replace('nr_', 'free_'),
    nodes,
    nodes.replace('cpulist', 'meminfo'),
  ],
  script: machineScript,
  parse(input) {
    const values = meminfo(input.text('/proc/meminfo') ?? '')
    const totalKiB = values.get('MemTotal')
    if (totalKiB === undefined) throw new FactGap('unparsable', '/proc/meminfo has no MemTotal')
    return {
      totalKiB,
      // MemAvailable came with Linux 3.14.
      availableKiB: values.get('MemAvailable') ?? values.get('MemFree') ?? 0,
      swapTotalKiB: values.get('SwapTotal') ?? 0,
      pageSizeBytes: parseMachine(input.stdout).pageSizeBytes,
      transparentHugepages: /\[(\w+)\]/.exec(lineOf(input, thp) ?? '')?.[1] ?? null,
      hugepages: hugepages(input),
      numaNodes: numaNodes(input),
    }
  },
})

function meminfo(text: string): ReadonlyMap<string, number> {
  const pairs = [...text.matchAll(/^(\w+(?:\(\w+\))?):\s+(\d{1,15})/gm)]
  return new Map(pairs.map((match): [string, number] => [match[1] ?? '', Number(match[2])]))
}

function hugepages(input: CollectorInput): Memory['hugepages'] {
  return input.matching(pages).flatMap((path) => {
    const sizeKiB = integer(/hugepages-(\d+)kB/.exec(path)?.[1])
    const total = integerOf(input, path)
    if (sizeKiB === null || total === null) return []
    return [{ sizeKiB, total, free: integerOf(input, path.replace('nr_', 'free_')) ?? 0 }]
  })
}

function numaNodes(input: CollectorInput): Memory['numaNodes'] {
  const found = input.matching(nodes).map((path) => {
    const text = input.files.get(path.replace('cpulist', 'meminfo'))
    const total = text?.status === 'read' ? /MemTotal:\s+(\d+)/.exec(text.text)?.[1] : undefined
    return {
      id: Number(/node(\d+)/.exec(path)?.[1] ?? 0),
      cpus: lineOf(input, path) ?? '',
      totalKiB: integer(total),
    }
  })
  return found.sort((a, b) => a.id - b.id)
}
