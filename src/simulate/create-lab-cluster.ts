import { answerRequest } from './lab-api.ts'
import { attachController, attacher } from './lab-attach.ts'
import { budgetController } from './lab-budgets.ts'
import type { LabCluster } from './lab-cluster.ts'
import { daemonController } from './lab-daemons.ts'
import { endpointController } from './lab-endpoints.ts'
import { garbageCollector } from './lab-garbage.ts'
import type { LabObject } from './lab-object.ts'
import { createLabKindTable } from './lab-kind-table.ts'
import { createLabKubelets } from './lab-kubelets.ts'
import { labKinds } from './lab-kinds.ts'
import { createLabLists } from './lab-list.ts'
import { nodeLifecycle } from './lab-node-lifecycle.ts'
import { createLabRandom } from './lab-random.ts'
import { replicaController } from './lab-replicas.ts'
import { scheduler } from './lab-scheduler.ts'
import { statefulController } from './lab-stateful.ts'
import { createLabStore } from './lab-store.ts'
import { createLabTimers } from './lab-timers.ts'
import { volumeController } from './lab-volumes.ts'
import type { LabSettings, LabWorld } from './lab-world.ts'
import { createObject } from './lab-writes.ts'

export interface LabClusterOptions extends Partial<LabSettings> {
  /** The same seed and the same requests at the same times make the same names and uids. */
  seed?: number
  /** When the lab's time begins, in milliseconds since 1970. */
  startAtMs: number
}

const firstNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

/** Makes a cluster without nodes. */
export function createLabCluster(options: LabClusterOptions): LabCluster {
  const { seed = 1, startAtMs, ...settings } = options
  const store = createLabStore()
  const timers = createLabTimers(startAtMs)
  const world: LabWorld = {
    store,
    kinds: createLabKindTable(store, timers),
    timers,
    random: createLabRandom(seed),
    settings: {
      version: '1.23.17',
      controllers: true,
      startMs: 50,
      stopMs: Number.POSITIVE_INFINITY,
      unmountMs: 0,
      nodeGraceMs: 40_000,
      provisioners: ['lab.osferry.io'],
      ...settings,
    },
  }
  const controllers = [
    garbageCollector,
    nodeLifecycle,
    replicaController,
    statefulController,
    daemonController,
    budgetController,
    endpointController,
    volumeController,
    attachController,
    attacher,
    scheduler,
  ]
  if (world.settings.controllers) for (const controller of controllers) store.onChange(controller(world))
  const lists = createLabLists(store)
  const machines = createLabKubelets(world)
  for (const name of firstNamespaces)
    createObject(world, { kind: labKinds.namespaces, namespace: undefined, body: { metadata: { name } } })
  return {
    machines,
    handle: (request) => answerRequest({ world, lists }, request),
    advanceTo: (nowMs) => world.timers.advanceTo(nowMs),
    create(path, object): LabObject {
      const user = { name: 'lab', groups: ['system:masters'] }
      const request = {
        method: 'POST',
        path,
        query: new URLSearchParams(),
        contentType: 'application/json',
        user,
      }
      const answer = answerRequest({ world, lists }, { ...request, body: object })
      if ('status' in answer && answer.status === 201) return answer.body as LabObject
      throw new Error(`the lab refuses what is created at ${path}: ${JSON.stringify(answer)}`)
    },
    forgetHistory(): void {
      store.forget()
      lists.forget()
    },
  }
}
