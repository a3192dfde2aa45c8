import { errorCodes, MigrationError } from '../model/errors.ts'
import type { DrainNodesResult } from '../steps/drain-nodes.ts'
import type { CommandContext } from './context.ts'
import type { CommandExit } from './define-command.ts'

/** What is needed to say how it ended. */
export interface DrainEnd extends Pick<CommandContext, 'signal' | 'say'> {
  /** A command to run next on nodes. */
  command: (name: string, nodes: readonly string[]) => string
}

/** 6 = stopped, or a node could not be given back; 8 = a node failed and was given back; else what the server's error says. */
export function drainExit(
  { signal, say, command }: DrainEnd,
  { outcomes, error }: DrainNodesResult,
  nodes: readonly string[],
): CommandExit {
  const count = (result: string): number => outcomes.filter((outcome) => outcome.result === result).length
  const hasProblem = outcomes.some(({ problem }) => problem !== undefined)
  // Whatever came after the last node: nothing is left to do.
  if (count('drained') === outcomes.length && !hasProblem) {
    const reason = say({
      en: 'drained nodes stay cordoned until they are restored',
      zh: '已排空的节点保持封锁，直到恢复',
    })
    return { code: 0, reason, next: [command('restore', nodes)] }
  }
  const again = command('drain', nodes)
  if (count('left') > 0) {
    const reason = say({
      en: 'a node could not be given back as it was found: restore it, or drain it again',
      zh: '有节点未能恢复原状：请恢复该节点，或再次排空',
    })
    const left = outcomes.filter(({ result }) => result === 'left').map(({ node }) => node)
    return { code: 6, reason, next: [command('restore', left), again] }
  }
  const missing = outcomes.filter(({ podsMissing }) => podsMissing.length > 0).map(({ node }) => node)
  if (missing.length > 0) {
    const reason = say({
      en: 'nodes were given back, but pods without a controller could not all be created again',
      zh: '节点已恢复原状，但部分没有控制器的 Pod 未能重新创建',
    })
    return { code: 6, reason, next: [command('restore', missing)] }
  }
  if (error instanceof MigrationError)
    return { code: errorCodes[error.code], reason: `${error.message} [${error.code}]`, next: [] }
  if (signal.aborted) {
    const reason = say({
      en: 'stopped; nodes at work were given back as they were found',
      zh: '已停止；处理中的节点已恢复原状',
    })
    return { code: 6, reason, next: [again] }
  }
  if (hasProblem) {
    const reason = say({
      en: 'a mark of osferry is left on a node: see the reason beside it',
      zh: '有节点上遗留了 osferry 的标记：见其原因',
    })
    const marked = outcomes.filter(({ problem }) => problem !== undefined).map(({ node }) => node)
    return { code: 6, reason, next: [command('restore', marked)] }
  }
  const gone = count('not-started')
  if (gone > 0 && count('restored') === 0) {
    const reason = say({
      en: `${gone} of ${outcomes.length} nodes were deleted while they waited`,
      zh: `${outcomes.length} 个节点中有 ${gone} 个在等待期间被删除`,
    })
    return { code: 8, reason, next: [] }
  }
  const reason = say({
    en: `${count('restored')} of ${outcomes.length} nodes failed and were given back as they were found`,
    zh: `${outcomes.length} 个节点中有 ${count('restored')} 个失败，已恢复原状`,
  })
  const failed = outcomes.filter(({ result }) => result === 'restored').map(({ node }) => node)
  return { code: 8, reason, next: [command('why', failed), again] }
}
