import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { planDigest, readPlan } from '../../src/inventory/plan-file.ts'
import type { ClusterPod } from '../../src/model/cluster-pods.ts'
import { writeSnapshot } from './cluster-file-fixture.ts'
import { clusterPod } from './cluster-fixture.ts'
import type { DrainWorld } from './drain-world.ts'
import { certificate } from './ignition-request.ts'
import { nodesNamed, writeNodeFacts } from './server-nodes.ts'
import { wholeProfile } from './whole-profile.ts'

export const crashNodes = ['node-1', 'node-2', 'node-3', 'node-4'] as const

const playbook = `
schema: playbook/v1
name: crash
title: { en: Crash, zh: 崩溃 }
target: containeros
phases:
  migrate:
    - uses: cluster.snapshot
    - uses: cluster.cordon
    - uses: cluster.drain
      with: { naked: recreate, leaveLocalData: true }
      timeout: 10m
    - uses: cluster.wait-detach
      timeout: 5m
    - uses: data.park
      timeout: 5m
  replace:
    - uses: ignition.render
    - uses: host.provision
      pointOfNoReturn: true
      timeout: 5m
    - uses: node.wait-ready
      with: { stableFor: 1s }
      timeout: 5m
    - uses: node.verify-os
  restore:
    - uses: data.restore
      timeout: 5m
    - uses: cluster.restore-metadata
    - uses: cluster.uncordon
    - uses: workloads.verify
      timeout: 5m
`

const options = `
schema: plan-options/v1
playbook: ./crash.yaml
rollback: { means: reinstall }
acceptFindings: high
canary: { perClass: 0, soak: 0s }
soak: 0s
maxUnavailable: 2
zones: any
order: name
noRoom: wait
data:
  - { kind: host-path, action: park, reason: the test }
with:
  data.park: { store: ./store }
  ignition.render: { profile: ours }
  node.verify-os: { osRelease: { id: lifsea } }
  host.provision:
    provider: command
    argv: [/bin/sh, ./provision.sh]
    observe: [/bin/sh, ./provision.sh]
`

/** As kubeadm prints one. */
const joinToken = 'ferry0.0123456789abcdef'

const ignition = {
  schema: 'ignition-settings/v1',
  join: { server: 'https://10.0.0.1:6443', certificateAuthority: certificate, token: 'file:join-token' },
  accept: ['kubelet-config:/var/lib/kubelet/config.yaml'],
}

/**
 * A program as a team has one: it takes a configuration only with the token in it, and a second call with the same token of the step
 * waits for the first, which outlives whoever called it.
 */
const script = `
read -r request
field() { printf '%s' "$request" | sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p"; }
node=$(field node) token=$(field token)
test "$(field verb)" = act || { test -e "system-$token"; exit; }
grep -q "$(cat join-token)" "$(field path)" || exit 65
if mkdir "begun-$token"; then
  echo "$node $token" >> replaced
  test "$node" != node-1 || rm -rf data
  : > "boot-$node"
  while test -e "boot-$node"; do sleep 0.05; done
  : > "system-$token"
fi
until test -e "system-$token"; do sleep 0.05; done
`

/** Playbook, options and inventory of the fleet, and the program that replaces its systems. */
export function writeCrashProject(cwd: string, sshOf: (name: string) => object): void {
  const write = (name: string, text: string): void => writeFileSync(path.join(cwd, name), text)
  for (const name of ['.osferry', 'store']) mkdirSync(path.join(cwd, name), { recursive: true })
  const hosts = crashNodes.map((name) => ({ name, address: '127.0.0.1', ssh: sshOf(name) }))
  write('inventory.yaml', JSON.stringify({ schema: 'inventory/v1', hosts }))
  write('crash.yaml', playbook)
  write('options.yaml', options)
  write('provision.sh', script)
  write('osferry.yaml', 'ignition: { profiles: [ours.yaml], settings: ignition.yaml }\n')
  write('ours.yaml', JSON.stringify({ ...wholeProfile(), name: 'ours' }))
  write('ignition.yaml', JSON.stringify(ignition))
  writeFileSync(path.join(cwd, 'join-token'), joinToken, { mode: 0o600 })
}

/** Writes the facts, makes `plan.json` and gives its digest. The snapshot is ours, the nodes are those of the server. */
export async function planCrash(world: DrainWorld, data: string): Promise<string> {
  const { cwd } = world
  const file = path.join(cwd, 'plan.json')
  rmSync(file, { force: true })
  const nodes = await nodesNamed(world, crashNodes)
  writeNodeFacts(cwd, nodes)
  const volumes: ClusterPod['volumes'] = [{ name: 'data', kind: 'hostPath', path: data }]
  await writeSnapshot(path.join(cwd, '.osferry', 'cluster.ndjson'), {
    parts: { nodes, pods: [clusterPod('keeper', { volumes })], budgets: [], workloads: [] },
    hosts: {
      matches: crashNodes.map((name) => ({ host: name, node: name, by: ['machine-id' as const] })),
      findings: [],
    },
  })
  await world.run(['assess', '--target', 'containeros', '-q'])
  const made = await world.run(['plan', 'create', '--options', 'options.yaml'])
  if (made.exitCode !== 0) throw new Error(`${made.stdout}${made.stderr}`)
  return planDigest((await readPlan(file)).plan)
}
