import { allLabKinds, groupVersion, labKinds, type LabKind } from './lab-kinds.ts'
import type { LabObject } from './lab-object.ts'
import type { LabStore } from './lab-store.ts'
import type { LabTimers } from './lab-timers.ts'

/** All that the lab's API serves: what it has from the start, and what CustomResourceDefinitions add. */
export interface LabKindTable {
  /** The built-in kinds first. */
  all(): readonly LabKind[]
  /** By API version and resource; undefined for what is not served. */
  at(apiVersion: string, resource: string): LabKind | undefined
  /** By API version and kind, as owner references have it. */
  named(apiVersion: string, kind: string): LabKind | undefined
}

interface LabDefinition extends LabObject {
  spec: {
    group: string
    scope: string
    names: { plural: string; kind: string }
    versions: readonly { name: string; storage: boolean; subresources?: { status?: object } }[]
  }
}

/** Follows the definitions of a store: with one of them go the objects of its kind. */
export function createLabKindTable(store: LabStore, timers: LabTimers): LabKindTable {
  const custom = new Map<string, LabKind>()
  let all = allLabKinds
  let byResource = indexed(all, 'resource')
  let byKind = indexed(all, 'kind')

  function define(name: string, kind: LabKind | undefined): void {
    if (kind === undefined) custom.delete(name)
    else custom.set(name, kind)
    all = [...allLabKinds, ...custom.values()]
    byResource = indexed(all, 'resource')
    byKind = indexed(all, 'kind')
  }

  store.onChange(({ kind, object, after }) => {
    if (kind !== labKinds.customResources) return
    const { name } = object.metadata
    const known = custom.get(name)
    // A kind is the key of its objects: it is the same as long as its definition is there.
    if (after !== undefined && known === undefined) define(name, definedKind(after as LabDefinition))
    if (after !== undefined || known === undefined) return
    define(name, undefined)
    timers.soon(`definition/${name}`, () => {
      for (const each of store.all(known)) store.remove(known, each)
    })
  })
  return {
    all: () => all,
    at: (apiVersion, resource) => byResource.get(`${apiVersion}/${resource}`),
    named: (apiVersion, kind) => byKind.get(`${apiVersion}/${kind}`),
  }
}

/** Only the version in which objects are stored is served. */
function definedKind({ spec }: LabDefinition): LabKind | undefined {
  const version = spec.versions.find(({ storage }) => storage)
  if (version === undefined) return undefined
  return {
    group: spec.group,
    version: version.name,
    resource: spec.names.plural,
    kind: spec.names.kind,
    namespaced: spec.scope === 'Namespaced',
    subresources: version.subresources?.status === undefined ? [] : ['status'],
    isCustom: true,
  }
}

function indexed(kinds: readonly LabKind[], field: 'resource' | 'kind'): ReadonlyMap<string, LabKind> {
  return new Map(kinds.map((kind) => [`${groupVersion(kind)}/${kind[field]}`, kind]))
}
