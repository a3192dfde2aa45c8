import { hash } from 'node:crypto'

/** Source: validation of names of objects: DNS subdomains of at most 253 characters. */
const longestName = 253
const digits = 16

/** The Lease of a node. A name that is too long is cut, and has digits of the sha256 of the node's: no two nodes share a Lease. */
export function nodeLeaseName(node: string): string {
  const name = `osferry-node-${node}`
  if (name.length <= longestName) return name
  const start = name.slice(0, longestName - digits - 1).replace(/[.-]+$/, '')
  return `${start}-${hash('sha256', node).slice(0, digits)}`
}
