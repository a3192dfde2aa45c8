import type { LocalData } from '../model/data-decision.ts'
import type { Plan, PlannedNode } from '../model/plan.ts'
import { counted, hostsInEnglish, inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { MovingPlaybook, PlanApprovals, SavedPlan } from './move.ts'
import { approvalLine, lookAgain } from './screen-approvals.ts'
import type { Screen, ScreenRow } from './screen.ts'
import { playbookText } from './screen-targets.ts'
import { targetNames } from './target-names.ts'

export interface ReviewView {
  saved: SavedPlan
  /** The plan is another one than the waves that were shown: what it rests on has changed meanwhile. */
  hasChanged: boolean
  /** Whether it can be started from here: it has nodes, and enough have approved it. */
  canStart: boolean
  /** Plans of other groups. */
  others: readonly MovingPlaybook[]
}

/** What is agreed to before anything is changed: what cannot be taken back comes first. */
export function reviewScreen(view: ReviewView, language: Language, command: string): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const { saved, hasChanged, canStart, others } = view
  const { plan, digest, path, optionsPath } = saved
  const changed = {
    en: '! What the plan rests on has changed meanwhile: it is another one than the waves that were shown. Go back to see them.',
    zh: '! 计划所依据的内容刚才发生了变化：与先前显示的波次不同。请返回查看。',
  }
  const written = {
    en: `Written: ${visibleLine(path)}, and the answers: ${visibleLine(optionsPath)}`,
    zh: `已写入：${visibleLine(path)}；答案：${visibleLine(optionsPath)}`,
  }
  return {
    stage: 'review',
    body: [
      ...(hasChanged ? [say(changed)] : []),
      ...reviewLines(plan).map(say),
      say(approvalLine(saved.approvals)),
      say(written),
      `sha256 ${digest}`,
      '',
    ],
    rows: [
      ...(canStart ? [startRow(language)] : []),
      approvalsRow(saved.approvals, language),
      ...otherRows(plan, language),
      ...others.map((other) => planRow(other, language)),
    ],
    keys: saved.approvals.missing > 0 ? [lookAgain] : [],
    command,
  }
}

function startRow(language: Language): ScreenRow {
  const text = { en: 'Start now: the digest must be typed …', zh: '现在开始：须输入摘要 …' }
  return { id: 'start', text: inLanguage(text, language) }
}

function approvalsRow({ missing }: PlanApprovals, language: Language): ScreenRow {
  const text =
    missing > 0
      ? {
          en: `It cannot be started yet, ${counted(missing, 'approval')} missing: how to approve …`,
          zh: `还缺 ${missing} 个批准，暂不能开始：如何批准 …`,
        }
      : { en: 'Approvals: who has signed, how to sign …', zh: '批准：签署人与签署方法 …' }
  return { id: 'approvals', text: inLanguage(text, language) }
}

/** Groups with another target are a plan of their own. */
export function planRow(playbook: MovingPlaybook, language: Language): ScreenRow {
  const words = playbookText(playbook, language)
  const text = { en: `Go on with the other plan: ${words}`, zh: `继续另一个计划：${words}` }
  return { id: `plan ${playbook.id}`, text: inLanguage(text, language) }
}

function otherRows(plan: Plan, language: Language): ScreenRow[] {
  const say = (text: Text): string => inLanguage(text, language)
  const lost = discarded(plan)
  return [
    ...(lost.length > 0
      ? [
          {
            id: 'lost',
            text: say({ en: 'What is discarded, host by host …', zh: '逐台查看将被丢弃的数据 …' }),
          },
        ]
      : []),
    {
      id: 'final',
      text: say({ en: 'What cannot be undone, node by node …', zh: '逐台查看不可撤销的步骤 …' }),
    },
    {
      id: 'later',
      text: say({ en: 'Leave it at the plan, and run it later', zh: '到此为止，稍后执行' }),
    },
  ]
}

