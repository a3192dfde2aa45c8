import { phases, type Playbook, type PlaybookStep } from './playbook.ts'
import type { StepName } from './step-names.ts'
import { stepRow } from './step-parameters.ts'
import { StepTime } from './step-time.ts'
import type { Text } from './text.ts'

/** What is wrong with a playbook whose shape is right, and where. */
export interface PlaybookIssue {
  path: readonly PropertyKey[]
  message: Text
}

interface PlacedStep {
  step: PlaybookStep
  path: readonly PropertyKey[]
}

/** Everything that the order, the phases and the point of no return of a playbook break; nothing when it can be planned. */
export function playbookIssues(playbook: Playbook): PlaybookIssue[] {
  const placed = phases.flatMap((phase) =>
    playbook.phases[phase].map((step, index): PlacedStep => ({ step, path: ['phases', phase, index] })),
  )
  return [
    ...placed.flatMap((at, index) => issuesOfStep(at, { playbook, placed, index })),
    ...pointOfNoReturnIssues(playbook, placed),
  ]
}

function issuesOfStep(
  { step: { uses, timeout }, path }: PlacedStep,
  { playbook, placed, index }: { playbook: Playbook; placed: readonly PlacedStep[]; index: number },
): PlaybookIssue[] {
  const row = stepRow(uses)
  const at = [...path, 'uses']
  const issues: PlaybookIssue[] = []
  const positionOf = (name: StepName): number => placed.findIndex(({ step }) => step.uses === name)
  if (path[1] !== row.phase) {
    issues.push({
      path: at,
      message: {
        en: `${uses} stands under ${row.phase}, not under ${String(path[1])}`,
        zh: `${uses} 应位于 ${row.phase}，而不是 ${String(path[1])}`,
      },
    })
  }
  if (positionOf(uses) !== index)
    issues.push({ path: at, message: { en: `${uses} stands twice`, zh: `${uses} 出现了两次` } })
  for (const name of row.needs.filter((name) => positionOf(name) < 0))
    issues.push({
      path: at,
      message: { en: `${uses} means nothing without ${name}`, zh: `缺少 ${name}，${uses} 没有意义` },
    })
  for (const name of row.after.filter((name) => positionOf(name) > index))
    issues.push({
      path: at,
      message: { en: `${uses} must come after ${name}`, zh: `${uses} 必须位于 ${name} 之后` },
    })
  if (timeout !== undefined && !StepTime.safeParse(timeout, { jitless: true }).success)
    issues.push({
      path: [...path, 'timeout'],
      message: {
        en: 'a length of time is more than nothing and at most a week',
        zh: '时长必须大于零且不超过一周',
      },
    })
  if (playbook.target === null && row.changes)
    issues.push({
      path: at,
      message: {
        en: `${uses} changes something, and target is null: such a playbook only looks`,
        zh: `${uses} 会做更改，而 target 为 null 的剧本只能读取`,
      },
    })
  return issues
}

function pointOfNoReturnIssues({ target }: Playbook, placed: readonly PlacedStep[]): PlaybookIssue[] {
  const marked = placed.filter(({ step }) => step.pointOfNoReturn === true)
  const issues: PlaybookIssue[] = []
  for (const { step, path } of marked.filter(({ step }) => !stepRow(step.uses).pointOfNoReturn))
    issues.push({
      path: [...path, 'pointOfNoReturn'],
      message: {
        en: `${step.uses} cannot be the point of no return; host.provision can`,
        zh: `${step.uses} 不能作为不可回退点；只有 host.provision 可以`,
      },
    })
  for (const { path } of marked.slice(1))
    issues.push({
      path: [...path, 'pointOfNoReturn'],
      message: { en: 'a playbook has one point of no return', zh: '剧本只能有一个不可回退点' },
    })
  if (target !== null && marked.length === 0)
    issues.push({
      path: ['phases', 'replace'],
      message: {
        en: 'a step must have pointOfNoReturn: true (host.provision), as target is not null',
        zh: 'target 不为 null 时，必须有一个步骤（host.provision）标明 pointOfNoReturn: true',
      },
    })
  return issues
}
