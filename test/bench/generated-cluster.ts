import type { ClusterReader } from '../../src/model/ports.ts'
import { recordedReader, recordingOf } from '../support/cluster-snapshot/recorded-reader.ts'

export interface ClusterSize {
  nodes: number
  podsPerNode: number
  /** Pods of one Deployment. */
  replicas: number
  /** ReplicaSets of one Deployment: the living one and its history. */
  revisions: number
}

/** As the API server sends it: managed fields are a good part of every object. */
const managedFields = [{ manager: 'kubelet', fieldsV1: { 'f:status': Object.fromEntries(fields(60)) } }]

/**
 * A cluster of any size, made page by page from objects that a real server answered, so that no more of it is in memory
 * than a page: every page goes through JSON, as over the network.
 */
export function generatedReader(size: ClusterSize): ClusterReader {
  const recording = recordingOf('oldest')
  const base = recordedReader(recording)
  const first = (key: string, name: RegExp): Template => {
    const items = recording.resources[key]?.items as Template[]
    const found = items.find(({ metadata }) => name.test(metadata.name))
    if (found === undefined) throw new Error(`no ${String(name)} among the recorded ${key}`)
    return found
  }
  /** The recorded server has no kubelet; one pod got the status that a kubelet would write. */
  const running = first('pods', /^naked$/).status ?? {}
  const node = first('nodes', /./)
  const pod = { ...first('pods', /^web-/), status: running }
  const replicaSet = first('replicasets.apps', /^web-/)
  const deployment = first('deployments.apps', /./)
  const deployments = Math.ceil((size.nodes * size.podsPerNode) / size.replicas)
  const makers: Record<string, { count: number; make: (index: number) => unknown }> = {
    nodes: { count: size.nodes, make: (index) => named(node, `node-${index}`, uid('node', index)) },
    pods: {
      count: size.nodes * size.podsPerNode,
      make(index) {
        const owner = Math.floor(index / size.replicas)
        const made = named(pod, `web-${owner}-${index}`, uid('pod', index))
        made.metadata.ownerReferences = [ownedBy('ReplicaSet', uid('rs', owner * size.revisions))]
        return { ...made, spec: { ...made.spec, nodeName: `node-${index % size.nodes}` } }
      },
    },
    'deployments.apps': {
      count: deployments,
      make: (index) => named(deployment, `web-${index}`, uid('deployment', index)),
    },
    'replicasets.apps': {
      count: deployments * size.revisions,
      make(index) {
        const made = named(replicaSet, `web-${index}`, uid('rs', index))
        const owner = uid('deployment', Math.floor(index / size.revisions))
        made.metadata.ownerReferences = [ownedBy('Deployment', owner)]
        return made
      },
    },
  }
  return {
    ...base,
    async *pages(resource, options) {
      const key = resource.group === '' ? resource.resource : `${resource.resource}.${resource.group}`
      const maker = makers[key]
      if (maker === undefined) yield* base.pages(resource, options)
      const { count, make } = maker ?? { count: 0, make: () => null }
      const { limit = 500 } = options
      for (let start = 0; start < count; start += limit) {
        const length = Math.min(limit, count - start)
        const items = Array.from({ length }, (_, index) => make(start + index))
        yield { items: JSON.parse(JSON.stringify(items)) as unknown[], restarted: false }
      }
    },
  }
}

interface Template {
  metadata: { name: string; uid: string; ownerReferences?: unknown; managedFields?: unknown }
  spec?: object
  status?: object
}

function named(template: Template, name: string, uid: string): Template {
  return { ...template, metadata: { ...template.metadata, name, uid, managedFields } }
}

function ownedBy(kind: string, uid: string): object {
  return { apiVersion: 'apps/v1', kind, name: `of-${uid}`, uid, controller: true }
}

function uid(kind: string, index: number): string {
  return `${kind}-0000-4000-8000-${String(index).padStart(12, '0')}`
}

function fields(count: number): [string, object][] {
  return Array.from({ length: count }, (_, index) => [`f:field-${index}`, { 'f:name': {}, 'f:value': {} }])
}
