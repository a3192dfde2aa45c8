import { defineCollector } from '../model/collector.ts'
import { installedScript, parseInstalled } from './installed.ts'

/** Signing keys that the package database trusts. */
export const packageKeys = defineCollector({
  fact: 'packageKeys',
  set: 'basic',
  command: 'rpm -q gpg-pubkey',
  script: installedScript,
  timeoutMs: 30_000,
  maxBytes: 4 * 1024 * 1024,
  parse({ stdout }) {
    const keys = parseInstalled(stdout)
      .filter((row) => row.name === 'gpg-pubkey')
      .map((row) => ({ id: row.version.toLowerCase(), summary: row.owner ?? '' }))
    return { keys }
  },
})
