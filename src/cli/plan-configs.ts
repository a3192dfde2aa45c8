import { isMigrationError, type ErrorCode } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import { phases } from '../model/playbook.ts'
import { plannedParameters } from '../model/step-parameters.ts'
import type { Text } from '../model/text.ts'
import { decidedData } from '../plan/decided-data.ts'
import type { PlanHost, PlannedConfig, PlanRequest } from '../plan/make-plan.ts'
import type { CommandContext } from './context.ts'
import { openNodeConfigs, requireDecided, type NodeConfigs } from './node-configs.ts'

type Asked = Pick<PlanRequest, 'cluster' | 'options' | 'playbook' | 'hosts'>

/**
 * The configurations that a plan of these hosts has, one by one; undefined for a playbook without `ignition.render`. What is wrong
 * with one host stands in its reasons; what is wrong with profile or settings is thrown.
 */
export async function planConfigs(
  context: CommandContext,
  request: Asked,
): Promise<ReadonlyMap<string, PlannedConfig> | undefined> {
  const profile = profileOf(request)
  if (profile === undefined) return undefined
  const configs = openNodeConfigs(context)
  const planned = new Map<string, PlannedConfig>()
  for (const host of request.hosts) {
    context.signal.throwIfAborted()
    // Without facts it is left out for that.
    if (host.facts === null) continue
    const { name } = host.assessment.host
    planned.set(name, await plannedConfig({ host, profile, configs }, request))
  }
  return planned
}

/** Undefined as well when the plan does not say which: the step is not complete then, and says so. */
function profileOf({ playbook, options }: Asked): string | undefined {
  const step = phases
    .flatMap((phase) => playbook.playbook.phases[phase])
    .find(({ uses }) => uses === 'ignition.render')
  if (step === undefined) return undefined
  const { data } = plannedParameters(step, options.with['ignition.render'] ?? {})
  return typeof data?.['profile'] === 'string' ? data['profile'] : undefined
}

async function plannedConfig(
  { host, profile, configs }: { host: PlanHost; profile: string; configs: NodeConfigs },
  request: Asked,
): Promise<PlannedConfig> {
  const { name } = host.assessment.host
  const { data } = decidedData(host, request)
  // Data that nobody has decided about keeps the host out of the plan anyway.
  if (data.some(({ action }) => action === null)) return { sha256: undefined, reasons: [] }
  try {
    const { sha256, open } = await configs.make({ name: host.view?.name ?? name, host: name, data }, profile)
    return { sha256, reasons: open.map(({ id, why }) => lossReason(id, why)) }
  } catch (error) {
    if (!isMigrationError(error) || !ofOneHost.has(error.code)) throw error
    const { message } = error
    const text = { en: `no Ignition configuration: ${message}`, zh: `无法生成 Ignition 配置：${message}` }
    return { sha256: undefined, reasons: [text] }
  }
}

/** Everything else concerns all hosts. */
const ofOneHost: ReadonlySet<ErrorCode> = new Set(['FACTS_INCOMPLETE', 'PROFILE_UNFIT', 'IGNITION_INVALID'])

function lossReason(id: string, { en, zh }: Text): Text {
  return {
    en: `${id}: ${en} (decide, or list it under accept in the settings of Ignition)`,
    zh: `${id}：${zh}（请作出决定，或写入 Ignition 设置的 accept）`,
  }
}

/** Hosts of a plan whose configuration is another one than when it was made, or cannot be made any more. */
export async function changedConfigs(context: CommandContext, { nodes }: Plan): Promise<string[]> {
  const configs = openNodeConfigs(context)
  const changed: string[] = []
  for (const node of nodes) {
    const step = node.steps.find(({ uses }) => uses === 'ignition.render')
    if (step === undefined) continue
    context.signal.throwIfAborted()
    try {
      const { sha256, open } = await configs.make(node, String(step.with['profile']))
      requireDecided(node, open)
      if (sha256 !== step.with['config']) changed.push(node.host)
    } catch (error) {
      if (!isMigrationError(error)) throw error
      context.log.warn(error.message, { host: node.host })
      changed.push(node.host)
    }
  }
  return changed
}
