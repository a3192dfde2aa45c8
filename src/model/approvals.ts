import { z } from 'zod'

/** What a signature is for: one that was made for anything else counts for nothing (`ssh-keygen -Y sign -n`). */
export const approvalNamespace = 'osferry-plan'

/** Who approves, as the allowed-signers file names them. */
export const ApproverName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@+:-]{0,199}$/,
    'a name is made of letters, digits and . _ @ + : -, as in the allowed-signers file',
  )

/** One approval of one plan. */
export const Approval = z.strictObject({
  /** sha256 of the plan's canonical JSON. This is what is signed: 64 hex digits and a line feed. */
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'a digest is 64 hex digits'),
  identity: ApproverName,
  /** When, by the clock of the machine. For people: it is not signed, and nothing is decided by it. */
  at: z.iso.datetime(),
  /** Armoured SSH signature of the line with the digest. */
  signature: z
    .string()
    .max(16_384)
    .regex(
      /^-----BEGIN SSH SIGNATURE-----\n[A-Za-z0-9+/=\n]+\n-----END SSH SIGNATURE-----\n?$/,
      'a signature is what ssh-keygen -Y sign writes',
    ),
})
export type Approval = z.infer<typeof Approval>

/** approvals/v1: the approvals of a plan, in a file beside it. */
export const Approvals = z.strictObject({
  schema: z.literal('approvals/v1'),
  approvals: z.array(Approval).max(200),
})
export type Approvals = z.infer<typeof Approvals>
