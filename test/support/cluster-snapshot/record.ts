import { mkdirSync, writeFileSync } from 'node:fs'
import { takeSnapshot } from '../../../src/cluster/snapshot.ts'
import type { ClusterReader } from '../../../src/model/ports.ts'
import { buildAssets } from '../control-plane/assets.ts'
import { connectApi } from '../control-plane/api.ts'
import { startControlPlane } from '../control-plane/start.ts'
import { apiReader } from './api-reader.ts'
import { plantCluster } from './plant.ts'
import { keyOf, recordingPath } from './recorded-reader.ts'
import type { Recording } from './recorded-reader.ts'

/** Records what the real servers answer to a snapshot: `node test/support/cluster-snapshot/record.ts`. */
for (const release of ['oldest', 'newest'] as const) {
  await buildAssets(release)
  const controlPlane = await startControlPlane({ version: release })
  const api = connectApi({ ...controlPlane })
  try {
    await plantCluster(api, release)
    const reader = apiReader(api, controlPlane.url)
    const recording: Recording = { version: '', resources: {} }
    const sink = { add: () => Promise.resolve(), mark: () => 0, rewind: () => Promise.resolve() }
    await takeSnapshot(recordInto(recording, reader), { signal: AbortSignal.timeout(60_000), sink })
    recording.version = await reader.version(AbortSignal.timeout(60_000))
    mkdirSync(new URL('.', recordingPath(release)), { recursive: true })
    writeFileSync(recordingPath(release), `${JSON.stringify(recording, null, 1)}\n`)
  } finally {
    api.close()
    await controlPlane.stop()
  }
}

function recordInto(recording: Recording, reader: ClusterReader): ClusterReader {
  return {
    ...reader,
    async versionsOf(resource, signal) {
      const versions = await reader.versionsOf(resource, signal)
      recording.resources[keyOf(resource)] = { versions: [...versions], items: [] }
      return versions
    },
    async *pages(resource, options) {
      for await (const page of reader.pages(resource, options)) {
        // Who wrote which field is most of an object, and is never looked at.
        recording.resources[keyOf(resource)]?.items.push(...page.items.map(withoutManagedFields))
        yield page
      }
    },
  }
}

function withoutManagedFields(item: unknown): unknown {
  const { metadata, ...rest } = item as { metadata: Record<string, unknown> }
  const { managedFields: _, ...kept } = metadata
  return { metadata: kept, ...rest }
}
