import { approvalNamespace, type Approval } from '../model/approvals.ts'
import { MigrationError } from '../model/errors.ts'
import { verifyText } from './ssh-signature.ts'

/** Why an approval counts, or does not. */
export type ApprovalResult = 'good' | 'other-plan' | 'refused' | 'same-signer'

export interface JudgedApproval {
  identity: string
  at: string
  digest: string
  result: ApprovalResult
  /** Kind and fingerprint of the key, when its signature is good. */
  key: string | null
  /** The words of ssh-keygen, or who has signed already; '' when it is good. */
  reason: string
}

/** The text that is signed for a plan. */
export function approvalText(digest: string): string {
  return `${digest}\n`
}

/**
 * Judges approvals for the plan of `digest`, in their order. A person and a key count once: whoever signs under two names, or
 * with two keys, is one.
 */
export async function judgeApprovals(
  approvals: readonly Approval[],
  options: { digest: string; allowedSigners: string; signal: AbortSignal },
): Promise<JudgedApproval[]> {
  const { digest, allowedSigners, signal } = options
  const judged: JudgedApproval[] = []
  /** By fingerprint: a key is the same one as a certificate. */
  const counted = new Map<string, JudgedApproval>()
  for (const approval of approvals) {
    const { identity, at } = approval
    const about = { identity, at, digest: approval.digest }
    if (approval.digest !== digest) {
      judged.push({ ...about, result: 'other-plan', key: null, reason: `approves ${approval.digest}` })
      continue
    }
    const { signature } = approval
    const text = approvalText(digest)
    const namespace = approvalNamespace
    const answer = await verifyText({ text, signature, namespace, identity, allowedSigners, signal })
    if (!answer.isGood) {
      judged.push({ ...about, result: 'refused', key: null, reason: answer.reason })
      continue
    }
    const { key, fingerprint } = answer
    const before = counted.get(fingerprint) ?? [...counted.values()].find((one) => one.identity === identity)
    if (before !== undefined) {
      const reason = `counted as ${before.identity}, ${before.key ?? ''}`
      judged.push({ ...about, result: 'same-signer', key, reason })
      continue
    }
    const good: JudgedApproval = { ...about, result: 'good', key, reason: '' }
    counted.set(fingerprint, good)
    judged.push(good)
  }
  return judged
}

/** How many good approvals a plan lacks. */
export function missingApprovals(judged: readonly JudgedApproval[], required: number): number {
  return Math.max(0, required - judged.filter(({ result }) => result === 'good').length)
}

/** Throws APPROVAL_MISSING or APPROVAL_INVALID (when one was given and does not count) below `required` good approvals. */
export function requireApprovals(
  judged: readonly JudgedApproval[],
  { required, planPath }: { required: number; planPath: string },
): void {
  const missing = missingApprovals(judged, required)
  if (missing === 0) return
  const good = required - missing
  const bad = judged.filter(({ result }) => result !== 'good')
  const reasons = bad.slice(0, 5).map(({ identity, result, reason }) => `${identity}: ${result}, ${reason}`)
  const message = [`${planPath} has ${good} of ${required} approvals`, ...reasons].join('; ')
  throw new MigrationError(bad.length === 0 ? 'APPROVAL_MISSING' : 'APPROVAL_INVALID', message, {
    hint: `to approve it: osferry plan approve ${planPath} --key ~/.ssh/id_ed25519`,
    details: { file: planPath, good, required },
  })
}
