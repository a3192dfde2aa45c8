import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BootAlarm } from './boot-alarm.ts'
import { sendText, type BootAnswer } from './boot-answer.ts'
import type { CheckedArtifact } from './boot-artifacts.ts'
import { isToldMachine } from './boot-machine.ts'
import { newBootToken } from './boot-token.ts'
import type { BootUrls, NetworkBootUrl } from './boot-urls.ts'
import { localScript } from './ipxe-script.ts'
import { networkBootScript } from './network-boot.ts'

export interface ScriptRouteOptions {
  urls: BootUrls
  artifacts: readonly CheckedArtifact[]
  onAlarm: (alarm: BootAlarm) => void
  clock: { now(): string }
}

/**
 * Tells iPXE what its machine is to boot: the installer while the newest address for it can be used, and its local disk in every
 * other case. Each script with an address has a secret of its own, of which only the sha256 is kept.
 */
export function scriptRoute(
  options: ScriptRouteOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<BootAnswer> {
  return async (request, response) => {
    const told = await toldTo(request, options)
    const text = told.script ?? localScript
    const bytes = sendText(response, { status: 200, text })
    const route = told.script === undefined ? 'local-script' : 'install-script'
    return { route, name: told.node, status: 200, bytes }
  }
}

/** Without a script it boots its local disk. */
interface Told {
  node: string | null
  script?: string
}

async function toldTo(request: IncomingMessage, options: ScriptRouteOptions): Promise<Told> {
  const { urls, clock, onAlarm } = options
  const query = new URLSearchParams((request.url ?? '').split('?').slice(1).join('?'))
  const known = (await urls.networkBoots()).filter(({ machine }) => isToldMachine(query, machine))
  const [url, ...older] = known.toSorted((a, b) => Date.parse(b.mintedAt) - Date.parse(a.mintedAt))
  if (url === undefined) return { node: null }
  const from = request.socket.remoteAddress ?? ''
  const { node } = url
  const refuse = (kind: BootAlarm['kind'], why: string | null = null): Told => {
    onAlarm({ event: 'alarm', at: clock.now(), kind, node, from, why })
    return { node }
  }
  const isOpen = async ({ id, expiresAt }: NetworkBootUrl): Promise<boolean> =>
    Date.parse(expiresAt) > Date.parse(clock.now()) && !(await urls.isClaimed(id))
  // Whoever has one that was used, or is over, may have had another name then.
  for (const one of older) if (one.node !== node && (await isOpen(one))) return refuse('two-nodes', one.node)
  if (!(await isOpen(url))) return { node }
  if (url.network.over === 'https' && !('encrypted' in request.socket)) return refuse('script-not-encrypted')
  const missing = await missingOf(url, options)
  if (missing !== undefined) return refuse('not-served', missing)
  const [ignition, progress] = [newBootToken(url.id), newBootToken(url.id)]
  const script = { verifier: ignition.verifier, progress: progress.verifier, at: clock.now(), from }
  if (!(await urls.addScript(url.id, script))) return refuse('scripts-too-many')
  const tokens = { ignition: ignition.text, progress: progress.text }
  return { node, script: networkBootScript(url.network, { node, tokens, signed: signedOf(options) }) }
}

/** Why a machine could not load what it is to boot. */
async function missingOf(
  { network: { kernel, initramfs } }: NetworkBootUrl,
  { artifacts }: ScriptRouteOptions,
): Promise<string | undefined> {
  for (const { name, sha256 } of [kernel, ...initramfs]) {
    const served = artifacts.find((one) => one.name === name)
    if (served === undefined) return `${name} is not among the files that are served here`
    if (served.sha256 !== sha256) return `${name} is another file here than when the address was made`
    if (!(await served.isAsChecked())) return `${name} was written to since it was checked`
  }
  return undefined
}

function signedOf({ artifacts }: ScriptRouteOptions): ReadonlySet<string> {
  return new Set(artifacts.flatMap(({ name }) => (name.endsWith('.sig') ? [name.slice(0, -4)] : [])))
}
