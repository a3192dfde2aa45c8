import { byteText } from '../model/byte-text.ts'
import { possibleActions } from '../model/data-rules.ts'
import type { DataAction, DataKind } from '../model/data-decision.ts'
import { hostsInEnglish, inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import { whyNotParkedHere, type DataGroup } from './data-groups.ts'
import type { Screen } from './screen.ts'
import { pad, padStart } from './width.ts'

const kindNames: Readonly<Record<DataKind, Text>> = {
  'host-path': { en: 'host directory', zh: '主机目录' },
  'local-volume': { en: 'local volume', zh: '本地卷' },
  'empty-dir': { en: 'emptyDir', zh: 'emptyDir' },
  'kubelet-root': { en: 'kubelet root', zh: 'kubelet 目录' },
  images: { en: 'images only here', zh: '仅本机镜像' },
  etcd: { en: 'etcd', zh: 'etcd' },
}

const actionNames: Readonly<Record<DataAction | 'mixed', Text>> = {
  reattach: { en: 'reattach', zh: '重新挂接' },
  preserve: { en: 'preserve', zh: '原地保留' },
  park: { en: 'park', zh: '转存' },
  discard: { en: 'DISCARD', zh: '丢弃' },
  mixed: { en: 'mixed', zh: '各不相同' },
}

const consequences: Readonly<Record<DataAction, Text>> = {
  reattach: {
    en: 'a volume of the network: detached here, attached again to the new system; nothing is copied',
    zh: '网络卷：从本机分离，再挂接到新系统，不复制数据',
  },
  preserve: {
    en: 'its partition is kept; refused when it lies on the system disk, which is written anew',
    zh: '保留其所在分区；若位于会被重写的系统盘，则拒绝',
  },
  park: {
    en: 'archived to a store, put back, and every file verified before pods return; takes time and room',
    zh: '归档到存储，恢复后逐个文件校验，之后才允许 Pod 返回；需要时间和空间',
  },
  discard: {
    en: 'LOST with the disk, on the hosts listed; nobody can get it back',
    zh: '在所列主机上随磁盘丢失，无法找回',
  },
}

/** Everything that lives on the hosts only, grouped by kind and place; what nobody has decided comes first. */
export function dataScreen(groups: readonly DataGroup[], language: Language, command: string): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const open = groups.filter(({ action }) => action === null).length
  const state =
    groups.length === 0
      ? {
          en: 'Nothing was found that lives on these hosts only.',
          zh: '未发现仅存在于这些主机上的数据。',
        }
      : open > 0
        ? {
            en: `${open} of ${groups.length} kinds of local data are not decided: their hosts are left out of the plan.`,
            zh: `${groups.length} 类本地数据中有 ${open} 类尚未决定，相关主机不会纳入计划。`,
          }
        : {
            en: 'Every kind of local data is decided; open one to change it.',
            zh: '所有本地数据均已决定；打开某项可修改。',
          }
  const goOn =
    open > 0
      ? { en: 'Go on, and leave these hosts out', zh: '继续，不纳入这些主机' }
      : { en: 'Go on to the waves', zh: '继续：波次' }
  return {
    stage: 'data',
    body: [
      say({
        en: 'What lives on these hosts only, and would be lost with the disk. What becomes of it?',
        zh: '以下数据仅存在于这些主机上，会随磁盘丢失。如何处理？',
      }),
      say(state),
      '',
    ],
    rows: [
      ...groups.map((group, index) => ({ id: String(index), text: rowOf(group, language) })),
      { id: 'next', text: say(goOn) },
    ],
    keys: [],
    command,
  }
}

/** One group: where it is, who uses it, and what each choice means. */
export function dataChoiceScreen(
  group: DataGroup,
  { actions, language, command }: { actions: readonly DataAction[]; language: Language; command: string },
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const users = [...new Set(group.items.flatMap(({ data }) => data.usedBy))]
  const left = group.hosts.length - 8
  const names = group.hosts.slice(0, 8).map(visibleLine).join('  ')
  const refused = group.items.find(({ data }) => data.action === null && data.reason !== null)
  const unparked = possibleActions[group.kind].includes('park') ? whyNotParkedHere(group) : undefined
  return {
    stage: 'data',
    body: [
      `${say(kindNames[group.kind])}  ${placeText(group, language)}  ${sizeText(group, language)}`,
      say({
        en: `On ${hostsInEnglish(group.hosts.length)}: ${names}${left > 0 ? ` … ${left} more` : ''}`,
        zh: `${group.hosts.length} 台主机：${names}${left > 0 ? ` … 另有 ${left} 台` : ''}`,
      }),
      ...(users.length > 0
        ? [
            say({
              en: `Used by ${users.slice(0, 4).map(visibleLine).join(', ')}${users.length > 4 ? ' …' : ''}`,
              zh: `使用者：${users.slice(0, 4).map(visibleLine).join('、')}${users.length > 4 ? ' …' : ''}`,
            }),
          ]
        : []),
      ...(refused?.data.reason ? [`✖ ${visibleLine(say(refused.data.reason))}`] : []),
      ...(unparked === undefined
        ? []
        : [
            visibleLine(
              say({ en: `! park cannot be chosen: ${unparked.en}`, zh: `! 不能选择转存：${unparked.zh}` }),
            ),
          ]),
      '',
      ...actions.map((action) => `${pad(say(actionNames[action]), 9)} ${say(consequences[action])}`),
      '',
    ],
    rows: actions.map((action) => ({ id: action, text: say(actionNames[action]) })),
    keys: [],
    command,
  }
}

/** `/mnt/disks/…` for several places in one directory. */
function placeText({ path, isParent }: DataGroup, language: Language): string {
  if (path === null) return inLanguage({ en: '(no path of its own)', zh: '（无独立路径）' }, language)
  return visibleLine(isParent ? `${path}/…` : path)
}

function sizeText({ items }: DataGroup, language: Language): string {
  const known = items.flatMap(({ data }) => data.bytes ?? [])
  if (known.length < items.length) return inLanguage({ en: 'size unknown', zh: '大小未知' }, language)
  return byteText(known.reduce((sum, bytes) => sum + bytes, 0))
}

function rowOf(group: DataGroup, language: Language): string {
  const { action, kind, hosts } = group
  const say = (text: Text): string => inLanguage(text, language)
  const decided =
    action === null ? say({ en: '? undecided', zh: '? 未决定' }) : `✔ ${say(actionNames[action])}`
  const cells = [
    pad(decided, 12),
    pad(say(kindNames[kind]), 16),
    padStart(say({ en: hostsInEnglish(hosts.length), zh: `${hosts.length} 台` }), 8),
    placeText(group, language),
  ]
  return cells.join(' ')
}
