import { leftCordoned, type Halt, type NodeResult, type RunResult } from '../migrate/run-outcome.ts'
import type { RunSelection } from '../migrate/run-selection.ts'
import { isMigrationError } from '../model/errors.ts'
import type { Text } from '../model/text.ts'
import { clusterCommand } from './cluster-command.ts'
import type { CommandContext } from './context.ts'
import type { CommandExit } from './define-command.ts'
import { errorAdvice } from './error-advice.ts'
import { fewNames } from '../model/few-names.ts'
import { leftCordonedText } from './messages-apply.ts'
import { shellWord } from './shell-word.ts'

const haltTexts: Readonly<Record<Halt, Text>> = {
  interrupted: { en: 'stopped where it can go on', zh: '已停止，可继续' },
  aborted: { en: 'aborted', zh: '已中止' },
  failures: { en: 'no further node was started after a failure', zh: '出现失败后不再启动其他节点' },
  'no-room': {
    en: 'nodes that failed or were left use up what may be away at a time',
    zh: '失败或未完成的节点已占满允许同时不可用的数量',
  },
  gate: { en: 'a gate did not open', zh: '有关卡未放行' },
  window: { en: 'no node may start now', zh: '当前时间不允许启动节点' },
  error: { en: 'it could not go on', zh: '无法继续' },
}

/** Commands about a part of a run, without `osferry`. */
export interface RunCommands {
  /** Goes on with the same. */
  again: string
  /** Goes on from where it has ended. */
  onward?: string
}

/** The exit code of a run with its reason, and what to run next. */
export function runExit(
  context: Pick<CommandContext, 'say' | 'settings'>,
  result: RunResult,
  {
    run,
    selection,
    digest,
    commands,
  }: { run: string; selection: RunSelection; digest: string; commands?: RunCommands },
): CommandExit {
  const { nodes, isResumable, exitCode } = result
  const named = (state: NodeResult['state']): string[] =>
    nodes.filter((node) => node.state === state).map(({ node }) => node)
  const failed = named('failed')
  const returned = [...named('returned'), ...named('rolled-back')]
  const next: string[] = []
  const command = (text: string): void => void next.push(clusterCommand(context, text))
  const isDone = exitCode === 0 || exitCode === 2
  const goOn = isDone ? commands?.onward : exitCode === 6 ? commands?.again : undefined
  if (isResumable) command(goOn ?? `runs resume ${run}`)
  // Whoever has asked for the way back does not want to go forward.
  const again = selection.rollback === undefined ? [...failed, ...returned] : []
  const retry = again.map((name) => ` --retry ${shellWord(name)}`).join('')
  if (retry !== '') command(`runs resume ${run}${retry}`)
  const stuck = nodes.filter(({ rollback }) => rollback !== undefined && rollback !== 'none')
  const stuckNames = stuck.map(({ node }) => shellWord(node)).join(' ')
  if (stuck.length > 0) command(`rollback ${stuckNames} --approve ${digest.slice(0, 12)}`)
  if (failed.length > 0) command(`runs show ${run}`)
  return { code: exitCode, reason: context.say(reasonOf(result, { run, failed, returned, selection })), next }
}

interface About {
  run: string
  failed: readonly string[]
  returned: readonly string[]
  selection: RunSelection
}

function reasonOf(result: RunResult, about: About): Text {
  const { run, failed, returned } = about
  const { exitCode } = result
  if (exitCode === 0) return doneReason(result, about)
  if (exitCode === 2) {
    const done = doneReason(result, about)
    const left = leftCordonedText(leftCordoned(result))
    return { en: `${done.en}, but left cordoned: ${left.en}`, zh: `${done.zh}，但仍处于封锁状态：${left.zh}` }
  }
  const why = whyOf(result)
  if (exitCode === 7) {
    const names = fewNames(failed)
    return {
      en: `${run}: ${names} failed, and could not be given back as found${why.en}`,
      zh: `${run}：${names} 失败，且未能恢复原状${why.zh}`,
    }
  }
  if (exitCode === 8 && returned.length > 0) {
    const names = fewNames(returned)
    return {
      en: `${run}: ${names} given back as found${why.en}`,
      zh: `${run}：${names} 已恢复原状${why.zh}`,
    }
  }
  return { en: `${run}${why.en}`, zh: `${run}${why.zh}` }
}

function doneReason({ nodes }: RunResult, { run, selection }: About): Text {
  if (selection.rollback !== undefined) {
    const names = fewNames(selection.rollback)
    return { en: `${run}: ${names} back as found`, zh: `${run}：${names} 已回到原状` }
  }
  const { until = 'restored' } = selection
  const done = nodes.filter(({ state }) => state === 'done').length
  const held = nodes.filter(({ state }) => state === 'under-way').map(({ node }) => node)
  return until === 'restored' || held.length === 0
    ? {
        en: `${run}: ${done} of ${nodes.length} nodes are done`,
        zh: `${run}：${nodes.length} 个节点中 ${done} 个已完成`,
      }
    : {
        en: `${run}: ${until} and held there: ${fewNames(held)}`,
        zh: `${run}：已到达 ${until} 阶段并停在该处：${fewNames(held)}`,
      }
}

function whyOf({ halt, message, codes = [], error }: RunResult): Text {
  if (halt === undefined) return { en: '', zh: '' }
  const text = haltTexts[halt]
  const detail = detailOf(message, error)
  // What they say is English.
  const advice = codes.map((code) => `。${errorAdvice[code]}`).join('')
  return {
    en: `: ${text.en}${detail === '' ? '' : `: ${detail}`}`,
    zh: `：${text.zh}${detail === '' ? '' : `：${detail}`}${advice}`,
  }
}

function detailOf(message: string | undefined, error: unknown): string {
  if (isMigrationError(error)) return `${error.message} [${error.code}]`
  if (error instanceof Error) return error.message
  return message ?? ''
}
