import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { printSnapshot } from '../../src/cli/cluster-output.ts'
import { printClusterSummary } from '../../src/cli/cluster-print.ts'
import type { CommandContext } from '../../src/cli/context.ts'
import { speak } from '../../src/cli/lang.ts'
import { isForPeople } from '../../src/cli/output.ts'
import { openClusterFile } from '../../src/inventory/cluster-file.ts'
import { Cluster } from '../../src/model/cluster.ts'
import { MigrationError } from '../../src/model/errors.ts'
import type { Language, Text } from '../../src/model/text.ts'
import { recordedReader, recordingOf } from '../support/cluster-snapshot/recorded-reader.ts'
import { savedSnapshot } from '../support/cluster-snapshot/saved-snapshot.ts'

const exit = { code: 3, reason: 'some', next: [] }
const error = new MigrationError('CLUSTER_FORBIDDEN', 'may not list this')
const hosts = [
  { name: 'alpha', machineId: '0a'.repeat(16), addresses: [], names: ['alpha'] },
  { name: 'gamma', machineId: null, addresses: [], names: ['gamma'] },
]

async function printed(format: CommandContext['format'], language: Language = 'en'): Promise<string> {
  const faults = { fails: { 'leases.coordination.k8s.io': { error } } }
  const { path } = await savedSnapshot(recordedReader(recordingOf('oldest'), faults), hosts)
  let text = ''
  const stdout = {
    write: (part: string): void => void (text += part),
    drained: () => Promise.resolve(),
  }
  const settings = { required: () => '/work/.osferry' }
  const context = {
    format,
    stdout,
    settings,
    cwd: '/work',
    columns: undefined,
    colour: { stdout: false, stderr: false },
    say: (words: Text) => speak(words, language),
  } as unknown as CommandContext
  const file = await openClusterFile(path)
  if (isForPeople(context)) await printClusterSummary(context, file)
  else await printSnapshot(context, file, exit)
  await file.close()
  return text
}

describe('osferry cluster snapshot', () => {
  it('prints one cluster/v1 document, with null for a list that could not be read', async () => {
    const document = JSON.parse(await printed('json')) as Record<string, unknown>
    expect(document).toMatchObject({ exit, leases: null, schema: 'cluster/v1' })
    const { nodes, pods, leases, counts } = Cluster.parse(document)
    expect([nodes?.length, pods?.length, leases]).toEqual([2, 9, null])
    expect(counts.leases).toBeNull()
  })

  it('prints the same as YAML', async () => {
    const normal = (text: string): string =>
      text.replace(/"createdAt":"[^"]*"/g, '').replace(/"uid":"[^"]*"/g, '')
    const [json, yaml] = [await printed('json'), await printed('yaml')]
    expect(normal(JSON.stringify(parse(yaml)))).toBe(normal(JSON.stringify(JSON.parse(json))))
  })

  it('prints a record a line, head first and end last', async () => {
    const records = (await printed('ndjson'))
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { record: string }).record)
    expect(records[0]).toBe('head')
    expect(records.at(-1)).toBe('end')
    expect(records).toContain('workloads')
  })

  it('lists the nodes as names and as CSV, with their hosts', async () => {
    expect(await printed('name')).toBe('node-a\nnode-b\n')
    const [, first] = (await printed('csv')).split('\r\n')
    expect(first).toMatch(/^node-a,alpha,ready,false,CentOS Linux 8,/)
  })

  it('sums up for people what is there and what is not known', async () => {
    expect(await printed('table')).toMatchInlineSnapshot(`
      "Cluster: recorded https://192.0.2.1:6443 v1.20.2
      Nodes: 2 (2 ready)
      Pods: 9 (8 Pending, 1 Running)
      Workloads: 6
      Budgets: 2 (1 blocking evictions now)
      Volumes: 2
      Hosts: 1 matched to nodes (2 findings)

      Budgets that allow no eviction now
      BUDGET   PODS
      shop/db  1

      Hosts and nodes that do not match
      KIND               WHAT
      host without node  host gamma: no node of the cluster has its machine id, an address of it, or its name
      node without host  node node-b: no host of the inventory belongs to it

      Not read: unknown, not empty
      RESOURCE                    REASON       MESSAGE
      leases.coordination.k8s.io  not allowed  may not list this

      Saved: .osferry/cluster.ndjson
      "
    `)
  })

  it('sums up in Chinese', async () => {
    expect(await printed('table', 'zh-CN')).toMatchInlineSnapshot(`
      "集群：recorded https://192.0.2.1:6443 v1.20.2
      节点：2 (2 就绪)
      Pod：9 (8 Pending, 1 Running)
      工作负载：6
      中断预算：2 (1 当前不允许驱逐)
      持久卷：2
      主机：1 已对应到节点 (2 项问题)

      当前不允许驱逐的中断预算
      中断预算  POD 数
      shop/db   1

      无法对应的主机与节点
      类别              说明
      主机没有对应节点  主机 gamma：集群中没有节点与其 machine-id、地址或名称相符
      节点没有对应主机  节点 node-b：主机清单中没有对应的主机

      未能读取：未知，不等于没有
      资源                        原因      信息
      leases.coordination.k8s.io  没有权限  may not list this

      已保存： .osferry/cluster.ndjson
      "
    `)
  })
})
