import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { planDigest, readPlan } from '../../src/inventory/plan-file.ts'
import type { ClusterNode } from '../../src/model/cluster-nodes.ts'
import { writeSnapshot } from './cluster-file-fixture.ts'
import type { OsferryRun } from './osferry.ts'
import { writeNodeFacts } from './server-nodes.ts'

const playbook = `
schema: playbook/v1
name: nodes-only
title: { en: Nodes only, zh: 仅节点 }
target: containeros
phases:
  migrate:
    - uses: cluster.cordon
  replace:
    - uses: host.provision
      pointOfNoReturn: true
      timeout: 5m
  restore:
    - uses: cluster.restore-metadata
    - uses: cluster.uncordon
`

const options = `
schema: plan-options/v1
playbook: ./nodes-only.yaml
rollback: { means: reinstall }
acceptFindings: high
canary: { perClass: 0, soak: 0s }
soak: 0s
with:
  host.provision: `

/** Writes down the node; fails while a file \`fail-NODE\` is there, and waits while there is a file \`wait-NODE\`. */
const script = `
node=$(sed -n 's/.*"node":"\\([^"]*\\)".*/\\1/p')
echo "$node" >> acts
while test -e "wait-$node"; do sleep 0.05; done
! test -e "fail-$node"
`

/** How a plan is made; `before` and `replace` = more steps of that phase, before and after the host is replaced. */
interface NodePlanning {
  run: (args: readonly string[]) => Promise<OsferryRun>
  provision?: object
  before?: string
  replace?: string
}

/**
 * Makes a plan for nodes of a cluster in a directory: the snapshot is ours, the nodes are those of the real server. Gives its
 * digest.
 */
export async function planNodes(
  cwd: string,
  nodes: readonly ClusterNode[],
  { run, provision = {}, before = '', replace = '' }: NodePlanning,
): Promise<string> {
  const names = nodes.map(({ name }) => name)
  writeNodeFacts(cwd, nodes)
  await writeSnapshot(path.join(cwd, '.osferry', 'cluster.ndjson'), {
    parts: { nodes: [...nodes] },
    hosts: {
      matches: names.map((name) => ({ host: name, node: name, by: ['machine-id' as const] })),
      findings: [],
    },
  })
  const steps = playbook
    .replace('  replace:\n', `  replace:\n${before}`)
    .replace('  restore:', `${replace}  restore:`)
  writeFileSync(path.join(cwd, 'nodes-only.yaml'), steps)
  const provider = {
    provider: 'command',
    argv: ['/bin/sh', './provision.sh'],
    machine: 'as-listed',
    ...provision,
  }
  writeFileSync(path.join(cwd, 'options.yaml'), `${options}${JSON.stringify(provider)}\n`)
  writeFileSync(path.join(cwd, 'provision.sh'), script)
  await run(['assess', '--target', 'containeros', '-q'])
  const made = await run(['plan', 'create', '--options', 'options.yaml'])
  if (made.exitCode !== 0) throw new Error(`${made.stdout}${made.stderr}`)
  return planDigest((await readPlan(path.join(cwd, 'plan.json'))).plan)
}

/** Names of the nodes for which the script was run in a directory, in order. */
export function actsIn(cwd: string): string[] {
  const file = path.join(cwd, 'acts')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}
