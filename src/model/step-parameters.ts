import type { z } from 'zod'
import {
  CordonParameters,
  DataParkParameters,
  DrainParameters,
  ImagesParkParameters,
  PlannedDataPark,
  PlannedImagesPark,
} from './parameters-migrate.ts'
import {
  IgnitionParameters,
  PlannedIgnition,
  PlannedProvision,
  PlannedVerifyOs,
  ProvisionParameters,
  VerifyOsParameters,
  WaitReadyParameters,
} from './parameters-replace.ts'
import { NoParameters, VerifyWorkloadsParameters } from './parameters-restore.ts'
import type { Phase, PlaybookStep } from './playbook.ts'
import type { StepName } from './step-names.ts'
import type { Text } from './text.ts'

/** What a playbook may say of one step. */
export interface StepRow {
  /** The only phase in which it may stand. */
  phase: Phase
  title: Text
  /** What stands under `with` in a playbook; strict, with the defaults. */
  with: z.ZodType<Record<string, unknown>>
  /** What a planned step holds: the same, with everything that the step needs. */
  planned: z.ZodType<Record<string, unknown>>
  /** Parameters that a playbook may leave to the options of the plan. */
  fromOptions: readonly string[]
  /** False: it only looks, so a journey without a target may use it. */
  changes: boolean
  /** True: it may be, and in a journey with a target must be, the point of no return. */
  pointOfNoReturn: boolean
  /** Steps without which it means nothing. */
  needs: readonly StepName[]
  /** Steps that must stand before it when they stand at all. */
  after: readonly StepName[]
  /** Its time when the playbook gives none. */
  timeoutMs: number
}

const minute = 60_000
const usual = { fromOptions: [], changes: true, pointOfNoReturn: false, needs: [], after: [] } as const
const drainChoices = Object.keys(DrainParameters.shape)
const nothing = { with: NoParameters, planned: NoParameters } as const

