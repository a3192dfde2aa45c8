import { matchesLabels } from '../model/label-selector.ts'
import type { LabKind } from './lab-kinds.ts'
import { keyOf, type LabObject } from './lab-object.ts'
import type { LabSelector } from './lab-pod.ts'
import type { LabStore } from './lab-store.ts'

/** Finds the objects of a kind whose selector means a pod, without asking all of them. */
export type SelectedBy = (pod: LabObject) => readonly LabObject[]

interface Entry {
  object: LabObject
  selector: LabSelector
}

/** Follows the store; each object stands under one label that it asks for, those that ask for none stand apart. */
export function selectedBy(
  store: LabStore,
  kind: LabKind,
  selectorOf: (object: LabObject) => LabSelector | undefined,
): SelectedBy {
  const entries = new Map<string, Map<string, Entry>>()

  function placeOf({ metadata }: LabObject, { matchLabels = {} }: LabSelector): string {
    const [label] = Object.entries(matchLabels)
    return label === undefined ? `${metadata.namespace}` : `${metadata.namespace}/${label.join('=')}`
  }

  store.onChange((change) => {
    if (change.kind !== kind) return
    const { before, after } = change
    const [was, is] = [before, after].map((each) => each && selectorOf(each))
    if (before !== undefined && was !== undefined) entries.get(placeOf(before, was))?.delete(keyOf(before))
    if (after === undefined || is === undefined) return
    const place = placeOf(after, is)
    const list = entries.get(place) ?? new Map<string, Entry>()
    entries.set(place, list.set(keyOf(after), { object: after, selector: is }))
  })

  return ({ metadata }) => {
    const { labels = {}, namespace } = metadata
    const found: LabObject[] = []
    for (const place of [
      `${namespace}`,
      ...Object.entries(labels).map((label) => `${namespace}/${label.join('=')}`),
    ])
      for (const { object, selector } of entries.get(place)?.values() ?? [])
        if (matchesLabels(selector, labels)) found.push(object)
    return found
  }
}
