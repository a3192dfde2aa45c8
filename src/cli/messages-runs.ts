import type { Takeover } from '../journal/records.ts'
import type { JournalEventBody } from '../model/journal-record.ts'
import type { NodeState } from '../model/run-state-node.ts'
import { counted, type Text } from '../model/text.ts'
import type { RunStatus } from './run-view.ts'

/** How a run fares. */
export const runStatusTexts: Readonly<Record<RunStatus, Text>> = {
  running: { en: 'running', zh: '进行中' },
  stopped: { en: 'its process is stopped', zh: '其进程被挂起' },
  elsewhere: { en: 'held on another machine', zh: '由另一台机器持有' },
  paused: { en: 'paused', zh: '已暂停' },
  interrupted: { en: 'interrupted', zh: '已中断' },
  done: { en: 'done', zh: '已完成' },
  failed: { en: 'failed', zh: '失败' },
  aborted: { en: 'aborted', zh: '已放弃' },
  'rolled-back': { en: 'rolled back', zh: '已回退' },
}

/** How a node of a run fares. */
export const nodeStatusTexts: Readonly<Record<NodeState['status'], Text>> = {
  planned: { en: 'planned', zh: '待处理' },
  running: { en: 'in progress', zh: '处理中' },
  done: { en: 'done', zh: '已完成' },
  returned: { en: 'returned as it was', zh: '已恢复原状' },
  failed: { en: 'failed', zh: '失败' },
  'rolled-back': { en: 'rolled back', zh: '已回退' },
  skipped: { en: 'skipped', zh: '已跳过' },
}

/** How it was found out that the owner of a lock is no more. */
export const takeoverTexts: Readonly<Record<Takeover['why'], Text>> = {
  gone: { en: 'its process was gone', zh: '其进程已不存在' },
  reused: { en: 'another process had its id', zh: '其进程号已属于另一个进程' },
  rebooted: { en: 'the machine was started again', zh: '机器已重新启动' },
  silent: { en: 'it gave no sign of life', zh: '长时间没有心跳' },
}

const gateWords = { open: '放行', closed: '拦截', unknown: '状态未知' } as const

/** One event in a line, without its time and its node. */
export function eventText(body: JournalEventBody): Text {
  switch (body.type) {
    case 'run-started':
      return {
        en: `run started, ${counted(body.nodes.length, 'node')}`,
        zh: `运行开始，${body.nodes.length} 个节点`,
      }
    case 'run-resumed':
      return { en: 'run resumed', zh: '运行继续' }
    case 'part-done':
      return { en: 'the part that was asked for is done', zh: '所要求的部分已完成' }
    case 'run-paused':
      return { en: `run paused: ${body.reason.en}`, zh: `运行暂停：${body.reason.zh}` }
    case 'run-aborting':
      return { en: `run is being aborted: ${body.reason.en}`, zh: `正在中止运行：${body.reason.zh}` }
    case 'run-ended':
      return {
        en: `run ended: ${runStatusTexts[body.outcome].en}`,
        zh: `运行结束：${runStatusTexts[body.outcome].zh}`,
      }
    case 'wave-started':
      return { en: `wave ${body.wave} started`, zh: `第 ${body.wave} 批开始` }
    case 'wave-done':
      return { en: `wave ${body.wave} done`, zh: `第 ${body.wave} 批完成` }
    case 'node-started':
      return { en: 'node started', zh: '节点开始' }
    case 'node-returning':
      return { en: `node goes back: ${body.reason.en}`, zh: `节点正在恢复原状：${body.reason.zh}` }
    case 'node-rolling-back':
      return {
        en: `node is rolled back (${body.means}): ${body.reason.en}`,
        zh: `节点正在回退（${body.means}）：${body.reason.zh}`,
      }
    case 'node-ended':
      return {
        en: `node ended: ${nodeStatusTexts[body.outcome].en}`,
        zh: `节点结束：${nodeStatusTexts[body.outcome].zh}`,
      }
    case 'point-of-no-return':
      return { en: 'point of no return', zh: '越过不可回退点' }
    case 'gate':
      return {
        en: `gate ${body.gate} is ${body.outcome}: ${body.message}`,
        zh: `关卡 ${body.gate} ${gateWords[body.outcome]}：${body.message}`,
      }
    default:
      return stepText(body)
  }
}

type StepBody = Extract<JournalEventBody, { index: number }>

function stepText(body: StepBody): Text {
  const again: Text =
    body.attempt === 1
      ? { en: '', zh: '' }
      : { en: `, attempt ${body.attempt}`, zh: `，第 ${body.attempt} 次` }
  const about = (en: string, zh: string): Text => ({
    en: `${body.phase} ${body.uses} ${en}`,
    zh: `${body.phase} ${body.uses} ${zh}`,
  })
  switch (body.type) {
    case 'step-started':
      return about(`started${again.en}`, `开始${again.zh}`)
    case 'step-waiting':
      return about(`waits: ${body.waitsFor.en}`, `等待：${body.waitsFor.zh}`)
    case 'step-done':
      return about(`done${again.en}`, `完成${again.zh}`)
    case 'step-failed':
      return about(
        `failed${again.en}: ${body.failure.message} [${body.failure.code}]`,
        `失败${again.zh}：${body.failure.message} [${body.failure.code}]`,
      )
    case 'undo-started':
      return about('is being undone', '正在撤销')
    case 'undo-done':
      return about('undone', '已撤销')
    case 'undo-failed':
      return about(
        `could not be undone: ${body.failure.message} [${body.failure.code}]`,
        `无法撤销：${body.failure.message} [${body.failure.code}]`,
      )
    default:
      return body satisfies never
  }
}
