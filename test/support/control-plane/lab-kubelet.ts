import type { LabMachines, LabNode } from '../../../src/simulate/lab-cluster.ts'
import type { FakeKubelet, FakeKubeletOptions } from './fake-kubelet.ts'

/** The lab has kubelets of its own: the nodes become its machines. */
export function startLabKubelet(machines: LabMachines, options: FakeKubeletOptions): FakeKubelet {
  const { nodes, startMs = 50, stopMs = Number.POSITIVE_INFINITY, renewMs } = options
  for (const node of nodes) {
    const description: LabNode = { ...node, startMs, stopMs, ...(renewMs === undefined ? {} : { renewMs }) }
    machines.addNode(description)
  }
  return {
    stopNode: (name) => machines.nodeDown(name),
    setReady: (name, isReady) => Promise.resolve(machines.setReady(name, isReady)),
    stop: () => {
      for (const { name } of nodes) machines.nodeDown(name)
      return Promise.resolve()
    },
  }
}
