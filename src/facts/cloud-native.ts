import { defineCollector } from '../model/collector.ts'
import { knownCloudNative } from './cloud-native-table.ts'
import { installedScript, parseInstalled } from './installed.ts'
import { markOf, marksOf } from './known-software.ts'

/** Cloud-native systems with a footprint on the node. */
export const cloudNative = defineCollector({
  fact: 'cloudNative',
  set: 'full',
  command: 'rpm -qa; ls -d /opt/kata /etc/nydus /var/lib/sealer ...',
  script: installedScript,
  paths: marksOf(knownCloudNative),
  timeoutMs: 30_000,
  maxBytes: 4 * 1024 * 1024,
  parse({ stdout, paths }) {
    const names = new Set(parseInstalled(stdout).map((row) => row.name))
    const systems = knownCloudNative.flatMap((row) => {
      const evidence = markOf(row, paths, names)
      return evidence === null ? [] : [{ id: row.id, evidence }]
    })
    return { systems }
  },
})
