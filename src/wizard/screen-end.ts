import { counted, inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { EndedNode, EndedRun, MovingPlaybook } from './move.ts'
import type { Screen } from './screen.ts'
import { planRow } from './screen-review.ts'

const stateNames: Readonly<Record<EndedNode['state'], Text>> = {
  done: { en: '✔ done', zh: '✔ 完成' },
  returned: { en: '↩ given back as found', zh: '↩ 已恢复原状' },
  failed: { en: '✖ FAILED', zh: '✖ 失败' },
  'rolled-back': { en: '↩ rolled back', zh: '↩ 已回退' },
  skipped: { en: '↷ skipped', zh: '↷ 跳过' },
  'under-way': { en: '… under way', zh: '… 进行中' },
  'going-back': { en: '… on the way back', zh: '… 恢复中' },
  'not-started': { en: '· not started', zh: '· 未开始' },
}

/** Worst first. */
const order = Object.keys({
  failed: 0,
  'going-back': 0,
  'under-way': 0,
  returned: 0,
  'rolled-back': 0,
  skipped: 0,
  'not-started': 0,
  done: 0,
} satisfies Record<EndedNode['state'], 0>)

/** What happened, what the exit code means, and what to do next. */
export function endScreen(
  { ended, others }: { ended: EndedRun; others: readonly MovingPlaybook[] },
  language: Language,
  command: string,
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const { run, exitCode, meaning, reason, nodes, next, files } = ended
  const counts = order.flatMap((state) => {
    const count = nodes.filter((node) => node.state === state).length
    return count === 0 ? [] : [`${say(stateNames[state as EndedNode['state']])} ${count}`]
  })
  return {
    stage: 'end',
    body: [
      say({
        en: `Run ${run} has stopped: ${counts.join(' · ')}`,
        zh: `运行 ${run} 已停止：${counts.join(' · ')}`,
      }),
      visibleLine(reason),
      say({ en: `Exit code ${exitCode}: ${meaning.en}.`, zh: `退出码 ${exitCode}：${meaning.zh}。` }),
      ...(next.length > 0 ? ['', say({ en: 'Next:', zh: '接下来：' })] : []),
      ...next.slice(0, 4).map((line) => `  ${visibleLine(line)}`),
      ...files.map(({ what, path }) => `${say(what)}: ${visibleLine(path)}`),
      '',
    ],
    rows: [
      {
        id: 'nodes',
        text: say({
          en: `What became of ${counted(nodes.length, 'node')} …`,
          zh: `${nodes.length} 个节点各自的结果 …`,
        }),
      },
      ...others.map((other) => planRow(other, language)),
      { id: 'finish', text: say({ en: 'Finish', zh: '完成' }) },
    ],
    keys: [],
    command,
  }
}

/** Every node, the worst first: how it ended and why. */
export function endedNodesScreen({ nodes }: EndedRun, language: Language, command: string): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const sorted = [...nodes].sort(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.node < b.node ? -1 : 1),
  )
  return {
    stage: 'end',
    body: sorted.flatMap(({ node, state, because, rollback, isPastPointOfNoReturn }) => {
      const past = isPastPointOfNoReturn && state !== 'done'
      const note = past ? say({ en: ' ⚑ past its point of no return', zh: ' ⚑ 已越过不可回退点' }) : ''
      return [
        `${visibleLine(node)}  ${say(stateNames[state])}${note}`,
        ...(because === undefined ? [] : [`  ${visibleLine(because)}`]),
        ...(rollback === undefined
          ? []
          : [say({ en: `  the way back, by the plan: ${rollback}`, zh: `  计划中的回退手段：${rollback}` })]),
      ]
    }),
    rows: [],
    keys: [],
    command,
  }
}
