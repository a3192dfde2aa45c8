import type { LabHost } from './lab-host.ts'
import { machineFaults } from './machine-spans.ts'
import { seededShare } from './seeded.ts'

export interface LabFleetOptions {
  hosts: number
  /** So many of them are nodes of the cluster. */
  nodes: number
  seed: number
}

const zones = ['a', 'b', 'c']

/** Workers of CentOS 8 that can be moved; one in ten, by the seed, has something that goes wrong when it is installed. */
export function labFleet({ hosts, nodes, seed }: LabFleetOptions): LabHost[] {
  const width = Math.max(2, String(hosts).length)
  return Array.from({ length: hosts }, (_, index) => {
    const isNode = index < nodes
    const name = `${isNode ? 'node' : 'host'}-${String(index + 1).padStart(width, '0')}`
    return {
      name,
      recording: 'plain-worker',
      labels: { role: isNode ? 'worker' : 'plain', zone: zones[index % zones.length] ?? 'a' },
      isNode,
      machineFault: faultOf(name, seed),
    }
  })
}

function faultOf(name: string, seed: number): LabHost['machineFault'] {
  if (seededShare(`${seed} ${name} fault`) >= 0.1) return undefined
  const kinds = machineFaults.filter((fault) => fault !== 'never-back')
  return kinds[Math.floor(seededShare(`${seed} ${name} kind`) * kinds.length)]
}
