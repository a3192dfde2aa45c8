import { dirname } from 'node:path'
import { isMigrationError } from '../model/errors.ts'
import { NodeRecord, type NodeRecords } from '../model/node-record.ts'
import { ensureStateDirectory, writeFileAtomically } from './atomic-file.ts'
import { parseJsonDocument } from './json-document.ts'
import { readBounded } from './read-bounded.ts'

/**
 * Keeps the records of one cluster's nodes in the files that `pathOf` names, each written whole or not at all. Changes of one
 * node wait for each other.
 */
export function nodeRecordStore(clusterUid: string, pathOf: (node: string) => string): NodeRecords {
  const queues = new Map<string, Promise<unknown>>()
  async function change(
    path: string,
    by: (earlier: NodeRecord | undefined) => NodeRecord,
  ): Promise<NodeRecord> {
    const record = by(await readIfThere(path))
    ensureStateDirectory(dirname(path))
    await writeFileAtomically(path, `${JSON.stringify(record, null, 2)}\n`)
    return record
  }
  return {
    clusterUid,
    read: (node) => readIfThere(pathOf(node)),
    update(node, by): Promise<NodeRecord> {
      const path = pathOf(node)
      const before = queues.get(path) ?? Promise.resolve()
      const changed = before.catch(() => undefined).then(() => change(path, by))
      queues.set(path, changed)
      return changed
    },
  }
}

/** Throws DOCUMENT_*. */
async function readIfThere(path: string): Promise<NodeRecord | undefined> {
  try {
    const text = await readBounded(path)
    return parseJsonDocument(text, { path, schema: NodeRecord, name: 'node-record' })
  } catch (error) {
    if (isMigrationError(error, 'DOCUMENT_NOT_FOUND') && isAbsent(error.cause)) return undefined
    throw error
  }
}

/** A file that may not be read has the same code, and is no reason to write over it. */
function isAbsent(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
}
