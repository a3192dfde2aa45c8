import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import type { ClusterNode } from '../../src/model/cluster-nodes.ts'
import type { TestedRelease } from './control-plane/releases.ts'
import { startDrainWorld, type DrainWorld } from './drain-world.ts'
import { actsIn, planNodes } from './node-project.ts'
import { nodesNamed } from './server-nodes.ts'
import { osferry, type OsferryOptions, type OsferryRun } from './osferry.ts'

/** A world of two nodes, `node-1` and `node-2`, which people have labelled `team: ferry`, with a plan for both. */
export interface PlannedWorld {
  readonly world: DrainWorld
  /** Of which the plan was made. */
  readonly nodes: readonly ClusterNode[]
  readonly digest: string
  /** The project of this test: a copy of what was planned. */
  readonly cwd: string
  /** Another copy; whoever asks for it removes it. */
  copy: () => string
  /** Runs the built CLI in the project, against the cluster. */
  run: (args: readonly string[], more?: Partial<OsferryOptions>) => Promise<OsferryRun>
  /** Runs as `runs list` tells them. */
  runs: () => Promise<{ id: string; status: string; plan: string }[]>
  /** A file of the project. */
  file: (name: string) => string
  /** Resolves when so many systems were replaced. */
  acts: (count: number) => Promise<unknown>
}

/** Starts it before the tests of this block, cleans it after each of them, and stops it behind the last. */
export function plannedWorld(release: TestedRelease): PlannedWorld {
  let world: DrainWorld
  let nodes: ClusterNode[] = []
  let [planned, digest, cwd] = ['', '', '']

  beforeAll(async () => {
    world = await startDrainWorld({ release, nodes: 2 })
    const names = ['node-1', 'node-2']
    for (const name of names)
      await world.patch(`/api/v1/nodes/${name}`, { metadata: { labels: { team: 'ferry' } } })
    nodes = await nodesNamed(world, names)
    planned = mkdtempSync(path.join(tmpdir(), 'osferry-planned-'))
    digest = await planNodes(planned, nodes, { run: (args) => run(args, { cwd: planned }) })
  })
  afterAll(async () => {
    rmSync(planned, { recursive: true })
    await world.stop()
  })
  beforeEach(() => {
    cwd = copy()
  })
  afterEach(async () => {
    rmSync(cwd, { recursive: true })
    await world.clean()
  })

  function copy(): string {
    const to = mkdtempSync(path.join(tmpdir(), 'osferry-project-'))
    cpSync(planned, to, { recursive: true })
    return to
  }

  function run(args: readonly string[], more: Partial<OsferryOptions> = {}): Promise<OsferryRun> {
    const at = more.cwd ?? cwd
    return osferry(args, {
      ...more,
      cwd: at,
      env: { KUBECONFIG: world.kubeconfig, HOME: at, ...more.env },
    })
  }

  return {
    get world() {
      return world
    },
    get nodes() {
      return nodes
    },
    get digest() {
      return digest
    },
    get cwd() {
      return cwd
    },
    copy,
    run,
    async runs() {
      const { stdout } = await run(['runs', 'list', '-o', 'json'])
      return (JSON.parse(stdout) as { items: { id: string; status: string; plan: string }[] }).items
    },
    file: (name) => path.join(cwd, name),
    acts: (count) => vi.waitUntil(() => actsIn(cwd).length === count, { timeout: 60_000, interval: 50 }),
  }
}
