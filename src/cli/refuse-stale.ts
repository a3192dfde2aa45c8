import type { PlanFile } from '../inventory/plan-file.ts'
import { MigrationError } from '../model/errors.ts'
import type { Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { EndedWaiver } from '../plan/ended-waivers.ts'
import type { ChangedInput } from '../plan/plan-inputs.ts'
import { clusterChangeText } from './cluster-change-text.ts'
import type { CommandContext } from './context.ts'

const inputTexts: Readonly<Record<ChangedInput['input'], Text>> = {
  facts: { en: 'facts', zh: '主机信息' },
  assessment: { en: 'assessment', zh: '评估' },
  cluster: { en: 'cluster', zh: '集群' },
  playbook: { en: 'playbook', zh: '剧本' },
  configuration: { en: 'Ignition configuration', zh: 'Ignition 配置' },
  data: { en: 'data that is not decided, or otherwise by now', zh: '尚未决定或决定已不再成立的数据' },
}
const shownAtMost = 20
const madeAgain =
  'make it again with osferry plan create, look at osferry plan diff, and let it be approved again'

type Refused = Pick<PlanFile, 'path'> & { hint?: string }

/** Throws PLAN_STALE with what has changed, when anything has. */
export function refuseStale(
  context: Pick<CommandContext, 'say'>,
  file: Refused,
  changes: readonly ChangedInput[],
): void {
  if (changes.length > 0) throw staleError(context, file, changes)
}

/** PLAN_STALE: at most twenty inputs, and of a cluster at most twenty objects, each on a line of its own. */
export function staleError(
  { say }: Pick<CommandContext, 'say'>,
  { path, hint = madeAgain }: Refused,
  changes: readonly ChangedInput[],
): MigrationError {
  const lines = firstOf(changes, say).flatMap((change) => {
    if (typeof change === 'string') return [change]
    const { input, host, objects = [], endedWaivers = [] } = change
    const texts = [...objects.map(clusterChangeText), ...endedWaivers.map(endedWaiverText)]
    const named = firstOf(texts, say).map((text) => (typeof text === 'string' ? text : say(text)))
    const what = say(inputTexts[input])
    return [host === null ? what : `${what}: ${host}`, ...named.map((line) => `  ${line}`)]
  })
  return new MigrationError(
    'PLAN_STALE',
    [`${path} was made for something else; changed since:`, ...lines].join('\n  '),
    {
      hint,
      details: { file: path, changes: changes.length },
    },
  )
}

function endedWaiverText({ finding, owner, expires }: EndedWaiver): Text {
  return {
    en: visibleLine(`${finding}: its waiver, of ${owner}, ended on ${expires}`),
    zh: visibleLine(`${finding}：${owner} 的豁免已于 ${expires} 到期`),
  }
}

/** The changes as a document has them: of a cluster the first twenty objects, and how many there are. */
export function changesDocument(changes: readonly ChangedInput[]): object[] {
  return changes.map(({ objects, ...change }) =>
    objects === undefined
      ? change
      : { ...change, objects: objects.slice(0, shownAtMost), objectsChanged: objects.length },
  )
}

/** The first of a list, and what stands for the others. */
function firstOf<T>(list: readonly T[], say: CommandContext['say']): readonly (T | string)[] {
  const left = list.length - shownAtMost
  const more = say({ en: `... ${left} more`, zh: `... 另有 ${left} 项` })
  return [...list.slice(0, shownAtMost), ...(left > 0 ? [more] : [])]
}
