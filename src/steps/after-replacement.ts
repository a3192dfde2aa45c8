import type { Host } from '../model/ports.ts'
import type { StepContext } from '../model/step.ts'
import type { AfterReplacement } from './data-ports.ts'

/** Connects to a host whose system the run may have replaced, and tells the new host key that was accepted for it. */
export async function afterReplacement(
  remembered: StepContext<unknown, unknown>['remembered'],
  connect: (after: AfterReplacement) => Promise<Host>,
): Promise<{ host: Host; hostKey: string | undefined }> {
  let hostKey: string | undefined
  const host = await connect({
    isProvisioned: remembered('host.provision') !== undefined,
    onNewKey: (fingerprint) => (hostKey = fingerprint),
  })
  return { host, hostKey }
}
