import type { Plugin } from 'rolldown'

/** Parts of ssh2 that osferry never reaches, and what stands in their place. */
const leftOut: readonly (readonly [file: string, code: string])[] = [
  // Tunnels for HTTP clients: they would load http, https and tls, 15 ms of every start.
  ['/ssh2/lib/http-agents.js', 'module.exports = {}'],
]

/** Leaves parts of ssh2 out of the bundle; the build fails when a release of ssh2 has moved them. */
export function leanSsh2(): Plugin {
  const found = new Set<string>()
  return {
    name: 'lean-ssh2',
    load(id): string | null {
      const row = leftOut.find(([file]) => id.replaceAll('\\', '/').endsWith(file))
      if (row === undefined) return null
      found.add(row[0])
      return row[1]
    },
    buildEnd(error): void {
      const missing = leftOut.filter(([file]) => !found.has(file))
      if (error === undefined && missing.length > 0) throw new Error(`ssh2 has no ${missing.join(', ')}`)
    },
  }
}
