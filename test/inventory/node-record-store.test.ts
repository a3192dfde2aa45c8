import { join } from 'node:path'
import { expect, it } from 'vitest'
import { nodeRecordStore } from '../../src/inventory/node-record-store.ts'
import type { NodeRecord } from '../../src/model/node-record.ts'
import { savePod } from '../../src/steps/node-records.ts'
import { tempDirectory } from './temp.ts'

const record: NodeRecord = {
  schema: 'node-record/v1',
  at: '2026-11-21T00:00:00.000Z',
  cluster: { uid: 'u', context: 'c', server: 's' },
  node: {
    name: 'node-1',
    uid: 'n',
    machineId: null,
    bootId: null,
    osImage: null,
    providerId: null,
    podCidrs: [],
    addresses: [],
    labels: {},
    annotations: {},
    taints: [],
  },
  unschedulable: false,
  runs: [{ id: 'r', holder: 'me', at: '2026-11-21T00:00:00.000Z' }],
  pods: [],
  restoredAt: null,
}

it('can be read again after a pod with a negative grace was saved', async () => {
  const directory = await tempDirectory()
  const store = nodeRecordStore('u', (node) => join(directory, `${node}.json`))
  await store.update('node-1', () => record)
  const pod = { namespace: 'shop', name: 'alone', uid: 'p', run: 'r', graceSeconds: -1, manifest: {} }
  await savePod(store, 'node-1', pod)
  expect((await store.read('node-1'))?.pods).toEqual([{ ...pod, graceSeconds: 0 }])
})
