import { X509Certificate } from 'node:crypto'
import type { ApiClient } from '../cluster/client.ts'
import { accessName, accessRights, clusterTasks, type ClusterTask } from '../model/cluster-access.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { isMigrationError, type MigrationError } from '../model/errors.ts'
import type { Text } from '../model/text.ts'
import type { CommandContext } from './context.ts'
import type { Diagnosis } from './doctor-checks.ts'
import { errorWords } from './error-words.ts'
import { openCluster, type OpenedCluster } from './open-cluster.ts'

const taskTexts: Readonly<Record<ClusterTask, Text>> = {
  snapshot: { en: 'rights to read the cluster', zh: '读取集群所需的权限' },
  drain: { en: 'rights to drain nodes', zh: '排空节点所需的权限' },
  escalate: { en: 'rights to delete pods past their budgets', zh: '绕过中断预算删除 Pod 的权限' },
  restore: { en: 'rights to restore nodes', zh: '恢复节点所需的权限' },
  join: { en: 'rights to mint bootstrap tokens', zh: '签发引导令牌所需的权限' },
}

/** Kubernetes versions that the tests run against, and those between them. */
const oldestMinor = 20

/** Rights that a table shows of those that are missing; every other form has all of them. */
const rightsShown = 8

/** Logs in to the cluster and asks what this login may do; reads only what every login may read, and writes nothing. */
export async function examineCluster(context: CommandContext): Promise<Diagnosis[]> {
  const what = { en: 'cluster', zh: '集群' }
  let opened: OpenedCluster | undefined
  try {
    opened = await openCluster(context)
    const { client, cluster } = opened
    const { missingRights } = await import('../cluster/access.ts')
    const { serverVersion } = await import('../cluster/reader.ts')
    const { signal } = context
    const { version, clockAheadMs } = await serverVersion(client, signal)
    const reached: Diagnosis = {
      id: 'cluster',
      state: 'ok',
      what,
      found: `${cluster.context} ${cluster.server} ${version}`,
    }
    return [
      reached,
      ...supported(version),
      ...unchecked(client),
      clockOf(clockAheadMs),
      ...(await certificateOf(client, context)),
      await eviction(cluster, signal),
      ...rightsOf(await missingRights(client, signal), context),
    ]
  } catch (error) {
    if (!isMigrationError(error) || error.code === 'INTERRUPTED') throw error
    return [failure(error)]
  } finally {
    await opened?.cluster.close()
  }
}

function failure(error: MigrationError): Diagnosis {
  const words = errorWords(error.code)
  const fix = { en: error.hint ?? error.message, zh: words?.adviceZh ?? error.message }
  const what = words?.title ?? { en: error.code, zh: error.code }
  return { id: error.code, state: 'fail', what, found: error.message, fix }
}

function supported(version: string): Diagnosis[] {
  const minor = Number(/^v1\.(\d+)/.exec(version)?.[1])
  if (minor >= oldestMinor) return []
  const what = { en: 'Kubernetes 1.20 or newer', zh: 'Kubernetes 1.20 或更高版本' }
  const fix = {
    en: 'osferry is not tested with this version: try it on one node first',
    zh: '未在此版本上测试过 osferry：请先在一个节点上试用',
  }
  return [{ id: 'cluster-version', state: 'warn', what, found: version, fix }]
}

function unchecked({ login }: ApiClient): Diagnosis[] {
  if (!login.insecure) return []
  const what = { en: 'certificate of the API server', zh: 'API server 的证书' }
  const fix = {
    en: 'the kubeconfig says insecure-skip-tls-verify: anybody in between sees your credentials',
    zh: 'kubeconfig 设置了 insecure-skip-tls-verify：中间人可以看到凭据',
  }
  return [{ id: 'cluster-tls', state: 'warn', what, found: 'insecure-skip-tls-verify', fix }]
}

const tolerableMs = 30_000

function clockOf(clockAheadMs = 0): Diagnosis {
  const what = { en: 'clock of the API server', zh: 'API server 的时间' }
  const found = `${clockAheadMs >= 0 ? '+' : ''}${Math.round(clockAheadMs / 1000)} s`
  if (Math.abs(clockAheadMs) < tolerableMs) return { id: 'cluster-clock', state: 'ok', what, found }
  const fix = {
    en: 'synchronize both clocks: grace periods and leases are counted by them',
    zh: '请同步两端时间：宽限期与租约以此计算',
  }
  return { id: 'cluster-clock', state: 'warn', what, found, fix }
}

const soonDays = 7

async function certificateOf(client: ApiClient, { clock }: CommandContext): Promise<Diagnosis[]> {
  const { pemText } = await import('../cluster/credentials.ts')
  const pem = await pemText(client.login.user.certificate)
  if (pem === undefined) return []
  const { validTo } = new X509Certificate(pem)
  const days = Math.floor((Date.parse(validTo) - Date.parse(clock.now())) / 86_400_000)
  const what = { en: 'your client certificate', zh: '客户端证书' }
  const base = { id: 'cluster-certificate', what, found: `${new Date(validTo).toISOString()}, ${days} d` }
  if (days >= soonDays) return [{ ...base, state: 'ok' }]
  const fix = {
    en: 'renew it before a long run: kubeadm certs renew, or log in again',
    zh: '长时间运行前请续期：kubeadm certs renew，或重新登录',
  }
  return [{ ...base, state: 'warn', fix }]
}

async function eviction(cluster: Cluster, signal: AbortSignal): Promise<Diagnosis> {
  const what = { en: 'eviction within budgets', zh: '按中断预算驱逐' }
  try {
    return { id: 'cluster-eviction', state: 'ok', what, found: await cluster.evictionVersion(signal) }
  } catch (error) {
    if (!isMigrationError(error, 'CLUSTER_ANSWER_INVALID')) throw error
  }
  const fix = {
    en: 'this server has no eviction API: nothing can be drained within budgets',
    zh: '该 API server 不提供驱逐接口：无法按中断预算排空节点',
  }
  return { id: 'cluster-eviction', state: 'fail', what, found: '', fix }
}

function rightsOf(
  missing: Readonly<Record<ClusterTask, readonly string[]>>,
  { format, say }: CommandContext,
): Diagnosis[] {
  const shown = format === 'table' ? rightsShown : Number.POSITIVE_INFINITY
  const optional = new Set(
    accessRights()
      .filter((right) => right.optional)
      .map(accessName),
  )
  return clusterTasks.map((task): Diagnosis => {
    const names = missing[task]
    const base = { id: `cluster-rights-${task}`, what: taskTexts[task] }
    if (names.length === 0) return { ...base, state: 'ok', found: '' }
    const rest = names.length - shown
    const more = rest > 0 ? ` + ${rest} (-o wide)` : ''
    const list = `${names.slice(0, shown).join(', ')}${more}`
    const isOptional = names.every((name) => optional.has(name))
    const fix = isOptional
      ? {
          en: 'everything else is done without them; to grant them: docs/cluster-role.yaml',
          zh: '缺少它们不影响其他功能；如需授予：docs/cluster-role.yaml',
        }
      : {
          en: 'grant them: docs/cluster-role.yaml',
          zh: '请授予这些权限：docs/cluster-role.yaml',
        }
    return {
      ...base,
      state: isOptional ? 'warn' : 'fail',
      found: say({ en: `missing: ${list}`, zh: `缺少：${list}` }),
      fix,
    }
  })
}
