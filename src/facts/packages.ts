import { defineCollector } from '../model/collector.ts'
import { installedScript, parseInstalled, queryComplaint } from './installed.ts'

/** Installed packages with vendor, signing key and module stream. */
export const packages = defineCollector({
  fact: 'packages',
  set: 'basic',
  command: 'rpm -qa --qf ...',
  script: installedScript,
  timeoutMs: 30_000,
  maxBytes: 4 * 1024 * 1024,
  parse({ stdout }) {
    const packages = parseInstalled(stdout)
      .filter((row) => row.name !== 'gpg-pubkey')
      .map(({ owner: _owner, ...row }) => row)
    const complaint = queryComplaint(stdout)
    return complaint === null ? { packages } : { value: { packages }, degraded: complaint }
  },
})
