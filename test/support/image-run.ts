import { createNodeImages, type NodeImagesPorts } from '../../src/artifacts/node-images.ts'
import { surveyImages } from '../../src/cli/run-ports-images.ts'
import type { NodeImages } from '../../src/model/image-port.ts'
import type { Host } from '../../src/model/ports.ts'
import { createMemoryStore } from './memory-store.ts'
import { stillClock } from './parking.ts'

/** The images of a host as node-1 of run-1, kept in a store of their own unless the test gives one. */
export function imagesOf(host: Host, scratch: string, more: Partial<NodeImagesPorts> = {}): NodeImages {
  const store = createMemoryStore()
  return createNodeImages({
    run: 'run-1',
    node: 'node-1',
    host: async () => await Promise.resolve(host),
    store: async () => await Promise.resolve(store),
    survey: surveyImages,
    clock: stillClock,
    scratch,
    variables: { PATH: process.env['PATH'], HOME: scratch },
    ...more,
  })
}
