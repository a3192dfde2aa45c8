import { mintToken, proveMinting, removeToken, type TokenOrder } from '../cluster/bootstrap-tokens.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { durationTextMs } from '../model/duration-text.ts'
import { PlannedIgnition } from '../model/parameters-replace.ts'
import type { PlannedNode } from '../model/plan.ts'
import { StepError } from '../model/step-error.ts'
import type { RunWorld } from './run-world.ts'

/** Bootstrap tokens for the nodes of a run whose plan has them minted; each node has at most one. */
export interface RunTokens {
  /** How long one of the node lives; undefined = none is minted for it. */
  lifetimeMs(node: PlannedNode): number | undefined
  /** Looks whether the cluster would take one. */
  prove(node: PlannedNode, signal: AbortSignal): Promise<void>
  /** A new one; an earlier one of the node ends. */
  tokenFor(node: PlannedNode, signal: AbortSignal): Promise<string>
  /** Deletes that of the node, if there is one. */
  remove(node: PlannedNode, signal: AbortSignal): Promise<void>
}

export function runTokens({
  context,
  plan,
  run,
  cluster,
}: Pick<RunWorld, 'context' | 'plan' | 'run' | 'cluster'>): RunTokens {
  const indexes = new Map(plan.nodes.map(({ name }, index) => [name, index]))

  function orderOf(node: PlannedNode): TokenOrder {
    const terms = mintingOf(node)
    const index = indexes.get(node.name)
    if (terms === undefined || index === undefined) throw new Error(`no token is minted for ${node.name}`)
    const expiresMs = Date.parse(context.clock.now()) + lifetimeOf(terms)
    // To the second, as kubeadm writes it.
    const expiresAt = `${new Date(expiresMs).toISOString().slice(0, 19)}Z`
    return { run: run.id, node: node.name, index, expiresAt, groups: terms.groups }
  }
  function clusterOfPlan(): Cluster {
    if (cluster !== undefined) return cluster
    throw new StepError('config', 'a token is minted in a cluster, and the plan has none', {
      code: 'NO_CLUSTER',
    })
  }

  return {
    lifetimeMs(node) {
      const terms = mintingOf(node)
      return terms && lifetimeOf(terms)
    },
    prove: async (node, signal) => await proveMinting(clusterOfPlan(), orderOf(node), { signal }),
    tokenFor: async (node, signal) => await mintToken(clusterOfPlan(), orderOf(node), { signal }),
    remove: async (node, signal) => await removeToken(clusterOfPlan(), orderOf(node), { signal }),
  }
}

/** sha256 of the configuration of a node that is approved, without secrets. */
export function approvedDigest(node: PlannedNode): string | undefined {
  return ignitionOf(node)?.config
}

type Minting = NonNullable<PlannedIgnition['mintToken']>

function mintingOf(node: PlannedNode): Minting | undefined {
  return ignitionOf(node)?.mintToken
}

function ignitionOf({ steps }: PlannedNode): PlannedIgnition | undefined {
  const render = steps.find(({ uses }) => uses === 'ignition.render')
  return render && PlannedIgnition.parse(render.with)
}

function lifetimeOf({ lifetime }: Minting): number {
  return durationTextMs(lifetime) ?? 0
}
