import { defineCollector } from '../model/collector.ts'
import { distinct } from './marked.ts'

const patterns = [
  '/var/lib/kubelet/plugins/*/csi.sock',
  '/var/lib/kubelet/csi-plugins/*/csi.sock',
  '/var/lib/kubelet/plugins_registry/*.sock',
] as const

/** CSI drivers of this node by their sockets; the directory or the registration names the driver. */
export const csi = defineCollector({
  fact: 'csi',
  set: 'full',
  command: 'ls /var/lib/kubelet/plugins/*/csi.sock /var/lib/kubelet/plugins_registry/',
  paths: [...patterns, '/var/lib/kubelet'],
  parse(input) {
    const sockets = patterns.flatMap((pattern) => [...input.pathsMatching(pattern)])
    const value = { sockets, drivers: distinct(sockets.flatMap(driverOf)) }
    if (input.privilege !== 'user' || !input.paths.has('/var/lib/kubelet') || sockets.length > 0) return value
    return { value, degraded: 'read without root: sockets below /var/lib/kubelet absent' }
  },
})

/** `/var/lib/kubelet/plugins/NAME/csi.sock`, `/var/lib/kubelet/plugins_registry/NAME-reg.sock`. */
function driverOf(socket: string): string[] {
  const name =
    /\/(?:plugins|csi-plugins)\/([^/]+)\/csi\.sock$/.exec(socket)?.[1] ??
    /\/plugins_registry\/([^/]+?)(?:-reg)?\.sock$/.exec(socket)?.[1]
  return name === undefined ? [] : [name]
}