/** Every step that a playbook may use, in the order in which they usually stand. */
const stepRows = {
  'cluster.snapshot': {
    ...usual,
    ...nothing,
    phase: 'migrate',
    title: { en: 'record the cluster and the node as they are', zh: '记录集群与节点的现状' },
    changes: false,
    timeoutMs: 10 * minute,
  },
  'cluster.cordon': {
    ...usual,
    phase: 'migrate',
    title: { en: 'cordon the node', zh: '封锁节点' },
    with: CordonParameters,
    planned: CordonParameters,
    after: ['cluster.snapshot'],
    timeoutMs: 2 * minute,
  },
  'data.park': {
    ...usual,
    phase: 'migrate',
    title: { en: 'archive local data', zh: '归档本地数据' },
    with: DataParkParameters,
    planned: PlannedDataPark,
    fromOptions: ['store'],
    needs: ['data.restore'],
    after: ['cluster.snapshot', 'cluster.cordon'],
    timeoutMs: 240 * minute,
  },
  'images.park': {
    ...usual,
    phase: 'migrate',
    title: { en: 'save images that only this node has', zh: '保存仅存在于该节点的镜像' },
    with: ImagesParkParameters,
    planned: PlannedImagesPark,
    fromOptions: ['to', 'registry', 'store'],
    needs: ['images.restore'],
    after: ['cluster.snapshot', 'cluster.cordon'],
    timeoutMs: 120 * minute,
  },
  'cluster.drain': {
    ...usual,
    phase: 'migrate',
    title: { en: 'evict the pods within their budgets', zh: '在中断预算内驱逐 Pod' },
    with: DrainParameters,
    planned: DrainParameters,
    fromOptions: drainChoices,
    needs: ['cluster.cordon'],
    after: ['cluster.snapshot', 'cluster.cordon'],
    timeoutMs: 60 * minute,
  },
  'cluster.wait-detach': {
    ...usual,
    ...nothing,
    phase: 'migrate',
    title: { en: 'wait until network volumes have left the node', zh: '等待网络卷从节点分离' },
    needs: ['cluster.drain'],
    after: ['cluster.drain'],
    timeoutMs: 10 * minute,
  },
  'ignition.render': {
    ...usual,
    phase: 'replace',
    title: { en: 'make the Ignition configuration of the new system', zh: '生成新系统的 Ignition 配置' },
    with: IgnitionParameters,
    planned: PlannedIgnition,
    fromOptions: ['profile', 'mintToken'],
    needs: ['host.provision'],
    timeoutMs: 5 * minute,
  },
  'host.provision': {
    ...usual,
    phase: 'replace',
    title: { en: 'give the host its new system', zh: '为主机安装新系统' },
    with: ProvisionParameters,
    planned: PlannedProvision,
    fromOptions: [
      'provider',
      'redfish',
      'argv',
      'observe',
      'undo',
      'rollback',
      'environment',
      'machine',
      'retryExitCodes',
    ],
    pointOfNoReturn: true,
    after: ['ignition.render'],
    timeoutMs: 90 * minute,
  },
  'node.wait-ready': {
    ...usual,
    phase: 'replace',
    title: { en: 'wait until the node is back and Ready', zh: '等待节点重新加入并就绪' },
    with: WaitReadyParameters,
    planned: WaitReadyParameters,
    changes: false,
    needs: ['host.provision'],
    after: ['host.provision'],
    timeoutMs: 45 * minute,
  },
  'node.verify-os': {
    ...usual,
    phase: 'replace',
    title: { en: 'verify that it is the system that was meant', zh: '核实新系统与预期一致' },
    with: VerifyOsParameters,
    planned: PlannedVerifyOs,
    fromOptions: ['osRelease', 'kernelPrefixes'],
    changes: false,
    needs: ['host.provision'],
    after: ['host.provision', 'node.wait-ready'],
    // It counts the files of what is preserved.
    timeoutMs: 60 * minute,
  },
  'data.restore': {
    ...usual,
    ...nothing,
    phase: 'restore',
    title: { en: 'put local data back and verify every file', zh: '恢复本地数据并逐个校验文件' },
    needs: ['data.park'],
    timeoutMs: 240 * minute,
  },
  'images.restore': {
    ...usual,
    ...nothing,
    phase: 'restore',
    title: { en: 'make sure that the node has its images again', zh: '确保节点可重新取得镜像' },
    needs: ['images.park'],
    timeoutMs: 120 * minute,
  },
  'cluster.restore-metadata': {
    ...usual,
    ...nothing,
    phase: 'restore',
    title: { en: 'put back labels, taints and annotations of people', zh: '恢复人工设置的标签、污点与注解' },
    needs: ['cluster.cordon'],
    timeoutMs: 10 * minute,
  },
  'cluster.uncordon': {
    ...usual,
    ...nothing,
    phase: 'restore',
    title: { en: 'give the node back as it was found', zh: '按封锁前的状态归还节点' },
    needs: ['cluster.cordon'],
    after: ['data.restore', 'images.restore', 'cluster.restore-metadata'],
    timeoutMs: 10 * minute,
  },
  'workloads.verify': {
    ...usual,
    phase: 'restore',
    title: { en: 'compare workloads with the snapshot', zh: '将工作负载与快照比较' },
    with: VerifyWorkloadsParameters,
    planned: VerifyWorkloadsParameters,
    changes: false,
    needs: ['cluster.snapshot'],
    after: ['cluster.uncordon'],
    timeoutMs: 30 * minute,
  },
} as const satisfies Readonly<Record<StepName, StepRow>>

/** The row of a step. */
export function stepRow(uses: StepName): StepRow {
  return stepRows[uses]
}

/**
 * Parameters of a step as a plan holds them: what the playbook says, then what the plan's options say where it may leave
 * that to them, then the defaults. The result's error names each parameter that is still missing.
 */
export function plannedParameters(
  { uses, with: given = {} }: Pick<PlaybookStep, 'uses' | 'with'>,
  options: Readonly<Record<string, unknown>>,
): z.ZodSafeParseResult<Record<string, unknown>> {
  const { planned, fromOptions } = stepRow(uses)
  const allowed = Object.entries(options).filter(([name]) => fromOptions.includes(name))
  return planned.safeParse({ ...Object.fromEntries(allowed), ...given }, { jitless: true })
}

/** Parameters of a planned step, as its schema gives them. */
export type StepParameters<Name extends StepName> = z.infer<(typeof stepRows)[Name]['planned']>
