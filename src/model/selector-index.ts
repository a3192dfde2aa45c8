import type { LabelSelector } from './cluster-parts.ts'
import { matchesLabels } from './label-selector.ts'

/** A pod as selectors see it. */
export interface Labelled {
  namespace: string
  labels: Readonly<Record<string, string>>
}

/** Finds what selects a pod without asking every selector of its namespace. */
export interface SelectorIndex<T> {
  /** `namespace` null = all namespaces. */
  add(namespace: string | null, selector: LabelSelector, value: T): void
  /** In the order in which they were added. */
  of(pod: Labelled): T[]
}

interface Entry<T> {
  order: number
  selector: LabelSelector
  value: T
}

/** Selectors stand under one label that they ask for; those that ask for none stand apart. */
export function createSelectorIndex<T>(): SelectorIndex<T> {
  const entries = new Map<string, Entry<T>[]>()
  let order = 0
  const under = (key: string): readonly Entry<T>[] => entries.get(key) ?? []
  return {
    add(namespace, selector, value) {
      const [label] = Object.entries(selector.matchLabels ?? {})
      const place = namespace ?? everywhere
      const key = label === undefined ? place : keyOf(place, label)
      const list = entries.get(key) ?? []
      entries.set(key, list)
      list.push({ order: order++, selector, value })
    },
    of({ namespace, labels }) {
      const keys = [namespace, everywhere].flatMap((place) => [
        place,
        ...Object.entries(labels).map((label) => keyOf(place, label)),
      ])
      return keys
        .flatMap(under)
        .filter(({ selector }) => matchesLabels(selector, labels))
        .sort((a, b) => a.order - b.order)
        .map(({ value }) => value)
    },
  }
}

/** No namespace has this name. */
const everywhere = '*'

/** A namespace has no `/`. */
function keyOf(namespace: string, [key, value]: readonly [string, string]): string {
  return `${namespace}/${key}=${value}`
}
