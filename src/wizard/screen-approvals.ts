import { inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { GivenApproval, PlanApprovals } from './move.ts'
import type { Screen, ScreenKey } from './screen.ts'

/** Looks at the approvals once more: others sign elsewhere. */
export const lookAgain: ScreenKey = { key: 'r', label: { en: 'look again', zh: '重新检查' } }

/** One line of the review: how many have signed, who, and how many are missing. */
export function approvalLine({ required, given, missing }: PlanApprovals): Text {
  const names = given.map(nameOf)
  const list = { en: names.map(({ en }) => en).join(', '), zh: names.map(({ zh }) => zh).join('、') }
  if (required === null) {
    if (given.length === 0)
      return {
        en: 'Approvals: no signature is asked for; the typed digest approves.',
        zh: '批准：不要求签名；输入摘要即为批准。',
      }
    return {
      en: `Approvals: ${list.en} (not verified: nobody is set who may approve)`,
      zh: `批准：${list.zh}（未核验：未设置批准人）`,
    }
  }
  const good = `${required - missing}`
  const left = missing > 0 ? { en: `, ${missing} missing`, zh: `，还缺 ${missing} 个` } : { en: '', zh: '' }
  return {
    en: `Approvals: ${good} of ${required}${left.en}${list.en === '' ? '' : `: ${list.en}`}`,
    zh: `批准：${good}/${required}${left.zh}${list.zh === '' ? '' : `：${list.zh}`}`,
  }
}

function nameOf({ identity, counts, reason }: GivenApproval): Text {
  const who = visibleLine(identity)
  if (counts !== false) return { en: `${mark(counts)} ${who}`, zh: `${mark(counts)} ${who}` }
  const why = visibleLine(reason)
  return { en: `✖ ${who} (${why})`, zh: `✖ ${who}（${why}）` }
}

function mark(counts: boolean | null): string {
  return counts === null ? '?' : counts ? '✔' : '✖'
}

interface ApprovalCommands {
  /** By which a person approves, and by which anybody counts the approvals. */
  approve: string
  verify: string
}

/** Who has approved the plan and whether it counts, how many are missing, and how one approves. */
export function approvalsScreen(
  { required, given, missing, notes }: PlanApprovals,
  language: Language,
  { approve, verify }: ApprovalCommands,
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  return {
    stage: 'review',
    body: [
      ...(required === null ? unsetLines : countLines(required, missing)).map(say),
      ...notes.map((note) => `! ${visibleLine(note)}`),
      '',
      ...given.flatMap((one) => approvalLines(one, language)),
      ...(given.length === 0 ? [say({ en: 'Nobody has signed this plan.', zh: '尚无人签署本计划。' })] : []),
      '',
      say({
        en: 'Whoever approves runs this in the same directory, with a key of their own:',
        zh: '批准人在同一目录中以自己的密钥运行：',
      }),
      `  ${approve}`,
    ],
    rows: [],
    keys: [lookAgain],
    command: verify,
  }
}

const unsetLines: readonly Text[] = [
  {
    en: 'It is not set who may approve: whoever starts the run types its digest, and no signature is asked for.',
    zh: '未设置批准人：由开始执行的人输入摘要，不要求签名。',
  },
  {
    en: 'To ask for signatures, write in osferry.yaml: approvals: { allowedSigners: FILE, require: 2 }',
    zh: '如需签名，请在 osferry.yaml 中写入：approvals: { allowedSigners: 文件, require: 2 }',
  },
]

function countLines(required: number, missing: number): Text[] {
  const good = required - missing
  if (missing === 0)
    return [
      {
        en: `Enough have approved: ${good} of ${required}. The run still asks for its digest.`,
        zh: `批准已足够：${good}/${required}。开始执行时仍须输入摘要。`,
      },
    ]
  return [
    {
      en: `${good} of ${required} approvals count, ${missing} missing: the run cannot be started, neither here nor by osferry apply.`,
      zh: `有效批准 ${good}/${required}，还缺 ${missing} 个：无论在此处还是用 osferry apply 都不能开始执行。`,
    },
  ]
}

/** Who, when, and with which key or why not. */
function approvalLines({ identity, at, counts, key, reason }: GivenApproval, language: Language): string[] {
  const unverified = { en: 'not verified', zh: '未核验' }
  const told = counts === null ? inLanguage(unverified, language) : counts ? (key ?? '') : reason
  return [`${mark(counts)} ${visibleLine(identity)}  ${visibleLine(at)}`, `    ${visibleLine(told)}`]
}
