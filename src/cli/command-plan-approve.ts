import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { addApproval, approvalsPath } from '../inventory/approvals-file.ts'
import { approvalText } from '../inventory/judge-approvals.ts'
import { readBounded } from '../inventory/read-bounded.ts'
import { signText } from '../inventory/ssh-signature.ts'
import { approvalNamespace, ApproverName } from '../model/approvals.ts'
import { isMigrationError, MigrationError } from '../model/errors.ts'
import { confirm } from './confirm.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, type CommandExit } from './define-command.ts'
import { isForMachines, printDocument, tellExit } from './output.ts'
import { digestFlag, planArgument, planOf } from './plan-arguments.ts'
import { planSentence } from './plan-sentence.ts'
import { shortPath } from './state-paths.ts'

/** `osferry plan approve PLAN --key FILE`: signs the digest of a plan, beside the plan. */
export const planApprove = defineCommand({
  path: 'plan approve',
  details: {
    en: 'Signs the digest of the plan with ssh-keygen and adds the approval to PLAN.approvals.json beside it. Whatever is changed in the plan later makes the approval count for nothing.',
    zh: '用 ssh-keygen 对计划的摘要签名，并将批准写入计划旁的 PLAN.approvals.json。此后计划若有任何改动，该批准即失效。',
  },
  formats: documentFormats,
  arguments: [planArgument],
  flags: [
    {
      flags: '--key <file>',
      text: {
        en: 'private SSH key; or a public one whose private key the agent holds',
        zh: 'SSH 私钥；或公钥（私钥由 ssh-agent 持有）',
      },
    },
    {
      flags: '--identity <name>',
      text: {
        en: 'your name in the allowed-signers file (default: the comment of the public key)',
        zh: '您在 allowed-signers 文件中的名称（默认：公钥的注释）',
      },
    },
    digestFlag,
  ],
  examples: [
    'osferry plan approve plan.json --key ~/.ssh/id_ed25519',
    'osferry plan approve plan.json --key ~/.ssh/id_ed25519.pub --identity alice@example.com --digest 9f3c0a1b2c3d',
  ],
  async run(context, input) {
    const given = input.value('--key')
    if (given === undefined) {
      throw new MigrationError('USAGE', 'a plan is approved with a key', {
        hint: 'add --key FILE, for example --key ~/.ssh/id_ed25519',
      })
    }
    const file = await planOf(context, input)
    const key = resolve(context.cwd, given.replace(/^~(?=\/)/, context.env['HOME'] ?? homedir()))
    const identity = await identityOf(input.value('--identity'), key)
    await confirm(context, {
      question: {
        en: `Approve ${file.path} as ${identity}? ${planSentence(file).en}`,
        zh: `以 ${identity} 的名义批准 ${file.path}？${planSentence(file).zh}`,
      },
      answer: { en: 'add --yes', zh: '请加上 --yes' },
    })
    const { digest } = file
    const signature = await signText({
      text: approvalText(digest),
      namespace: approvalNamespace,
      key,
      mayAsk: context.canPrompt,
      signal: context.signal,
    })
    const path = approvalsPath(resolve(context.cwd, file.path))
    const approval = { digest, identity, at: context.clock.now(), signature }
    const { language, signal } = context
    await addApproval(path, approval, { language, signal })
    return await tell(context, { ...approval, plan: file.path, file: shortPath(context, path) })
  },
})

async function tell(
  context: CommandContext,
  approval: { digest: string; identity: string; at: string; plan: string; file: string },
): Promise<CommandExit> {
  const { digest, identity, at, plan, file } = approval
  const exit: CommandExit = {
    code: 0,
    reason: context.say({
      en: `${identity} has approved ${plan}: ${file}`,
      zh: `${identity} 已批准 ${plan}：${file}`,
    }),
    next: [`osferry plan verify ${plan} --allowed-signers FILE`],
  }
  if (isForMachines(context)) await printDocument(context, { digest, identity, at, plan, file, exit })
  else context.stdout.write(`${digest}\n`)
  tellExit(context, exit)
  return exit
}

/** What people call their key is mostly how others know them. */
async function identityOf(given: string | undefined, key: string): Promise<string> {
  const identity = given ?? (await commentOf(key))
  const { error } = ApproverName.safeParse(identity)
  if (error === undefined && identity !== undefined) return identity
  const what = identity === undefined ? 'the key has no comment' : `${JSON.stringify(identity)} is no name`
  throw new MigrationError('USAGE', `who approves is not known: ${what}`, {
    hint: `add --identity NAME: ${error?.issues[0]?.message ?? ''}`,
  })
}

async function commentOf(key: string): Promise<string | undefined> {
  try {
    const text = await readBounded(key.endsWith('.pub') ? key : `${key}.pub`, { maxBytes: 64 * 1024 })
    // Type, key, and then whatever people have written: a name with spaces in it is no name for the other file.
    const comment = text.split('\n')[0]?.trim().split(/\s+/).slice(2).join(' ')
    return comment === '' ? undefined : comment
  } catch (error) {
    if (isMigrationError(error)) return undefined
    throw error
  }
}
