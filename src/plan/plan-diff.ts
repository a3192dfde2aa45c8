import { canonicalJson } from '../model/canonical-json.ts'
import type { Plan, PlannedNode } from '../model/plan.ts'

/** Something in which two plans differ. */
export interface PlanChange {
  kind: 'added' | 'removed' | 'changed'
  /** From the plan down, lists by what tells their items apart: `nodes`, `node-1`, `steps`, `cluster.drain`, `timeoutMs`. */
  path: readonly string[]
  /** Null on the side that does not have it; and where the value is null. */
  was: unknown
  is: unknown
}

/**
 * Everything in which `is` differs from `was`, in the order of the plan: nodes, steps, data, hosts and waves are compared with
 * those of the same name. Nothing when both have one digest, and never nothing when they have not.
 */
export function diffPlans(was: Plan, is: Plan): PlanChange[] {
  return changesBetween(keyedPlan(was), keyedPlan(is), [])
}

function changesBetween(was: unknown, is: unknown, path: readonly string[]): PlanChange[] {
  if (isTree(was) && isTree(is)) {
    const keys = [...new Set([...was.keys(), ...is.keys()])]
    return keys.flatMap((key) => changesBetween(was.get(key), is.get(key), [...path, key]))
  }
  if (was === undefined) return [{ kind: 'added', path, was: null, is: plain(is) }]
  if (is === undefined) return [{ kind: 'removed', path, was: plain(was), is: null }]
  const [before, after] = [plain(was), plain(is)]
  return canonicalJson(before) === canonicalJson(after)
    ? []
    : [{ kind: 'changed', path, was: before, is: after }]
}

type Tree = ReadonlyMap<string, unknown>

function isTree(value: unknown): value is Tree {
  return value instanceof Map
}

/** Lists whose items have names, as trees; beside each its order, which counts, too. */
function keyedPlan({ nodes, waves, leftOut, inputs, ...rest }: Plan): Tree {
  return new Map([
    ...treeOf(rest),
    ['inputs', inputsTree(inputs)],
    ...listOf('nodes', nodes, { name: ({ name }) => name, tree: nodeTree }),
    ...listOf('waves', waves, { name: ({ index }) => `wave ${index}`, tree: treeOf }),
    ...listOf('leftOut', leftOut, { name: ({ host }) => host, tree: treeOf }),
  ])
}

function inputsTree({ facts, assessment, ...rest }: Plan['inputs']): Tree {
  return new Map([
    ...treeOf(rest),
    ...listOf('facts', facts, { name: ({ host }) => host, tree: treeOf }),
    ...listOf('assessment', assessment, { name: ({ host }) => host, tree: treeOf }),
  ])
}

function nodeTree({ steps, data, ...rest }: PlannedNode): Tree {
  return new Map([
    ...treeOf(rest),
    ...listOf('steps', steps, { name: ({ uses }) => uses, tree: treeOf }),
    ...listOf('data', data, { name: ({ id }) => id, tree: treeOf }),
  ])
}

function listOf<Item>(
  key: string,
  items: readonly Item[],
  by: { name: (item: Item) => string; tree: (item: Item) => Tree },
): [string, unknown][] {
  // Names are told apart by readPlan; that a plan holds one twice would still be seen in the order.
  return [
    [key, new Map(items.map((item) => [by.name(item), by.tree(item)]))],
    [`${key} order`, items.map(by.name)],
  ]
}

/** Objects become trees, all the way down; a sentence in both languages is one value. */
function treeOf(value: object): Map<string, unknown> {
  return new Map(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, isBranch(item) ? treeOf(item) : item]),
  )
}

function isBranch(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const keys = Object.keys(value)
  return keys.length > 0 && !(keys.length === 2 && 'en' in value && 'zh' in value)
}

/** A tree as the object that it was made from. */
function plain(value: unknown): unknown {
  if (!isTree(value)) return value
  return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
}
