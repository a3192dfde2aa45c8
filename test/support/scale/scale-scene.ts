import { createLabCluster } from '../../../src/simulate/create-lab-cluster.ts'
import type { LabCluster } from '../../../src/simulate/lab-cluster.ts'
import { buildLabFleet, labNodes } from '../../../src/simulate/lab-fleet.ts'
import { createLabRandom } from '../../../src/simulate/lab-random.ts'
import { StepError } from '../../../src/model/step-error.ts'
import type { Provisioner } from '../../../src/model/provisioner-port.ts'
import { simulatedTime, type SimulatedTime } from './simulated-time.ts'

const minuteMs = 60_000
const beganMs = Date.UTC(2026, 0, 1)
/** So old is the cluster before anybody looks: all its pods are Ready. */
const settledMs = 5 * minuteMs

/** From binding to Ready, and from SIGTERM to the end. */
export const podTimes = { startMs: 10_000, stopMs: 5000 }
/** Machines of one kind: each takes about as long as the others to be installed. */
const install = { leastMs: 10 * minuteMs, spreadMs: 20_000 }

/** A cluster as people have them, and the machines under it. */
export interface ScaleScene {
  cluster: LabCluster
  time: SimulatedTime
  /** Names of its nodes. */
  nodes: readonly string[]
  /** How long each machine takes from its switching off to the start of its new kubelet. */
  installMs: ReadonlyMap<string, number>
  provisioner: Provisioner
}

/** The same numbers make the same scene. */
export function scaleScene({ nodes, pods }: { nodes: number; pods: number }): ScaleScene {
  const names = Array.from({ length: nodes }, (_, index) => `node-${String(index + 1).padStart(4, '0')}`)
  const cluster = createLabCluster({ seed: 1, startAtMs: beganMs, version: '1.24.17', ...podTimes })
  buildLabFleet(cluster, {
    nodes: labNodes(names),
    pods,
    namespaces: Math.max(1, Math.round(nodes / 10)),
    withVolumes: true,
    seed: 1,
  })
  cluster.advanceTo(beganMs + settledMs)
  const random = createLabRandom(2)
  const installMs = new Map(names.map((name) => [name, install.leastMs + random.number(install.spreadMs)]))
  const time = simulatedTime(cluster, beganMs + settledMs)
  return { cluster, time, nodes: names, installMs, provisioner: machines({ cluster, time, installMs }) }
}

/** Machines that are off while they are installed, and have another system then. */
function machines({
  cluster,
  time,
  installMs,
}: Pick<ScaleScene, 'cluster' | 'time' | 'installMs'>): Provisioner {
  const installed = new Map<string, string>()
  return {
    name: 'the machines of the scene',
    observe: ({ node, token }) => Promise.resolve(installed.get(node) === token ? 'done' : 'todo'),
    async act({ node, token }, { signal }): Promise<void> {
      if (installed.has(node)) throw new Error(`${node} is installed twice`)
      cluster.machines.nodeDown(node)
      await time.wait(installMs.get(node) ?? 0, signal)
      installed.set(node, token)
      const system = { osImage: 'LifseaOS 3', kernelVersion: '5.10.134-16.lifsea8.x86_64' }
      cluster.machines.nodeUp(node, { ...system, bootId: `${node}-new`, machineId: `${node}-new` })
    },
    verify({ node, token }): Promise<void> {
      if (installed.get(node) === token) return Promise.resolve()
      return Promise.reject(new StepError('transient', `${node} is not installed`, { code: 'NOT_INSTALLED' }))
    },
    undo: () => Promise.resolve(),
  }
}
