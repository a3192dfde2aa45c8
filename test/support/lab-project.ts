import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { planDigest, readPlan } from '../../src/inventory/plan-file.ts'
import { spoolPath } from '../../src/simulate/lab-host.ts'
import type { ApiObject } from './control-plane/api.ts'
import { countEvictions, type EvictionCounter } from './count-evictions.ts'
import { describeTree } from './data-tree.ts'
import { endLabProgram, startLabProgram } from './lab-program.ts'
import { osferry, type OsferryOptions, type OsferryRun } from './osferry.ts'

/** A lab that runs, with the facts of its hosts and a snapshot of its cluster, in the directory that it has written. */
export interface LabProject {
  cwd: string
  run(args: readonly string[], options?: Partial<OsferryOptions>): Promise<OsferryRun>
  /** Assesses and plans with `plan-options.yaml`; gives the digest of `plan.json`. */
  plan(): Promise<string>
  /** What a run must leave as it found it. */
  kept(): Promise<object>
  /** What a run has changed: the systems of the machines, how often each has booted, and what is kept of the one before. */
  moved(): Promise<object>
  /** `namespace/name` of pods, each as often as an eviction of it was accepted. */
  evicted(): readonly string[]
  stop(): Promise<void>
}

const playbooks = fileURLToPath(new URL('../../playbooks', import.meta.url))
/** Of real machines: half a minute is nothing then. */
const speed = 1000

/** Starts it, with a playbook `quick.yaml` whose nodes need not be ready for long; every node is one of its hosts. */
export async function startLabProject({ nodes }: { nodes: number }): Promise<LabProject> {
  const above = mkdtempSync(path.join(tmpdir(), 'osferry-lab-project-'))
  const size = ['--hosts', `${nodes}`, '--seed', '1', '--speed', `${speed}`]
  const lab = startLabProgram([...size, '--dir', 'lab'], above)
  const cwd = path.join(above, 'lab')
  let evictions: EvictionCounter | undefined
  const stop = async (): Promise<void> => {
    await endLabProgram(lab)
    await evictions?.close()
    rmSync(above, { recursive: true, force: true })
  }
  const run: LabProject['run'] = async (args, options = {}) =>
    await osferry(args, { cwd, ...options, env: { HOME: above, ...options.env } })
  const insist = async (...args: readonly string[]): Promise<void> => {
    const { exitCode, stdout, stderr } = await run(args)
    if (exitCode !== 0) throw new Error(`osferry ${args.join(' ')}: ${stdout}${stderr}`)
  }
  try {
    await lab.ready
    evictions = await countEvictions(apiOf(cwd).url)
    moveApi(cwd, evictions.url)
    writeQuickPlaybook(cwd)
    await insist('collect', '-q')
    await insist('cluster', 'snapshot', '-q')
  } catch (error) {
    await stop()
    throw error
  }
  const list = async (from: string): Promise<ApiObject[]> => await listIn(cwd, from)
  return {
    cwd,
    run,
    stop,
    async plan() {
      await run(['assess', '--target', 'containeros', '-q'])
      await insist('plan', 'create', '--options', 'plan-options.yaml')
      return planDigest((await readPlan(path.join(cwd, 'plan.json'))).plan)
    },
    async kept() {
      const names = readdirSync(path.join(cwd, 'machines')).sort()
      const held = (await list('/apis/coordination.k8s.io/v1/leases')).flatMap(({ metadata, spec }) => {
        const { holderIdentity } = spec as { holderIdentity?: string | null }
        const isOurs = metadata.name.startsWith('osferry-')
        return isOurs && holderIdentity ? [metadata.name] : []
      })
      const pods = (await list('/api/v1/pods')).map(
        ({ metadata, status }) => `${metadata.labels?.['app']} ${(status as { phase: string }).phase}`,
      )
      return {
        nodes: (await list('/api/v1/nodes')).map(marksOf),
        held,
        pods: pods.sort(),
        spools: names.map((name) => describeTree(path.join(cwd, 'machines', name, 'root', spoolPath))),
      }
    },
    async moved() {
      const nodes = (await list('/api/v1/nodes')).map(({ metadata: { name }, status }) => {
        const { osImage, machineID, bootID } = (status as { nodeInfo: Record<string, string> }).nodeInfo
        const generations = readdirSync(path.join(cwd, 'machines', name, 'kept'))
        return [name, { osImage, machineID, bootID, generations }]
      })
      return Object.fromEntries(nodes) as object
    },
    evicted: () => evictions?.evicted ?? [],
  }
}

function writeQuickPlaybook(cwd: string): void {
  const playbook = readFileSync(path.join(playbooks, 'centos8-to-containeros.yaml'), 'utf8')
  writeFileSync(path.join(cwd, 'quick.yaml'), playbook.replace('stableFor: 1m', 'stableFor: 1s'))
  const file = path.join(cwd, 'plan-options.yaml')
  const options = readFileSync(file, 'utf8')
    .replace('playbook: centos8-to-containeros', 'playbook: ./quick.yaml')
    .replace('maxUnavailable: 1', 'maxUnavailable: 2')
    .replace(/^canary: .*$/m, 'canary: { perClass: 0, soak: 0s }')
    .replace(/^soak: .*$/m, 'soak: 0s')
  writeFileSync(file, options)
}

/** What people and osferry write on a node; of conditions and addresses the kubelet tells. */
function marksOf({ metadata: { name, labels, annotations }, spec }: ApiObject): object {
  const { unschedulable, taints } = spec as { unschedulable?: boolean; taints?: object[] }
  return { name, labels, annotations, unschedulable, taints }
}

/** Where the API of the lab is, and the token of its administrator. */
function apiOf(cwd: string): { url: string; token: string } {
  const kubeconfig = readFileSync(path.join(cwd, 'kubeconfig'), 'utf8')
  const [, url = '', token = ''] = /server: '(.+?)'[^]*token: (\w+)/.exec(kubeconfig) ?? []
  return { url, token }
}

function moveApi(cwd: string, to: string): void {
  const file = path.join(cwd, 'kubeconfig')
  writeFileSync(file, readFileSync(file, 'utf8').replace(apiOf(cwd).url, to))
}

async function listIn(cwd: string, from: string): Promise<ApiObject[]> {
  const { url, token } = apiOf(cwd)
  const answer = await fetch(`${url}${from}`, { headers: { authorization: `Bearer ${token}` } })
  const { items } = (await answer.json()) as { items: ApiObject[] }
  return items
}
