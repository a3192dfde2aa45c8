import { fewNames } from './few-names.ts'
import type { LeftCordonedReason, NodeNote } from './node-note.ts'
import type { Text } from './text.ts'

const cordonReasons: Readonly<Record<LeftCordonedReason, Text>> = {
  'mark-gone': {
    en: 'the mark of this run is gone from it: somebody else has cordoned it, or has taken the mark',
    zh: '本次运行的标记已不在：有人另行封锁了它，或取走了标记',
  },
  'of-others': {
    en: 'somebody else had cordoned it before this run could',
    zh: '在本次运行封锁之前已被他人封锁',
  },
  'new-object': {
    en: 'its Node object is a new one without the mark of this run: somebody has cordoned it, or its kubelet registers so',
    zh: '其 Node 对象是新建的，没有本次运行的标记：有人封锁了它，或其 kubelet 以此方式注册',
  },
}

/** What is to be known of a node although its steps are done. */
export function noteText(note: NodeNote): Text {
  if (note.kind === 'left-cordoned') {
    const why = cordonReasons[note.why]
    return { en: `left cordoned: ${why.en}`, zh: `仍处于封锁状态：${why.zh}` }
  }
  if (note.kind === 'registered-otherwise') {
    const keys = `${fewNames(note.keys)}${more(note.count - note.keys.length)}`
    return {
      en: `its new Node object has other values than people had given the old one, and they were left: ${keys}`,
      zh: `新的 Node 对象与原先人工设置的值不同，已保持不变：${keys}`,
    }
  }
  const [objects, nodes] = [fewNames(note.objects), fewNames(note.nodes)]
  const all = `${objects}${more(note.count - note.objects.length)}`
  return {
    en: `not whole before ${nodes} is back: ${all}`,
    zh: `在 ${nodes} 恢复之前尚不完整：${all}`,
  }
}

function more(count: number): string {
  return count > 0 ? ` (+${count})` : ''
}
