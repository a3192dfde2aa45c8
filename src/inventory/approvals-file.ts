import { existsSync } from 'node:fs'
import { Approvals, type Approval } from '../model/approvals.ts'
import type { Language } from '../model/text.ts'
import { writeFileAtomically } from './atomic-file.ts'
import { whileLocked } from './file-lock.ts'
import { readYamlDocument } from './yaml-document.ts'

const maxBytes = 8 * 1024 * 1024

/** Where the approvals of a plan are: `plan.json` has `plan.approvals.json` beside it. */
export function approvalsPath(planPath: string): string {
  return `${planPath.replace(/\.json$/, '')}.approvals.json`
}

/** Reads approvals/v1; none when there is no file. Throws APPROVAL_INVALID with file:line:column. */
export async function readApprovals(path: string, language: Language = 'en'): Promise<Approval[]> {
  if (!existsSync(path)) return []
  const code = 'APPROVAL_INVALID'
  const { value } = await readYamlDocument({
    path,
    schema: Approvals,
    name: 'approvals',
    code,
    maxBytes,
    language,
  })
  return value.approvals
}

/** Adds an approval; one of the same person for the same plan is replaced. Of several at a time none is lost. */
export async function addApproval(
  path: string,
  approval: Approval,
  { language, signal }: { language: Language; signal: AbortSignal },
): Promise<void> {
  const add = async (): Promise<void> => {
    const others = (await readApprovals(path, language)).filter(
      ({ identity, digest }) => identity !== approval.identity || digest !== approval.digest,
    )
    const document: Approvals = { schema: 'approvals/v1', approvals: [...others, approval] }
    await writeFileAtomically(
      path,
      `${JSON.stringify(Approvals.parse(document, { jitless: true }), null, 2)}\n`,
    )
  }
  await whileLocked(path, add, { signal })
}
