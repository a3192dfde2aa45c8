import { hostsInEnglish, inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import { chosenPlaybooks, isOwn, proposedPlaybook, type MoveState } from './move-state.ts'
import type { GroupTarget, HostGroup, MovingPlaybook } from './move.ts'
import type { Screen, ScreenRow } from './screen.ts'
import { targetNames, verdictCounts } from './target-names.ts'
import { pad, padStart } from './width.ts'

/** What every group becomes, and why: one row a group. */
export function targetsScreen(move: MoveState, language: Language, command: string): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const { basis } = move
  const plans = chosenPlaybooks(move)
  const rows = (basis?.groups ?? []).map((group, index) => ({
    id: String(index),
    text: groupRow(group, { move, language }),
  }))
  const names = plans.map((plan) => playbookText(plan, language)).join(say({ en: ', ', zh: '、' }))
  const lost = (basis?.lost ?? []).flatMap(({ id, problem }) => [
    say({
      en: `! ${visibleLine(id)} cannot be read any more; its groups stay as they are:`,
      zh: `! 无法再读取 ${visibleLine(id)}；选用它的分组暂不迁移：`,
    }),
    ...problem.split('\n').map((line) => `  ${visibleLine(line)}`),
  ])
  const several = {
    en: `One plan has one target: this becomes ${plans.length} plans (${names}), made and run one after the other.`,
    zh: `一个计划只有一个目标：将生成 ${plans.length} 个计划（${names}），依次制定并执行。`,
  }
  return {
    stage: 'targets',
    body: [
      say({
        en: 'What shall each group become? Proposed is what most of its hosts are ready for.',
        zh: '每个分组迁移到什么目标？默认建议为多数主机已就绪的目标。',
      }),
      say({
        en: 'A host in several groups counts in the smallest of them.',
        zh: '属于多个分组的主机计入其中最小的分组。',
      }),
      ...(plans.length > 1 ? [say(several)] : []),
      ...lost,
      '',
      `  ${pad(say({ en: 'Group', zh: '分组' }), 20)} ${padStart(say({ en: 'Hosts', zh: '主机' }), 5)}  ${pad(say({ en: 'Becomes', zh: '目标' }), 12)} ${say({ en: 'because', zh: '依据' })}`,
    ],
    rows: [...rows, ...goOnRows(plans, language)],
    keys: [],
    command,
  }
}

function goOnRows(plans: readonly MovingPlaybook[], language: Language): ScreenRow[] {
  const text = (target: string): Text => ({ en: `Go on: plan ${target}`, zh: `继续：制定 ${target} 计划` })
  return plans.map((plan) => ({
    id: `plan ${plan.id}`,
    text: inLanguage(text(playbookText(plan, language)), language),
  }))
}

/** By its target; one of the team also by its file. */
export function playbookText(playbook: MovingPlaybook, language: Language): string {
  const target = targetNames[playbook.target]
  const file = visibleLine(playbook.id)
  return isOwn(playbook)
    ? inLanguage({ en: `${target} (${file})`, zh: `${target}（${file}）` }, language)
    : target
}

/** Every playbook for one group, with how its hosts were judged and what is in the way. */
export function groupScreen(
  group: HostGroup,
  playbooks: readonly MovingPlaybook[],
  { language, command }: { language: Language; command: string },
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const judged = new Map(group.byTarget.map((one) => [one.target, one]))
  const proposed = proposedPlaybook(group, playbooks)
  const reasons = [...new Set(playbooks.map(({ target }) => target))].flatMap((target) => {
    const found = judged.get(target)?.reasons ?? []
    const lines = found.slice(0, 2).map(({ title, hosts }) => `    ${hosts} × ${visibleLine(say(title))}`)
    return lines.length === 0 ? [] : [`  ${targetNames[target]}`, ...lines]
  })
  return {
    stage: 'targets',
    body: [
      say({
        en: `${groupName(group.id, language)}: ${hostsInEnglish(group.hosts)}. In the way, by how many hosts it concerns:`,
        zh: `${groupName(group.id, language)}：${group.hosts} 台主机。妨碍因素及涉及的主机数：`,
      }),
      ...(reasons.length > 0 ? reasons : [say({ en: '  nothing', zh: '  无' })]),
      '',
    ],
    rows: [
      ...playbooks.map((playbook) => {
        const { id, target } = playbook
        const mark = id === proposed?.id ? say({ en: '  proposed', zh: '  建议' }) : ''
        const counts = judged.get(target)
        const told = counts === undefined ? '' : verdictCounts(counts.verdicts, language)
        return { id, text: `${pad(playbookText(playbook, language), 12)} ${told}${mark}` }
      }),
      {
        id: ownPlaybookId,
        text: say({ en: 'A playbook of your own, by its file …', zh: '自备剧本（输入文件路径）…' }),
      },
      { id: '', text: say({ en: 'Not now: leave these hosts as they are', zh: '暂不迁移：保持现状' }) },
    ],
    keys: [],
    command,
  }
}

/** The row by which a playbook is named that is none of the list; no playbook has such an id. */
export const ownPlaybookId = 'own playbook'

/** `group=web` as it is; hosts without a group in words. */
function groupName(id: string, language: Language): string {
  return id === '' ? inLanguage({ en: 'without a group', zh: '未分组' }, language) : visibleLine(id)
}

function groupRow(group: HostGroup, { move, language }: { move: MoveState; language: Language }): string {
  const say = (text: Text): string => inLanguage(text, language)
  const chosen = move.choices.get(group.id)
  const playbooks = move.basis?.playbooks ?? []
  const playbook = playbooks.find(({ id }) => id === chosen)
  const target = playbook?.target
  const becomes = target === undefined ? say({ en: 'not now', zh: '暂不' }) : targetNames[target]
  const judged = group.byTarget.find(
    (one) => one.target === (target ?? proposedPlaybook(group, playbooks)?.target),
  )
  const cells = [
    pad(groupName(group.id, language), 20),
    padStart(String(group.hosts), 5),
    ` ${pad(becomes, 12)}`,
    `${playbook !== undefined && isOwn(playbook) ? `${visibleLine(playbook.id)}  ` : ''}${because(judged, language)}`,
  ]
  return cells.join(' ')
}

function because(judged: GroupTarget | undefined, language: Language): string {
  if (judged === undefined) return inLanguage({ en: 'ready for no target', zh: '没有任何目标就绪' }, language)
  const [reason] = judged.reasons
  const counts = verdictCounts(judged.verdicts, language)
  return reason === undefined ? counts : `${counts}: ${visibleLine(inLanguage(reason.title, language))}`
}
