import { beforeEach, describe, expect, it } from 'vitest'
import { createLabCluster } from '../../src/simulate/create-lab-cluster.ts'
import type { LabCluster } from '../../src/simulate/lab-cluster.ts'
import { askLab, type Found } from './ask-lab.ts'

const startAtMs = Date.parse('2026-11-22T10:00:00Z')
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const group = '/apis/apps.example.com'
const sets = `${group}/v1alpha1/namespaces/default/daemonsets`
const pods = '/api/v1/namespaces/default/pods'

describe('custom resources of the lab', () => {
  let lab: LabCluster
  let api: ReturnType<typeof askLab>

  beforeEach(() => {
    lab = createLabCluster({ startAtMs })
    api = askLab(lab)
  })

  /** Its resource has the name of a built-in one. */
  function define(): void {
    lab.create(definitions, {
      metadata: { name: 'daemonsets.apps.example.com' },
      spec: {
        group: 'apps.example.com',
        scope: 'Namespaced',
        names: { plural: 'daemonsets', kind: 'DaemonSet' },
        versions: [
          { name: 'v1', served: true, storage: false },
          { name: 'v1alpha1', served: true, storage: true, subresources: { status: {} } },
        ],
      },
    })
  }
  const createSet = (name: string): Found => lab.create(sets, { metadata: { name }, spec: { template: {} } })
  /** Names of resources that discovery tells of. */
  const discovered = (): string[] =>
    (api.read(`${group}/v1alpha1`).resources as { name: string }[]).map(({ name }) => name)

  it('are served as long as they are defined', () => {
    expect(api.request('POST', sets, { metadata: { name: 'agents' } }).status).toBe(404)
    expect(api.request('GET', group).status).toBe(404)
    define()
    const { conditions, storedVersions } = api.read(`${definitions}/daemonsets.apps.example.com`).status
    const types = conditions.map(({ type, status }: Found) => `${type} ${status}`)
    expect([types, storedVersions]).toEqual([['NamesAccepted True', 'Established True'], ['v1alpha1']])
    expect(discovered()).toEqual(['daemonsets', 'daemonsets/status'])
    const made = createSet('agents')
    expect(made).toMatchObject({
      apiVersion: 'apps.example.com/v1alpha1',
      kind: 'DaemonSet',
      metadata: { name: 'agents', namespace: 'default', generation: 1 },
    })
    // Nobody completes it, and no controller takes it for one of its own.
    expect(made.spec).toEqual({ template: {} })
    lab.advanceTo(startAtMs + 1000)
    expect([api.items(sets).length, api.items('/apis/apps/v1/daemonsets').length]).toEqual([1, 0])
    api.request('PATCH', `${sets}/agents/status`, { status: { ready: 3 } })
    api.request('PATCH', `${sets}/agents`, { spec: { paused: true } })
    expect(api.read(`${sets}/agents`)).toMatchObject({
      metadata: { generation: 2 },
      spec: { paused: true },
      status: { ready: 3 },
    })
    const { events } = api.watch(`${sets}?resourceVersion=${api.read(sets).metadata.resourceVersion}`)
    api.request('DELETE', `${definitions}/daemonsets.apps.example.com`)
    lab.advanceTo(startAtMs + 2000)
    expect([api.request('GET', sets).status, api.request('GET', group).status]).toEqual([404, 404])
    expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual(['DELETED agents'])
    define()
    expect(api.items(sets)).toEqual([])
  })

  it('take what they own along', () => {
    define()
    const { uid } = createSet('agents').metadata
    const owner = { apiVersion: 'apps.example.com/v1alpha1', kind: 'DaemonSet', name: 'agents', uid }
    const spec = { containers: [{ name: 'main', image: 'none' }] }
    lab.create(pods, { metadata: { name: 'agent', ownerReferences: [owner] }, spec })
    lab.advanceTo(startAtMs + 1000)
    expect(api.items(pods)).toHaveLength(1)
    api.request('DELETE', `${sets}/agents`)
    lab.advanceTo(startAtMs + 2000)
    expect(api.items(pods)).toEqual([])
  })

  it('end with their namespace', () => {
    define()
    lab.create('/api/v1/namespaces', { metadata: { name: 'shop' } })
    const inShop = sets.replace('default', 'shop')
    lab.create(inShop, { metadata: { name: 'agents' } })
    api.request('DELETE', '/api/v1/namespaces/shop')
    lab.advanceTo(startAtMs + 60_000)
    expect([api.items(inShop), api.request('GET', '/api/v1/namespaces/shop').status]).toEqual([[], 404])
  })
})
