import { expect, it } from 'vitest'
import type { NodeRecord } from '../../src/model/node-record.ts'
import { noteText } from '../../src/model/node-note-text.ts'
import { notesIn } from '../../src/model/node-note.ts'
import { restoreMetadataStep } from '../../src/steps/step-restore-metadata.ts'
import { memoryCluster } from './memory-cluster.ts'
import { memoryRecords } from './memory-records.ts'
import { virtualClock } from './virtual-clock.ts'

type Context = Parameters<typeof restoreMetadataStep.verify>[0]

const taint = { key: 'gpu', value: 'true', effect: 'NoSchedule' }

/** What is told of a node that people had given a rack, a team and a taint, and that is this object now. */
async function told(node: {
  uid: string
  labels: Record<string, string>
  taints: object[]
}): Promise<string[]> {
  const clock = virtualClock()
  const cluster = memoryCluster(clock, { nodes: [], apps: [] })
  const { uid, labels, taints } = node
  cluster.put('nodes', { metadata: { name: 'node-1', uid, labels, annotations: {} }, spec: { taints } })
  const records = memoryRecords()
  const people = { labels: { rack: 'r7', team: 'a' }, annotations: {}, taints: [taint] }
  const recorded = { name: 'node-1', uid: 'uid-1', providerId: null, ...people }
  const record = { cluster: { uid: 'uid-cluster' }, node: recorded, unschedulable: false }
  await records.update('node-1', () => record as unknown as NodeRecord)
  const ports = { cluster, records, clock, wait: clock.wait }
  const signal = new AbortController().signal
  const working = restoreMetadataStep.verify({
    node: { name: 'node-1' },
    ports,
    signal,
  } as unknown as Context)
  await clock.run(working, 60_000)
  return notesIn(await working).map((note) => noteText(note).en)
}

it('tells what a node has registered with another value than people had given it, and leaves it', async () => {
  const labels = { rack: 'r8', team: 'a' }
  expect(await told({ uid: 'uid-2', labels, taints: [{ ...taint, value: 'false' }] })).toEqual([
    'its new Node object has other values than people had given the old one, and they were left: label rack, taint gpu:NoSchedule',
  ])
  expect(await told({ uid: 'uid-2', labels: { rack: 'r7', team: 'a' }, taints: [taint] })).toEqual([])
  // Of the same object people have decided so.
  expect(await told({ uid: 'uid-1', labels, taints: [taint] })).toEqual([])
})
