import { nameSome } from '../model/excerpt.ts'
import { counted, type Text } from '../model/text.ts'
import type { OpenWave } from './open-wave.ts'
import { byKey, podsByBudget } from './screen-hosts.ts'
import type { WaveSnapshot } from './wave-request.ts'
import type { PlanPod, World } from './world.ts'

/** What people should know of a wave before they approve it; none of it stops the wave. */
export function waveWarnings({ evicted, staying, nodes }: OpenWave, world: World): Text[] {
  const stays = new Set(staying)
  const naked = evicted.filter(({ owner }) => owner === undefined)
  const unknown = staying.filter(({ pin }) => pin === 'unknown')
  const known = staying.filter(({ pin, owner }) => pin !== 'unknown' && owner !== undefined)
  const away = known.filter(({ pin }) => pin !== 'host-path')
  const free = known.filter(({ pin }) => pin === 'host-path')
  const vague = evicted.filter((pod) => !stays.has(pod) && pod.owner !== undefined && !pod.hasRequests)
  return [
    ...aboutPods(away, (count, names) => ({
      en: `No other node takes ${count}, away until the node is back: ${names}.`,
      zh: `${away.length} 个 Pod 无法在其他节点运行，需等待原节点恢复：${names}。`,
    })),
    ...aboutPods(free, (count, names) => ({
      en: `In a directory of this node are data of ${count}, which may be started on another node without it; counted as away until the node is back: ${names}.`,
      zh: `${free.length} 个 Pod 的数据在本节点目录中，但可能在其他节点上启动而看不到这些数据；按离线至节点恢复计算：${names}。`,
    })),
    ...aboutPods(unknown, (count, names) => ({
      en: `Where else ${count} may run is not known, as the snapshot lacks volumes or the labels of namespaces; counted as away with the node: ${names}.`,
      zh: `快照缺少相关卷或命名空间标签，无法判断 ${unknown.length} 个 Pod 还能在何处运行，按随节点离线计算：${names}。`,
    })),
    ...aboutPods(naked, (count, names) => ({
      en: `Nobody makes ${count} again, for want of a controller: ${names}.`,
      zh: `${naked.length} 个 Pod 没有控制器，驱逐后不会重建：${names}。`,
    })),
    ...aboutPods(vague, (count, names) => ({
      en: `Whether there is room for ${count} cannot be told, as CPU or memory is not asked for: ${names}.`,
      zh: `${vague.length} 个 Pod 未声明 CPU 或内存请求，无法判断其他节点能否容纳：${names}。`,
    })),
    ...aloneWarnings(evicted, world),
    ...budgetWarnings(evicted, stays),
    ...nodes.flatMap(({ etcd }): Text[] =>
      etcd !== undefined && world.nodes.filter((node) => node.etcd !== undefined).length === 1
        ? [
            {
              en: 'It is the only member of etcd: the API server stands still while it is away.',
              zh: '这是唯一的 etcd 成员：其离线期间 API server 停止服务。',
            },
          ]
        : [],
    ),
  ]
}

/** Without a budget nobody waits for the first replacement before the last pod goes. */
function aloneWarnings(evicted: readonly PlanPod[], { owned }: World): Text[] {
  const bare = evicted.filter(
    ({ owner, budgets, isReady }) => owner !== undefined && isReady && budgets.length === 0,
  )
  const alone = [...Map.groupBy(bare, ({ owner }) => owner ?? '')].filter(
    ([owner, pods]) => pods.length === owned.get(owner),
  )
  const names = alone.flatMap(([, [first]]) => (first === undefined ? [] : [first.key])).sort()
  if (names.length === 0) return []
  return [
    {
      en: `${names.length === 1 ? '1 workload has' : `${names.length} workloads have`} all pods on one node and no budget, and nobody answers until a replacement is ready. One pod of each: ${nameSome(names)}.`,
      zh: `${names.length} 个工作负载的全部 Pod 都在同一节点上且没有中断预算，替代 Pod 就绪前服务不可用。各举一例：${nameSome(names)}。`,
    },
  ]
}

