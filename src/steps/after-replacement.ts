import type { Host } from '../model/ports.ts'
import type { StepContext } from '../model/step.ts'
import type { AfterReplacement, HostPort } from './data-ports.ts'

/** Connects to a host whose system the run may have replaced, and tells the new host key that was accepted for it. */
export async function afterReplacement<Connected>(
  { replacedBy }: { readonly replacedBy?: string | undefined },
  connect: (after: AfterReplacement) => Promise<Connected>,
): Promise<{ host: Connected; hostKey: string | undefined }> {
  let hostKey: string | undefined
  const host = await connect({ replacedBy, onNewKey: (fingerprint) => (hostKey = fingerprint) })
  return { host, hostKey }
}

/** The host of the node that a step is about. Throws as `hostOf` does. */
export async function hostAfter(
  context: Pick<StepContext<unknown, HostPort>, 'node' | 'ports' | 'signal' | 'replacedBy'>,
): Promise<{ host: Host; hostKey: string | undefined }> {
  const { node, ports, signal } = context
  return await afterReplacement(context, async (after) => await ports.hostOf(node, signal, after))
}
