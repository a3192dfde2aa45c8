import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import { canonicalAddress, parseCertificateRequest } from '../model/certificate-request.ts'
import type { ApiObject } from '../model/cluster-port.ts'
import type { RecordedNode } from '../model/node-record.ts'

const Csr = z.object({
  metadata: z.object({
    name: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.iso.datetime(),
  }),
  spec: z.object({
    /** PEM in base64. */
    request: z.string(),
    signerName: z.string(),
    username: z.string().nullish(),
    groups: z.array(z.string()).nullish(),
    usages: z.array(z.string()).nullish(),
  }),
  status: z.object({ conditions: z.array(z.object({ type: z.string() })).nullish() }).nullish(),
})

/** A CertificateSigningRequest that waits for somebody's decision. */
export interface PendingRequest {
  name: string
  resourceVersion: string
  createdAt: string
  pem: string
  signer: string
  username: string
  groups: readonly string[]
  usages: readonly string[]
}

/** What certificates a kubelet has. */
const kubeletSigners = {
  client: 'kubernetes.io/kube-apiserver-client-kubelet',
  serving: 'kubernetes.io/kubelet-serving',
} as const

/** Reads a request of a kubelet that is not decided; undefined for all others. */
export function pendingRequest(object: ApiObject): PendingRequest | undefined {
  const { metadata, spec, status } = parseApiObject(Csr, object, 'CertificateSigningRequest')
  const { signerName: signer } = spec
  const isDecided = (status?.conditions ?? []).length > 0
  if (isDecided || (signer !== kubeletSigners.client && signer !== kubeletSigners.serving)) return undefined
  return {
    name: metadata.name,
    resourceVersion: metadata.resourceVersion,
    createdAt: metadata.creationTimestamp,
    pem: pemOf(spec.request),
    signer,
    username: spec.username ?? '',
    groups: spec.groups ?? [],
    usages: spec.usages ?? [],
  }
}

function pemOf(base64: string): string {
  try {
    return atob(base64)
  } catch {
    return ''
  }
}

/** Why a request is not approved. */
export type RequestObjection =
  | 'older-than-the-record'
  | 'unreadable'
  | 'another-subject'
  | 'another-requestor'
  | 'other-usages'
  | 'other-names'
  | 'asks-for-more'
  | 'node-is-ready'
  | 'refused-by-server'

export interface RequestJudgement {
  node: Pick<RecordedNode, 'name' | 'addresses'>
  /** When the node was recorded. */
  recordedAt: string
  isReady: boolean
}

/**
 * Undefined when a request is of the node that comes back, and of nothing else. Only what was recorded counts for addresses:
 * those in the node's status are written by its kubelet. Sources: https://kubernetes.io/docs/reference/access-authn-authz/
 * certificate-signing-requests/#kubernetes-signers, pkg/controller/certificates/approver.
 */
export function objectionTo(
  request: PendingRequest,
  { node, recordedAt, isReady }: RequestJudgement,
): RequestObjection | undefined {
  const { signer, username, groups, usages } = request
  if (Date.parse(request.createdAt) < Math.floor(Date.parse(recordedAt) / 1000) * 1000)
    return 'older-than-the-record'
  const asked = parseCertificateRequest(request.pem)
  if (asked === undefined) return 'unreadable'
  const user = `system:node:${node.name}`
  if (!isOnly(asked.commonNames, user) || !isOnly(asked.organizations, 'system:nodes'))
    return 'another-subject'
  if (asked.others.length > 0) return 'asks-for-more'
  const names = [...asked.dnsNames, ...asked.ipAddresses]
  if (signer === kubeletSigners.client) {
    if (!username.startsWith('system:bootstrap:') || !groups.includes('system:bootstrappers'))
      return 'another-requestor'
    if (!areUsages(usages, 'client auth')) return 'other-usages'
    if (names.length > 0) return 'other-names'
    // Whoever has a bootstrap token could take the place of a node that is at work.
    return isReady ? 'node-is-ready' : undefined
  }
  if (username !== user || !groups.includes('system:nodes')) return 'another-requestor'
  if (!areUsages(usages, 'server auth')) return 'other-usages'
  const own = new Set([node.name, ...node.addresses.map(({ address }) => canonicalAddress(address))])
  return names.length > 0 && names.every((name) => own.has(name)) ? undefined : 'other-names'
}

function isOnly(values: readonly string[], wanted: string): boolean {
  return values.length === 1 && values[0] === wanted
}

/** Exactly these; RSA keys may encipher as well. */
function areUsages(usages: readonly string[], auth: string): boolean {
  const all = new Set(usages)
  all.delete('key encipherment')
  return all.size === 2 && all.has(auth) && all.has('digital signature')
}
