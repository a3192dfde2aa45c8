import type { LabUser } from './lab-cluster.ts'
import { labKinds } from './lab-kinds.ts'
import { isJsonObject } from './lab-merge.ts'
import { mayDo } from './lab-rights.ts'
import { badRequest, LabStatusError } from './lab-status.ts'
import type { LabStore } from './lab-store.ts'

const kind = labKinds.certificateRequests

/** A request for a certificate as the server takes it: who asks is what the login says, never what the body says. */
export function askedBy({ name, groups }: LabUser, body: unknown): object {
  if (!isJsonObject(body)) throw badRequest('the body is no object')
  const { status: _, ...rest } = body
  const spec = isJsonObject(body['spec']) ? body['spec'] : {}
  return { ...rest, spec: { ...spec, username: name, groups } }
}

/** The plugin CertificateApproval: who decides about a request needs the verb `approve` on its signer, or on all of its domain. */
export function checkApproval(store: LabStore, user: LabUser, name: string): void {
  const { signerName = '' } = (store.get(kind, name)?.spec ?? {}) as { signerName?: string }
  const right = { verb: 'approve', group: kind.group, resource: 'signers' }
  const signers = [signerName, signerName.replace(/\/.*$/, '/*')]
  if (signers.some((signer) => mayDo(store, user, { ...right, name: signer }))) return
  throw new LabStatusError(403, 'Forbidden', {
    message: `${kind.resource}.${kind.group} "${name}" is forbidden: user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`,
    details: { name, group: kind.group, kind: kind.resource },
  })
}
