import { describe, expect, it } from 'vitest'
import type { NodeRecord } from '../../src/model/node-record.ts'
import type { PlannedNode } from '../../src/model/plan.ts'
import type { StepMemory } from '../../src/model/step.ts'
import { StepError } from '../../src/model/step-error.ts'
import { waitReadyStep } from '../../src/steps/step-wait-ready.ts'
import { planOf, planStep } from '../support/engine-run.ts'
import { memoryCluster, type MemoryCluster } from './memory-cluster.ts'
import type { Loose } from './memory-objects.ts'
import { memoryRecords } from './memory-records.ts'
import { virtualClock } from './virtual-clock.ts'

type Context = Parameters<typeof waitReadyStep.act>[0]

const steps = ['node.wait-ready', 'data.restore', 'images.restore'] as const
const [planned] = planOf(
  [{ name: 'node-1', uid: 'uid-node-1' }],
  steps.map((uses) => planStep(uses)),
).nodes
const record = {
  at: '2026-01-01T00:00:00.000Z',
  cluster: { uid: 'uid-cluster', context: 'memory', server: 'memory' },
  node: { name: 'node-1', uid: 'uid-node-1', bootId: 'boot-1', labels: {}, annotations: {}, taints: [] },
} as unknown as NodeRecord
const before = {
  file: 'f',
  sha256: 's',
  takenAt: '2026-01-01T00:00:00.000Z',
  uid: 'uid-node-1',
  bootId: 'boot-1',
  machineId: null,
  osImage: 'CentOS Linux 8',
}

interface Setting {
  bootId?: string
  osImage?: string
  node?: Partial<PlannedNode>
  /** What the snapshot remembers besides. */
  known?: StepMemory
  provisioned?: StepMemory
  context?: Partial<Context>
  put?: (cluster: MemoryCluster) => void
}

/** How a minute of waiting for the node ends. */
async function waited(setting: Setting): Promise<string> {
  const { bootId = 'boot-2', osImage = 'ContainerOS 3', node = {}, known = {}, provisioned = {} } = setting
  const clock = virtualClock()
  const cluster = memoryCluster(clock, { nodes: [], apps: [] })
  cluster.put('nodes', {
    metadata: { name: 'node-1', uid: 'uid-node-1', labels: {}, annotations: {} },
    spec: { unschedulable: true },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      nodeInfo: { machineID: 'm', bootID: bootId, osImage },
    },
  })
  setting.put?.(cluster)
  const memories: Record<string, StepMemory | undefined> = {
    'cluster.snapshot': { ...before, ...known },
    'host.provision': provisioned,
  }
  const records = memoryRecords()
  await records.update('node-1', () => record)
  const context = {
    node: { ...planned, ...node },
    run: { id: 'r', holder: 'me' },
    parameters: { newBoot: true, stableFor: '10s', approveCertificates: false },
    ports: {
      cluster,
      clock,
      wait: clock.wait,
      records,
      heartbeats: { look: async () => await Promise.resolve({ state: 'heard' }) },
      endToken: async () => await Promise.resolve(),
    },
    signal: new AbortController().signal,
    deadlineMs: 60_000,
    remembered: (uses: string) => memories[uses],
    replacedBy: 'r:node-1:0',
    onWait: () => undefined,
    ...setting.context,
  } as unknown as Context
  const working = waitReadyStep.act(context).then(
    () => 'ready',
    (error: unknown) => {
      if (error instanceof StepError) return error.message
      throw error
    },
  )
  await clock.run(working, 3_600_000)
  return await working
}

function daemonSet(hostPath?: string): Loose {
  const volumes = hostPath === undefined ? [] : [{ name: 'v', hostPath: { path: hostPath } }]
  return {
    metadata: { namespace: 'a', name: 'agent', uid: 'uid-agent' },
    spec: { template: { spec: { volumes } } },
  }
}

/** Its pod, which has no image. */
function podWithout(reason: string): Loose {
  const controller = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    name: 'agent',
    uid: 'uid-agent',
    controller: true,
  }
  return {
    metadata: { namespace: 'a', name: 'agent-1', uid: 'uid-agent-1', ownerReferences: [controller] },
    spec: { nodeName: 'node-1' },
    status: { phase: 'Pending', containerStatuses: [{ state: { waiting: { reason } } }] },
  }
}

const parked = (kind: 'host-path' | 'images', path: string | null): Partial<PlannedNode> => ({
  data: [{ id: kind, kind, path, usedBy: [], bytes: null, action: 'park', reason: null }],
})

describe('a DaemonSet without a ready pod on a node that has come back', () => {
  const missing = /still waits: .*a\/agent/

  it('is waited for', async () => {
    expect(await waited({ put: (cluster) => cluster.put('daemonsets', daemonSet()) })).toMatch(missing)
  })

  it('is not waited for when it was not whole there before', async () => {
    const known = { daemonsMissing: ['a/agent'] }
    expect(await waited({ known, put: (cluster) => cluster.put('daemonsets', daemonSet()) })).toBe('ready')
  })

  it.each([
    ['/srv/data', '/srv/data/', /^ready$/],
    ['/srv/data', '/srv', /^ready$/],
    ['/srv/data', '/srv/data/inner', /^ready$/],
    ['/srv/data', '/srv/other', missing],
  ])('is waited for only when what it needs is there: %s is parked, it uses %s', async (path, used, end) => {
    const node = parked('host-path', path)
    const put = (cluster: MemoryCluster): unknown => cluster.put('daemonsets', daemonSet(used))
    expect(await waited({ node, put })).toMatch(end)
    const without = { ...node, steps: [planStep('data.restore'), planStep('node.wait-ready')] }
    expect(await waited({ node: without, put })).toMatch(missing)
  })

  it('is not waited for when its image comes only with a later step', async () => {
    const put = (reason: string) => (cluster: MemoryCluster) => {
      cluster.put('daemonsets', daemonSet())
      cluster.put('pods', podWithout(reason))
    }
    const node = parked('images', null)
    expect(await waited({ node, put: put('ImagePullBackOff') })).toBe('ready')
    expect(await waited({ node, put: put('CrashLoopBackOff') })).toMatch(missing)
    expect(await waited({ put: put('ImagePullBackOff') })).toMatch(missing)
  })
})

describe('a new boot', () => {
  it('is waited for, unless this run has replaced nothing: the host had its new system already', async () => {
    expect(await waited({ bootId: 'boot-1' })).toMatch(/still says boot id boot-1/)
    expect(await waited({ bootId: 'boot-1', context: { replacedBy: undefined } })).toBe('ready')
  })

  const back = { seen: { bootId: 'boot-2' }, hadPods: false }
  const old = { bootId: 'boot-1', osImage: 'CentOS Linux 8' }

  it('may be the very one that was found when a snapshot was turned back with its memory, on the way back', async () => {
    const node = { rollback: { means: 'snapshot', acceptedBy: null } } as const
    expect(await waited({ ...old, node, context: { back } })).toBe('ready')
    // The new system, still.
    const bootId = 'boot-2'
    expect(await waited({ bootId, node, context: { back } })).toMatch(/still says boot id boot-2/)
    const other = { rollback: { means: 'old-disk', acceptedBy: null } } as const
    expect(await waited({ ...old, node: other, context: { back } })).toMatch(/still says boot id boot-1/)
    // Nobody knows which boot the new system had: it may never have begun.
    const unseen = { seen: { bootId: null }, hadPods: false }
    expect(await waited({ ...old, node, context: { back: unseen } })).toMatch(/still says boot id boot-1/)
  })
})
