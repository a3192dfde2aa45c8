import type { NodeRecord, NodeRecords } from '../../src/model/node-record.ts'

/** Records of nodes in memory. */
export function memoryRecords(): NodeRecords {
  const records = new Map<string, NodeRecord>()
  return {
    clusterUid: 'uid-cluster',
    read: async (node) => await Promise.resolve(records.get(node)),
    async update(node, change) {
      const record = change(records.get(node))
      records.set(node, record)
      return await Promise.resolve(record)
    },
  }
}
