import type { AfterReplacement } from './data-ports.ts'

/** Connects to a host whose system the run may have replaced, and tells the new host key that was accepted for it. */
export async function afterReplacement<Connected>(
  { replacedBy }: { readonly replacedBy?: string | undefined },
  connect: (after: AfterReplacement) => Promise<Connected>,
): Promise<{ host: Connected; hostKey: string | undefined }> {
  let hostKey: string | undefined
  const host = await connect({ replacedBy, onNewKey: (fingerprint) => (hostKey = fingerprint) })
  return { host, hostKey }
}
