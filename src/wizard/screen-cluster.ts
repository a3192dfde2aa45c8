import { durationText } from '../model/duration-text.ts'
import { counted, hostsInEnglish, inLanguage, type Language, type Text } from '../model/text.ts'
import { visibleLine } from '../model/visible-text.ts'
import type { CommandFor } from './actions.ts'
import type { KnownCluster, SavedSnapshot } from './cluster.ts'
import type { Screen, ScreenRow } from './screen.ts'

/** Gaps that are shown; most have the same cause. */
const gapsShown = 4

/** The snapshot that the assessment would rest on, and the offer to take one; what is better comes first. */
export function clusterScreen(
  { login, snapshot, snapshotProblem }: KnownCluster,
  language: Language,
  command: CommandFor,
): Screen {
  const say = (text: Text): string => inLanguage(text, language)
  const isFresh = snapshot !== undefined && !snapshot.isOld && snapshot.matched !== null
  const take: ScreenRow = {
    id: 'take',
    text: say(
      snapshot === undefined
        ? { en: 'Take a snapshot of the cluster', zh: '采集集群快照' }
        : { en: 'Take a new snapshot', zh: '重新采集快照' },
    ),
  }
  const goOn: ScreenRow = {
    id: 'next',
    text: say(
      snapshot === undefined
        ? { en: 'Go on without: hosts are judged without their nodes', zh: '不采集并继续：评估时不考虑节点' }
        : { en: 'Go on with this snapshot', zh: '使用此快照继续' },
    ),
    command: command({ do: 'assess' }),
  }
  return {
    stage: 'assess',
    body: [
      say({
        en: 'Pods, budgets and volumes of each node are judged from a snapshot of the cluster. Taking it only reads; of Secrets and ConfigMaps it reads nothing.',
        zh: '各节点的 Pod、中断预算和卷依据集群快照进行评估。采集快照只读取；不读取任何 Secret 或 ConfigMap。',
      }),
      ...(snapshot === undefined ? [] : snapshotLines(snapshot)).map(say),
      ...(snapshotProblem === undefined ? [] : [`! ${visibleLine(snapshotProblem)}`]),
      ...loginLines(login, snapshot).map(say),
      '',
    ],
    rows: isFresh ? [goOn, take] : [take, goOn],
    keys: [],
    command: command({ do: 'snapshot' }),
  }
}

function snapshotLines(snapshot: SavedSnapshot): Text[] {
  const { context, ageMs, isOld, nodes, matched, gaps } = snapshot
  const name = visibleLine(context)
  const age = ageOf(ageMs)
  const more = gaps.length - gapsShown
  return [
    {
      en: `Snapshot of ${name}, ${age.en}: ${nodes === null ? 'nodes not read' : counted(nodes, 'node')}, ${matched === null ? 'taken without hosts' : `${hostsInEnglish(matched)} found among them`}.`,
      zh: `${name} 的快照，${age.zh}：${nodes === null ? '未能读取节点' : `${nodes} 个节点`}，${matched === null ? '采集时没有主机' : `其中对应 ${matched} 台主机`}。`,
    },
    ...(isOld
      ? [
          {
            en: '! It is more than a day old: pods may be elsewhere by now.',
            zh: '! 已超过一天：Pod 可能已在别处。',
          },
        ]
      : []),
    ...(matched === null
      ? [
          {
            en: '! It does not say which host is which node: take it again.',
            zh: '! 无法得知主机与节点的对应关系：请重新采集。',
          },
        ]
      : []),
    ...gaps.slice(0, gapsShown).map(({ resource, reason, message }) => {
      const what = visibleLine(resource)
      return {
        en: `! Not read: ${what}, ${reason.en}: ${visibleLine(message)}`,
        zh: `! 未能读取：${what}，${reason.zh}：${visibleLine(message)}`,
      }
    }),
    ...(more > 0
      ? [
          {
            en: `! and ${more} more: osferry doctor --cluster`,
            zh: `! 另有 ${more} 项：osferry doctor --cluster`,
          },
        ]
      : []),
  ]
}

/** Below a minute nobody counts. */
function ageOf(ageMs: number): Text {
  const minutes = Math.floor(Math.max(0, ageMs) / 60_000)
  if (minutes === 0) return { en: 'just taken', zh: '刚刚采集' }
  const text = durationText(minutes * 60_000)
  return { en: `${text} old`, zh: `采集于 ${text} 前` }
}

function loginLines(login: KnownCluster['login'], snapshot: SavedSnapshot | undefined): Text[] {
  if ('problem' in login)
    return [
      {
        en: `! No cluster can be asked: ${visibleLine(login.problem)}`,
        zh: `! 没有可访问的集群：${visibleLine(login.problem)}`,
      },
    ]
  const { context, server } = login
  const at = visibleLine(`${context} (${server})`)
  if (snapshot === undefined)
    return [{ en: `There is none yet; it would be of ${at}.`, zh: `尚无快照；将采集自 ${at}。` }]
  if (snapshot.server === server) return []
  return [
    {
      en: `! kubeconfig chooses another cluster now: ${at}.`,
      zh: `! kubeconfig 现在选择的是另一个集群：${at}。`,
    },
  ]
}
