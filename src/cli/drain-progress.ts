import { visibleLine } from '../model/visible-text.ts'
import type { Blocker } from '../steps/drain-blockers.ts'
import type { NodeStatus } from '../steps/drain-nodes.ts'
import type { CommandContext } from './context.ts'
import { causeTexts, phaseTexts } from './messages-drain.ts'

/** Tells on stderr how far a drain is: a line a change, and one a node from time to time while nothing changes. */
export interface DrainProgress {
  onPhase(status: NodeStatus): void
  onStart(statuses: () => NodeStatus[]): void
  stop(): void
  finish(): void
}

const heartbeatMs = 30_000

export function drainProgress(context: CommandContext): DrainProgress {
  const { stderr, say, clock, verbosity } = context
  let timer: NodeJS.Timeout | undefined
  const tell = (status: NodeStatus): void => {
    if (verbosity === 'quiet') return
    const { node, phase, podsGone, podsTotal, awayReason } = status
    const away =
      awayReason === undefined
        ? ''
        : say({ en: `[the API server is away: ${awayReason}]`, zh: `[API server 暂不可达：${awayReason}]` })
    const line = `${node} ${say(phaseTexts[phase])} ${podsGone}/${podsTotal} ${away} ${blockersLine(context, status.blockers)}`
    stderr.write(`${clock.now().slice(11, 19)} drain ${visibleLine(line).trimEnd()}\n`)
  }
  return {
    onPhase: tell,
    onStart(statuses): void {
      timer = setInterval(() => {
        for (const status of statuses()) {
          if (!['waiting', 'drained', 'failed'].includes(status.phase)) tell(status)
        }
      }, heartbeatMs)
      timer.unref()
    },
    stop(): void {
      stderr.write(
        `${say({
          en: 'stopping: nodes at work are given back as they were found; press Ctrl-C again to leave them',
          zh: '正在停止：处理中的节点将恢复原状；再按一次 Ctrl-C 则立即退出',
        })}\n`,
      )
    },
    finish: () => clearInterval(timer),
  }
}

/** Blockers by cause, oldest way of waiting first: `3 waits for its budget: a/x, a/y, a/z`. */
function blockersLine({ say }: CommandContext, blockers: readonly Blocker[]): string {
  const groups = Map.groupBy(blockers, ({ cause, detail }) =>
    cause === 'budget' ? `${cause} ${detail}` : cause,
  )
  return [...groups.values()]
    .slice(0, 5)
    .flatMap((group) => {
      const [first] = group
      if (first === undefined) return []
      const pods = group.slice(0, 3).map(({ pod }) => pod)
      const more = group.length > pods.length ? ', ...' : ''
      const detail = first.cause === 'budget' ? ` ${first.detail}` : ''
      return `[${group.length} ${say(causeTexts[first.cause])}${detail}: ${pods.join(', ')}${more}]`
    })
    .join(' ')
}
