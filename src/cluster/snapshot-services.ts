import { readObject } from './kind.ts'
import { listKind } from './list-kind.ts'
import { createEndpointCounts, endpointSlices, RawSlice, servicesWith } from './services.ts'
import { streamKind } from './snapshot-run.ts'
import type { SnapshotRun } from './snapshot-run.ts'

/** Reads Services, with their endpoints counted before: of slices nothing else is kept. */
export async function readServices(run: SnapshotRun): Promise<void> {
  let counts = createEndpointCounts()
  let slices = 0
  const gap = await listKind(
    run.reader,
    { list: 'services', kind: endpointSlices, signal: run.signal },
    {
      begin(): void {
        counts = createEndpointCounts()
        slices = 0
      },
      item(item): string | undefined {
        const reading = readObject(RawSlice, item, (slice) => [slice])
        if ('problem' in reading) return reading.problem
        for (const slice of reading.values) counts.add(slice)
        slices += 1
        return undefined
      },
    },
  )
  // Slices alone are no list of Services: only the gap is told.
  if (gap !== null) run.gaps.push(gap)
  run.onKind?.(endpointSlices.resource, slices)
  await streamKind(run, servicesWith(gap === null ? counts : null))
}
