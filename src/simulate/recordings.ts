import bondedVlan from './data/bonded-vlan.json' with { type: 'json' }
import controlPlane from './data/control-plane.json' with { type: 'json' }
import dockerNode from './data/docker-node.json' with { type: 'json' }
import gpuNode from './data/gpu-node.json' with { type: 'json' }
import halfConverted from './data/half-converted.json' with { type: 'json' }
import oldWithModule from './data/old-with-module.json' with { type: 'json' }
import plainWorker from './data/plain-worker.json' with { type: 'json' }
import streamHost from './data/stream-host.json' with { type: 'json' }
import type { Recording } from './recording.ts'

/** Every recorded host. */
export const recordings: readonly Recording[] = [
  plainWorker,
  dockerNode,
  oldWithModule,
  gpuNode,
  controlPlane,
  bondedVlan,
  streamHost,
  halfConverted,
]
