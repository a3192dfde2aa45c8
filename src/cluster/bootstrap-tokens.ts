import { createHash, randomInt } from 'node:crypto'
import type { ApiObject, Cluster, WriteAnswer } from '../model/cluster-port.ts'
import { StepError } from '../model/step-error.ts'

/** For whom a token is. */
export interface TokenOwner {
  run: string
  /** Name in the cluster. */
  node: string
  /** Of the node in its plan: no two nodes of one run get the same id. */
  index: number
}

export interface TokenOrder extends TokenOwner {
  /** ISO 8601. */
  expiresAt: string
  groups: readonly string[]
}

interface TokenOptions {
  signal: AbortSignal
}

const secrets = { group: '', version: 'v1', resource: 'secrets', namespace: 'kube-system' } as const
const signs = '0123456789abcdefghijklmnopqrstuvwxyz'
const idLength = 6
const secretLength = 16
const ids = signs.length ** idLength
/** The first finds what an earlier process has left; more than that is somebody else. */
const mostTries = 3

/**
 * The public part of a token. It follows from run and node, so that a process which goes on after a kill knows which one may have been
 * left without reading Secrets; only the other part is secret.
 */
export function tokenId({ run, index }: Pick<TokenOwner, 'run' | 'index'>): string {
  const first = createHash('sha256').update(`osferry bootstrap token ${run}`).digest().readUIntBE(0, 6)
  return ((first + index) % ids).toString(signs.length).padStart(idLength, '0')
}

/**
 * Makes a token that no other node has, and gives it: `abcdef.0123456789abcdef`. One that was made for this node before ends.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
 */
export async function mintToken(cluster: Cluster, order: TokenOrder, options: TokenOptions): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const secret = randomSecret()
    const answer = await cluster.create(secrets, tokenObject(order, secret), { ...options, looks: false })
    if (answer.outcome === 'done') return `${tokenId(order)}.${secret}`
    if (answer.outcome !== 'conflict' || tries === mostTries) throw notMinted(order, answer, secret)
    await removeToken(cluster, order, options)
  }
}

/** Asks the server whether it would take a token for this node; nothing is made. Throws what `mintToken` would throw. */
export async function proveMinting(
  cluster: Cluster,
  order: TokenOrder,
  options: TokenOptions,
): Promise<void> {
  const secret = randomSecret()
  const answer = await cluster.create(secrets, tokenObject(order, secret), { ...options, dryRun: true })
  if (answer.outcome !== 'done' && answer.outcome !== 'conflict') throw notMinted(order, answer, secret)
}

/** Deletes the token of this node, whichever process has made it; it may be gone. */
export async function removeToken(
  cluster: Cluster,
  owner: TokenOwner,
  { signal }: TokenOptions,
): Promise<void> {
  const answer = await cluster.remove({ ...secrets, name: nameOf(owner) }, { uid: null, signal })
  if (answer.outcome === 'done' || answer.outcome === 'gone') return
  throw new StepError('transient', `${nameOf(owner)} was not deleted: ${wordsOf(answer)}`, {
    code: 'TOKEN_NOT_DELETED',
  })
}

function nameOf(owner: TokenOwner): string {
  return `bootstrap-token-${tokenId(owner)}`
}

/** Every sign is as likely as every other. */
function randomSecret(): string {
  return Array.from({ length: secretLength }, () => signs.charAt(randomInt(signs.length))).join('')
}

/** Without usage-bootstrap-signing: what joins trusts a certificate authority that it has already. */
function tokenObject(order: TokenOrder, secret: string): ApiObject {
  const { run, node, expiresAt, groups } = order
  const data = {
    'token-id': tokenId(order),
    'token-secret': secret,
    expiration: expiresAt,
    'usage-bootstrap-authentication': 'true',
    ...(groups.length === 0 ? {} : { 'auth-extra-groups': groups.join(',') }),
    description: `osferry run ${run}, node ${node}`,
  }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'bootstrap.kubernetes.io/token',
    metadata: {
      name: nameOf(order),
      labels: { 'app.kubernetes.io/managed-by': 'osferry', 'osferry.io/run': run },
      annotations: { 'osferry.io/node': node },
    },
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)])),
  }
}

/** Servers and webhooks repeat what they refuse. */
function notMinted(order: TokenOrder, answer: WriteAnswer, secret: string): StepError {
  const words = wordsOf(answer).replaceAll(secret, '***').replaceAll(base64(secret), '***')
  const failureClass = answer.outcome === 'conflict' ? 'transient' : 'config'
  return new StepError(failureClass, `the cluster takes no bootstrap token for ${order.node}: ${words}`, {
    code: 'TOKEN_NOT_MINTED',
  })
}

function wordsOf(answer: WriteAnswer): string {
  return 'message' in answer ? answer.message : answer.outcome
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
