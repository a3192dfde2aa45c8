import { rollbackMeans, type RollbackMeans } from '../model/plan.ts'
import { PlanOptions } from '../model/plan-options.ts'
import { phases } from '../model/playbook.ts'
import type { StepName } from '../model/step-names.ts'
import type { Text } from '../model/text.ts'
import type { MovingPlaybook } from './move.ts'

/** Everything that is asked about a plan beside its hosts and their data. */
export type SettingId =
  | 'rollback'
  | 'provider'
  | 'osRelease'
  | 'store'
  | 'images'
  | 'maxUnavailable'
  | 'failureBudget'
  | 'canary'
  | 'canarySoak'
  | 'soak'
  | 'windows'
  | 'freezes'
  | 'acceptFindings'
  | 'controlPlane'
  | 'noRoom'

/** One question: whether it is one here, and what was answered. */
export interface PlanSetting {
  id: SettingId
  title: Text
  /** Undefined = not answered, and then the plan cannot be made whole. */
  value: Text | undefined
}

/** The questions for a playbook, those without an answer first. */
export function planSettings(playbook: MovingPlaybook, options: PlanOptions): PlanSetting[] {
  const rows: (PlanSetting | undefined)[] = [
    setting('rollback', rollbackText(options)),
    leftOpen(playbook, 'host.provision', 'provider') ? setting('provider', providerText(options)) : undefined,
    leftOpen(playbook, 'node.verify-os', 'osRelease')
      ? setting('osRelease', osReleaseText(options))
      : undefined,
    parks(options, false) && leftOpen(playbook, 'data.park', 'store')
      ? setting('store', same(stringOf(options, 'data.park', 'store')))
      : undefined,
    parks(options, true) && leftOpen(playbook, 'images.park', 'to')
      ? setting('images', imagesText(options))
      : undefined,
    setting('maxUnavailable', same(String(options.maxUnavailable))),
    setting('failureBudget', same(String(options.failureBudget))),
    setting('canary', same(String(options.canary.perClass))),
    setting('canarySoak', same(options.canary.soak)),
    setting('soak', same(options.soak)),
    setting('windows', counted(options.windows.length, { en: 'none: at any time', zh: '无：任何时间' })),
    setting('freezes', counted(options.freezes.length, { en: 'none', zh: '无' })),
    setting('acceptFindings', same(options.acceptFindings)),
    setting('controlPlane', same(options.controlPlane)),
    setting('noRoom', same(options.noRoom)),
  ]
  const asked = rows.filter((row) => row !== undefined)
  return [
    ...asked.filter(({ value }) => value === undefined),
    ...asked.filter(({ value }) => value !== undefined),
  ]
}

/** Without parameters that a playbook says itself, or of steps that it has not: it may have been written anew since. */
export function fitOptions(playbook: MovingPlaybook, options: PlanOptions): PlanOptions {
  const entries = Object.entries(options.with).flatMap(([uses, parameters]) => {
    const open = Object.entries(parameters ?? {}).filter(([name]) =>
      leftOpen(playbook, uses as StepName, name),
    )
    return open.length === 0 ? [] : [[uses, Object.fromEntries(open)] as const]
  })
  return { ...options, with: Object.fromEntries(entries) }
}

/** What may be chosen for settings that have a few values only. */
export const settingChoices: Readonly<Partial<Record<SettingId, readonly string[]>>> = {
  rollback: rollbackMeans,
  provider: ['command', 'lab'],
  images: ['registry', 'archive'],
  acceptFindings: ['low', 'medium', 'high'],
  controlPlane: ['last', 'first', 'skip'],
  noRoom: ['refuse', 'wait'],
}

/** What a choice means, where its name does not say it. */
export const choiceTexts: Readonly<Record<string, Text>> = {
  'old-deployment': { en: 'the previous deployment of the new system', zh: '新系统的上一个部署' },
  'old-disk': { en: 'the disk with CentOS is kept', zh: '保留装有 CentOS 的磁盘' },
  snapshot: { en: 'a snapshot of the machine or its disk', zh: '机器或磁盘的快照' },
  image: { en: 'an image that was taken before', zh: '事先制作的镜像' },
  reinstall: { en: 'CentOS is installed anew', zh: '重新安装 CentOS' },
  none: { en: 'there is NO way back: somebody must accept that', zh: '没有回退手段：须有人署名接受' },
  command: { en: 'a program of your own', zh: '自备程序' },
  lab: { en: 'simulated machines, to rehearse', zh: '模拟机器，用于演练' },
  registry: { en: 'pushed to a registry', zh: '推送到镜像仓库' },
  archive: { en: 'archived in a store', zh: '归档到存储' },
  low: { en: 'hosts with findings above low are left out', zh: '问题级别高于低的主机不纳入' },
  medium: { en: 'hosts with findings above medium are left out', zh: '问题级别高于中的主机不纳入' },
  high: { en: 'only what blocks keeps a host out', zh: '仅阻断项会使主机不纳入' },
  last: { en: 'after the workers', zh: '在工作节点之后' },
  first: { en: 'before the workers', zh: '在工作节点之前' },
  skip: { en: 'not in this plan', zh: '不在本计划内' },
  refuse: { en: 'the node is left out', zh: '该节点不纳入' },
  wait: { en: 'its pods wait until it is back', zh: 'Pod 等待节点返回' },
}

