import { defineCollector } from '../model/collector.ts'
import { knownAgents } from './agent-table.ts'
import { installedScript, parseInstalled } from './installed.ts'
import { markOf, marksOf } from './known-software.ts'

/** Known third-party agents on the host, found by package, unit or path. */
export const agents = defineCollector({
  fact: 'agents',
  set: 'full',
  command: 'rpm -qa; ls -d /opt/* /usr/local/*; systemctl list-unit-files',
  script: installedScript,
  paths: marksOf(knownAgents),
  timeoutMs: 30_000,
  maxBytes: 4 * 1024 * 1024,
  parse({ stdout, paths }) {
    const names = new Set(parseInstalled(stdout).map((row) => row.name))
    const agents = knownAgents.flatMap((row) => {
      const evidence = markOf(row, paths, names)
      return evidence === null ? [] : [{ id: row.id, name: row.name, evidence }]
    })
    return { agents }
  },
})
