import { renderInventory } from '../inventory/render.ts'
import type { Lab } from '../lab/start-lab.ts'
import type { Playbook } from '../model/playbook.ts'
import { spoolPath } from '../simulate/lab-host.ts'

/** Names of the files of a lab, in its directory. */
export const labFileNames = {
  config: 'osferry.yaml',
  inventory: 'inventory.yaml',
  options: 'plan-options.yaml',
  key: 'lab_key',
  knownHosts: 'known_hosts',
  kubeconfig: 'kubeconfig',
} as const

/** osferry.yaml: how the machines and the cluster of the lab are reached, and where data is parked. */
export function labConfig(): string {
  const { key, knownHosts, kubeconfig } = labFileNames
  return [
    `ssh: { user: root, backend: ssh2, agent: false, identityFiles: [${key}], knownHostsFiles: [${knownHosts}] }`,
    `cluster: { kubeconfig: ${kubeconfig} }`,
    '',
  ].join('\n')
}

/** How the cluster of the lab is reached; its token is good for this lab only. */
export function labKubeconfig({ url, token }: { url: string; token: string }): string {
  return `apiVersion: v1
kind: Config
current-context: lab
contexts:
  - { name: lab, context: { cluster: lab, user: lab } }
clusters:
  - { name: lab, cluster: { server: '${url}' } }
users:
  - { name: lab, user: { token: ${token} } }
`
}

/** The hosts as an Ansible inventory, as many fleets have one. */
export function ansibleInventory({ hosts, machines }: Lab): string {
  const groups = Map.groupBy(hosts, ({ labels }) => labels['role'] ?? 'other')
  const lines = [...groups].flatMap(([role, members]) => [
    `[${role.replaceAll('-', '_')}]`,
    ...members.map(({ name, labels }) => {
      const words = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
      return [name, 'ansible_host=127.0.0.1', `ansible_port=${machines.get(name)?.port}`, ...words].join(' ')
    }),
    '',
  ])
  return ['# The demo fleet, as an Ansible inventory.', '', ...lines].join('\n')
}

/** The hosts as osferry keeps them. */
export function labInventory({ hosts, machines }: Lab): string {
  return renderInventory(
    {
      schema: 'inventory/v1',
      hosts: hosts.map(({ name, labels }) => {
        const port = machines.get(name)?.port
        return { name, address: '127.0.0.1', labels, ...(port === undefined ? {} : { ssh: { port } }) }
      }),
    },
    { comment: ['Written by osferry lab.'] },
  )
}

/** The playbook with a rest of seconds instead of a minute, for machines that are not real. */
export function quickPlaybook(playbook: Playbook): string {
  const replace = playbook.phases.replace.map((step) =>
    step.uses === 'node.wait-ready' ? { ...step, with: { ...step.with, stableFor: '2s' } } : step,
  )
  const quick = { ...playbook, name: `${playbook.name}-quick`, phases: { ...playbook.phases, replace } }
  return `${JSON.stringify(quick, null, 2)}\n`
}

/** What a person would choose about the plan of a lab. */
export interface LabPlanChoices {
  playbook: string
  /** Rest between waves. */
  soak: string
  maxUnavailable: number
  failureBudget: number
}

/** Choices with which the machines of a lab can be planned. */
export function labPlanOptions({ playbook, soak, maxUnavailable, failureBudget }: LabPlanChoices): string {
  return `schema: plan-options/v1
playbook: ${playbook}
# A machine of the lab keeps the disk that is rewritten.
rollback: { means: old-disk }
acceptFindings: high
maxUnavailable: ${maxUnavailable}
failureBudget: ${failureBudget}
canary: { perClass: 1, soak: ${soak} }
soak: ${soak}
zones: any
data:
  # What the mail relay has not sent yet lies on its node only.
  - { path: ${spoolPath}, action: park, reason: not sent yet }
  - { kind: empty-dir, action: discard, reason: scratch space }
with:
  host.provision: { provider: lab }
  node.verify-os: { osRelease: { id: lifsea } }
  data.park: { store: parked }
`
}
