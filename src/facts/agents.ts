import { defineCollector } from '../model/collector.ts'
import { knownAgents } from './agent-table.ts'
import { installedScript, parseInstalled, parseMarks } from './installed.ts'
import { markOf } from './known-software.ts'

/** Known third-party agents on the host, found by package, unit or path. */
export const agents = defineCollector({
  fact: 'agents',
  set: 'full',
  command: 'rpm -qa; ls -d /opt/* /usr/local/*; systemctl list-unit-files',
  script: installedScript,
  timeoutMs: 30_000,
  maxBytes: 4 * 1024 * 1024,
  parse({ stdout }) {
    const names = new Set(parseInstalled(stdout).map((row) => row.name))
    const marks = parseMarks(stdout)
    const agents = knownAgents.flatMap((row) => {
      const evidence = markOf(row, marks, names)
      return evidence === null ? [] : [{ id: row.id, name: row.name, evidence }]
    })
    return { agents }
  },
})