function budgetWarnings(evicted: readonly PlanPod[], stays: ReadonlySet<PlanPod>): Text[] {
  const all = [...podsByBudget(evicted)].sort(([a], [b]) => byKey(a, b))
  const pick = (is: (row: (typeof all)[number]) => boolean): string[] =>
    all.filter(is).map(([{ key }]) => key)
  const unknown = pick(([{ allowed, operator }]) => allowed === null && operator === undefined)
  const managed = pick(([{ allowed, operator }]) => operator !== undefined && (allowed ?? 0) === 0)
  const closed = pick(([{ allowed, allowedNow }]) => (allowed ?? 0) > 0 && allowedNow === 0)
  const tight = pick(([{ allowed }, pods]) => {
    const held = pods.filter((pod) => stays.has(pod)).length
    return allowed !== null && held > 0 && held >= allowed && pods.length > held
  })
  return [
    ...aboutBudgets(unknown, (names) => ({
      en: `What these budgets allow is not known, as their status is missing or old: ${names}.`,
      zh: `以下中断预算的状态缺失或过时，允许的数量未知：${names}。`,
    })),
    ...aboutBudgets(managed, (names) => ({
      en: `These budgets allow nothing until their operator has moved the work away, which it does once the node is cordoned: ${names}.`,
      zh: `以下中断预算由其 operator 管理，封锁节点并完成切换后才会放行：${names}。`,
    })),
    ...aboutBudgets(closed, (names) => ({
      en: `These budgets let nobody go just now, as pods of theirs are not healthy; the drain waits for them: ${names}.`,
      zh: `以下中断预算的 Pod 当前不健康，暂不允许驱逐，排空会等待其恢复：${names}。`,
    })),
    ...aboutBudgets(tight, (names) => ({
      en: `Pods that cannot run elsewhere use these budgets up; those that can must go before them: ${names}.`,
      zh: `无法在别处运行的 Pod 会耗尽以下中断预算，可迁移的 Pod 必须先行驱逐：${names}。`,
    })),
  ]
}

function aboutPods(pods: readonly PlanPod[], text: (count: string, names: string) => Text): Text[] {
  if (pods.length === 0) return []
  const names = nameSome(pods.map(({ key }) => key).sort())
  return [text(counted(pods.length, 'pod'), names)]
}

function aboutBudgets(keys: readonly string[], text: (names: string) => Text): Text[] {
  return keys.length === 0 ? [] : [text(nameSome(keys))]
}

/** What is not known about the cluster as a whole. */
export function clusterWarnings(snapshot: WaveSnapshot, world: World): Text[] {
  const used = new Set(['nodes', 'pods', 'budgets', 'volumes', 'claims'])
  const gaps = snapshot.gaps.filter(({ list }) => used.has(list)).map(({ resource }) => resource)
  const zoneless = world.nodes.filter(({ zone }) => zone === null)
  return [
    ...aboutBudgets([...new Set(gaps)].sort(), (names) => ({
      en: `The snapshot of the cluster is not whole: what is missing of ${names} is not in this plan.`,
      zh: `集群快照不完整：${names} 中缺失的部分未计入本计划。`,
    })),
    ...(world.waiting === 0
      ? []
      : [
          {
            en: `${world.waiting === 1 ? '1 pod waits' : `${world.waiting} pods wait`} for a node already, and will take room that this plan counts on.`,
            zh: `已有 ${world.waiting} 个 Pod 等待调度，会占用本计划所计算的资源。`,
          },
        ]),
    ...(zoneless.length === 0 || zoneless.length === world.nodes.length
      ? []
      : aboutBudgets(
          zoneless.map(({ name }) => name),
          (names) => ({
            en: `In which zone these nodes are is not known; they are planned as a zone of their own: ${names}.`,
            zh: `以下节点所属可用区未知，按单独的可用区规划：${names}。`,
          }),
        )),
  ]
}
