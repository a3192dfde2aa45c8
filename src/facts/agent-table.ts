import { monitoringAgents } from './agents-monitoring.ts'
import { operationsAgents } from './agents-operations.ts'
import { securityAgents } from './agents-security.ts'
import type { KnownSoftware } from './known-software.ts'

/**
 * Third-party agents that move badly: their packages, units and paths as their makers' installation pages name them.
 * One row an agent; `evidence` of the fact says which mark was found.
 */
export const knownAgents: readonly KnownSoftware[] = [
  ...securityAgents,
  ...monitoringAgents,
  ...operationsAgents,
]