/** Takes changes, or says what is wrong with them. */
export function withOptions(
  options: PlanOptions,
  change: Readonly<Record<string, unknown>>,
): { options: PlanOptions } | { problem: Text } {
  const result = PlanOptions.safeParse({ ...options, ...change }, { jitless: true })
  if (result.success) return { options: result.data }
  const message = result.error.issues[0]?.message ?? ''
  return { problem: { en: message, zh: `无效：${message}` } }
}

/** The options with one parameter of a step. */
export function withParameters(
  options: PlanOptions,
  uses: StepName,
  parameters: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return { with: { ...options.with, [uses]: parameters } }
}

const titles: Readonly<Record<SettingId, Text>> = {
  rollback: { en: 'Way back after the point of no return', zh: '越过不可回退点后的回退手段' },
  provider: { en: 'What gives a host its new system', zh: '由什么安装新系统' },
  osRelease: { en: 'ID of the new system (os-release)', zh: '新系统的 ID（os-release）' },
  store: { en: 'Store for archived data', zh: '数据归档的存储' },
  images: { en: 'Where images go', zh: '镜像的去向' },
  maxUnavailable: { en: 'Nodes away at a time (3 or 10%)', zh: '同时离开的节点数（3 或 10%）' },
  failureBudget: { en: 'Failures before nothing is started', zh: '停止前允许的失败数' },
  canary: { en: 'Canaries of each class', zh: '每类金丝雀数' },
  canarySoak: { en: 'Rest after the canaries', zh: '金丝雀之后静置' },
  soak: { en: 'Rest between waves', zh: '波次之间静置' },
  windows: { en: 'Windows in which nodes may start', zh: '允许开始的时间窗' },
  freezes: { en: 'Freezes in which none starts', zh: '冻结期' },
  acceptFindings: { en: 'Findings that are accepted', zh: '可接受的问题级别' },
  controlPlane: { en: 'Control plane', zh: '控制平面' },
  noRoom: { en: 'Pods without room elsewhere', zh: '别处放不下的 Pod' },
}

function setting(id: SettingId, value: Text | undefined): PlanSetting {
  return { id, title: titles[id], value }
}

/** The playbook has the step, and leaves the parameter to the plan. */
function leftOpen({ phases: steps }: MovingPlaybook, uses: StepName, parameter: string): boolean {
  const step = phases.flatMap((phase) => steps[phase]).find((one) => one.uses === uses)
  return step !== undefined && !Object.hasOwn(step.with ?? {}, parameter)
}

function parks({ data }: PlanOptions, images: boolean): boolean {
  return data.some(({ action, kind }) => action === 'park' && (kind === 'images') === images)
}

function stringOf(options: PlanOptions, uses: StepName, parameter: string): string | undefined {
  const value = options.with[uses]?.[parameter]
  return typeof value === 'string' ? value : undefined
}

function same(value: string | undefined): Text | undefined {
  return value === undefined ? undefined : { en: value, zh: value }
}

function counted(count: number, none: Text): Text {
  return count === 0 ? none : { en: String(count), zh: String(count) }
}

function rollbackText({ rollback }: PlanOptions): Text | undefined {
  if (rollback === undefined) return undefined
  const means: RollbackMeans = rollback.means
  if (means !== 'none') return { en: means, zh: means }
  const who = rollback.acceptedBy ?? '-'
  return { en: `NONE, accepted by ${who}`, zh: `无，由 ${who} 接受` }
}

function providerText(options: PlanOptions): Text | undefined {
  const provider = stringOf(options, 'host.provision', 'provider')
  const argv = options.with['host.provision']?.['argv']
  return same(Array.isArray(argv) ? `${provider}: ${argv.join(' ')}` : provider)
}

function osReleaseText(options: PlanOptions): Text | undefined {
  return same(releaseText(options.with['node.verify-os']?.['osRelease']) || undefined)
}

/** `lifsea`, `openeuler/nestos`; '' for what is none. */
export function releaseText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  const { id, variantId } = value as Readonly<Record<string, unknown>>
  return [id, variantId].filter((part) => typeof part === 'string').join('/')
}

function imagesText(options: PlanOptions): Text | undefined {
  const to = stringOf(options, 'images.park', 'to')
  const place = stringOf(options, 'images.park', to === 'registry' ? 'registry' : 'store')
  return to === undefined || place === undefined ? undefined : same(`${to} ${place}`)
}
