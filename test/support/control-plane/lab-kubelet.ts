import type { LabMachines, LabNode } from '../../../src/simulate/lab-cluster.ts'
import type { FakeKubelet, FakeKubeletOptions } from './fake-kubelet.ts'
import type { FakeNode } from './fake-node.ts'

/** Names of the machines that each lab has got from here. */
const machinesOf = new WeakMap<LabMachines, Set<string>>()

/** The lab has kubelets of its own: the nodes become its machines, or new systems of those that are there by that name. */
export function startLabKubelet(machines: LabMachines, options: FakeKubeletOptions): FakeKubelet {
  const { nodes, startMs = 50, stopMs = Number.POSITIVE_INFINITY, unmountMs = 0, renewMs } = options
  const known = machinesOf.get(machines) ?? new Set()
  machinesOf.set(machines, known)
  for (const node of nodes) {
    const times = { startMs, stopMs, unmountMs, ...(renewMs === undefined ? {} : { renewMs }) }
    const description: LabNode = { ...node, ...times }
    if (known.has(node.name)) machines.nodeUp(node.name, systemOf(node))
    else machines.addNode(description)
    known.add(node.name)
  }
  return {
    stopNode: (name) => machines.nodeDown(name),
    setReady: (name, isReady) => Promise.resolve(machines.setReady(name, isReady)),
    boot: (name, nodeInfo) => Promise.resolve(machines.nodeUp(name, systemOf({ nodeInfo }))),
    stop: () => {
      for (const { name } of nodes) machines.nodeDown(name)
      return Promise.resolve()
    },
  }
}

function systemOf({ nodeInfo = {} }: Pick<FakeNode, 'nodeInfo'>): Parameters<LabMachines['nodeUp']>[1] {
  const { machineID, bootID, osImage } = nodeInfo
  return {
    ...(machineID === undefined ? {} : { machineId: machineID }),
    ...(bootID === undefined ? {} : { bootId: bootID }),
    ...(osImage === undefined ? {} : { osImage }),
  }
}