/** What happens to whom, and which way leads back. */
function reviewLines(plan: Plan): Text[] {
  const { nodes, playbook, waves, leftOut, bounds } = plan
  const target = targetNames[playbook.target]
  const final = nodes.filter(isFinal)
  const none = nodes.filter(({ rollback }) => rollback.means === 'none')
  const others = Map.groupBy(
    nodes.filter(({ rollback }) => rollback.means !== 'none'),
    ({ rollback }) => rollback.means,
  )
  const ways = [...others].map(([means, list]) => `${means} ${list.length}`).join(', ')
  const who = [...new Set(none.map(({ rollback }) => rollback.acceptedBy ?? '-'))].map(visibleLine).join(', ')
  return [
    {
      en: `This plan makes ${target} of ${hostsInEnglish(nodes.length)} in ${counted(waves.length, 'wave')}; ${leftOut.length} left out; ${counted(bounds.evictions, 'eviction')}.`,
      zh: `本计划分 ${waves.length} 个波次将 ${nodes.length} 台主机迁移到 ${target}；${leftOut.length} 台未纳入；驱逐 ${bounds.evictions} 次。`,
    },
    {
      en: `⚑ ${counted(final.length, 'node')} with a point of no return: nothing is undone step by step after it.`,
      zh: `⚑ ${final.length} 个节点会越过不可回退点：此后无法逐步撤销。`,
    },
    ...(ways === '' ? [] : [{ en: `The way back then: ${ways}.`, zh: `此后的回退手段：${ways}。` }]),
    ...(none.length > 0
      ? [
          {
            en: `⚑ ${counted(none.length, 'node')} with NO way back then; accepted by ${who}.`,
            zh: `⚑ ${none.length} 个节点此后没有回退手段；由 ${who} 接受。`,
          },
        ]
      : []),
    ...dataLines(plan),
  ]
}

function dataLines(plan: Plan): Text[] {
  const kept = plan.nodes.flatMap(({ data }) => data).filter(({ action }) => action !== 'discard')
  const counts = [...Map.groupBy(kept, ({ action }) => action)].map(
    ([action, list]) => `${action ?? '?'} ${list.length}`,
  )
  const lost = discarded(plan)
  const told = [...new Set(lost.map(({ item }) => visibleLine(item.path ?? item.kind)))]
  const some = told.slice(0, 5)
  const more = told.length - some.length
  return [
    ...(counts.length > 0
      ? [{ en: `Local data: ${counts.join(', ')}.`, zh: `本地数据：${counts.join('，')}。` }]
      : []),
    lost.length === 0
      ? { en: 'No local data is discarded.', zh: '不丢弃任何本地数据。' }
      : {
          en: `⚑ DISCARDED in ${counted(lost.length, 'place')}: ${some.join(', ')}${more > 0 ? `, ${more} more` : ''}.`,
          zh: `⚑ 丢弃 ${lost.length} 处数据：${some.join('、')}${more > 0 ? `，另有 ${more} 处` : ''}。`,
        },
  ]
}

/** Every node, with the step after which nothing is undone, and its way back. */
export function finalScreen(plan: Plan, language: Language, command: string): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  return {
    stage: 'review',
    body: [
      say({ en: 'Point of no return, then the way back:', zh: '不可回退点及其后的回退手段：' }),
      ...plan.nodes.map(({ name, steps, rollback }) => {
        const step = steps.find(({ pointOfNoReturn }) => pointOfNoReturn)?.uses ?? '-'
        const none = { en: `NONE (${rollback.acceptedBy ?? '-'})`, zh: `无（${rollback.acceptedBy ?? '-'}）` }
        const way = rollback.means === 'none' ? say(none) : rollback.means
        return visibleLine(`  ${name}  ⚑ ${step}  → ${way}`)
      }),
    ],
    rows: [],
    keys: [],
    command,
  }
}

/** Every piece of data that is discarded, with its reason. */
export function lostScreen(plan: Plan, language: Language, command: string): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  return {
    stage: 'review',
    body: [
      say({ en: 'Lost with the disk, and why:', zh: '随磁盘丢失的数据及原因：' }),
      ...discarded(plan).map(({ node, item }) => {
        const reason = item.reason === null ? '' : say(item.reason)
        return visibleLine(`  ${node}  ${item.path ?? item.kind}: ${reason}`)
      }),
    ],
    rows: [],
    keys: [],
    command,
  }
}

function discarded({ nodes }: Plan): { node: string; item: LocalData }[] {
  return nodes.flatMap(({ name, data }) =>
    data.filter(({ action }) => action === 'discard').map((item) => ({ node: name, item })),
  )
}

function isFinal({ steps }: PlannedNode): boolean {
  return steps.some(({ pointOfNoReturn }) => pointOfNoReturn)
}
