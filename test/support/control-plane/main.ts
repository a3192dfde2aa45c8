import { parseArgs } from 'node:util'
import { releases, type Release } from './releases.ts'
import { startControlPlane } from './start.ts'
import { buildAssets } from './assets.ts'

/** Starts a control plane by hand: `npm run control-plane -- --version oldest`; Ctrl-C ends it. */
const { values } = parseArgs({ options: { version: { type: 'string', default: 'newest' } } })
if (!Object.hasOwn(releases, values.version)) {
  throw new Error(`--version is ${Object.keys(releases).join(' or ')}, not ${values.version}`)
}
const release = values.version as Release
await buildAssets(release)
const controlPlane = await startControlPlane({ version: release })
// Without work of its own Node would end here.
const alive = setInterval(() => undefined, 60_000)
const end = (): void => {
  clearInterval(alive)
  void controlPlane.stop()
}
process.once('SIGINT', end)
process.once('SIGTERM', end)
// Last: whoever reads this may end it at once.
console.log(`Kubernetes ${controlPlane.version} at ${controlPlane.url}; Ctrl-C ends it`)
console.log(`kubeconfig ${controlPlane.kubeconfig}`)
