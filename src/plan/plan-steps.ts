import { durationTextMs } from '../model/duration-text.ts'
import type { LocalData } from '../model/data-decision.ts'
import type { PlannedStep } from '../model/plan.ts'
import { phases, type Phase, type Playbook, type PlaybookStep } from '../model/playbook.ts'
import type { PlanOptions } from '../model/plan-options.ts'
import type { StepName } from '../model/step-names.ts'
import { plannedParameters, stepRow } from '../model/step-parameters.ts'
import type { Text } from '../model/text.ts'
import { estimateStep, type MeasuredSteps, type StepAmounts } from './step-estimates.ts'

export interface StepsRequest {
  playbook: Playbook
  options: PlanOptions['with']
  data: readonly LocalData[]
  /** False for a host that is no node: it has nothing to cordon, to drain or to join. */
  isNode: boolean
  /** Digest of the Ignition configuration of the host, without secrets. */
  config?: string | undefined
  amounts: StepAmounts
  measured?: MeasuredSteps
}

/** The steps of one node with every parameter, and what keeps them from being complete. */
export function planSteps(request: StepsRequest): { steps: PlannedStep[]; reasons: Text[] } {
  const steps: PlannedStep[] = []
  const reasons: Text[] = []
  for (const phase of phases) {
    for (const step of request.playbook.phases[phase]) {
      if (!isNeeded(step.uses, request)) continue
      const { data: parameters, error } = plannedParameters(step, optionsOf(step.uses, request))
      if (error === undefined) steps.push(plannedStep({ phase, step, parameters }, request))
      else reasons.push(incomplete(step.uses, error.issues))
    }
  }
  return { steps, reasons: [...reasons, ...unparkable(request)] }
}

/** Steps of which nothing would be left to do on this host are no part of its plan. */
function isNeeded(uses: StepName, { data, isNode }: StepsRequest): boolean {
  if (uses === 'data.park' || uses === 'data.restore') return data.some(isParkedData)
  if (uses === 'images.park' || uses === 'images.restore') return data.some(isParkedImages)
  return isNode || uses === 'host.provision' || uses === 'ignition.render' || uses === 'node.verify-os'
}

/** The deletion of emptyDir volumes is what has been decided about them, unless somebody says it of the drain itself. */
function optionsOf(uses: StepName, { options, data }: StepsRequest): Readonly<Record<string, unknown>> {
  const given = options[uses] ?? {}
  if (uses !== 'cluster.drain') return given
  const scratch = data.filter(({ kind }) => kind === 'empty-dir')
  return scratch.length > 0 && scratch.every(({ action }) => action === 'discard')
    ? { deleteEmptyDirData: true, ...given }
    : given
}

function plannedStep(
  { phase, step, parameters }: { phase: Phase; step: PlaybookStep; parameters: Record<string, unknown> },
  { config, amounts, measured }: StepsRequest,
): PlannedStep {
  const { uses, timeout, pointOfNoReturn = false } = step
  const timeoutMs = (timeout === undefined ? undefined : durationTextMs(timeout)) ?? stepRow(uses).timeoutMs
  return {
    phase,
    uses,
    with: uses === 'ignition.render' && config !== undefined ? { ...parameters, config } : parameters,
    pointOfNoReturn,
    timeoutMs,
    estimate: estimateStep(uses, amounts, measured),
  }
}

function incomplete(uses: StepName, issues: readonly { path: PropertyKey[]; message: string }[]): Text {
  const what = issues.map(({ path, message }) => `${path.join('.') || 'with'}: ${message}`).join('; ')
  return {
    en: `${uses} is not complete: ${what} (with: ${uses} of the plan's options)`,
    zh: `${uses} 的参数不完整：${what}（在计划选项的 with: ${uses} 中给出）`,
  }
}

/** What is to be parked needs a step that does it, and one that puts it back. */
function unparkable({ playbook, data }: StepsRequest): Text[] {
  const used = new Set(phases.flatMap((phase) => playbook.phases[phase].map(({ uses }) => uses)))
  const needed: StepName[] = [
    ...(data.some(isParkedData) ? (['data.park', 'data.restore'] as const) : []),
    ...(data.some(isParkedImages) ? (['images.park', 'images.restore'] as const) : []),
  ]
  const parking = needed
    .filter((uses) => !used.has(uses))
    .map((uses) => ({
      en: `something is to be parked, and the playbook ${playbook.name} has no ${uses}`,
      zh: `有数据需要转存，但剧本 ${playbook.name} 中没有 ${uses}`,
    }))
  return used.has('node.verify-os') || !data.some(isPreserved) ? parking : [...parking, unproven(playbook)]
}

/** What is kept has to be looked at afterwards. */
function unproven({ name }: Playbook): Text {
  return {
    en: `something is to be preserved or attached again, and the playbook ${name} has no node.verify-os, which proves that it was`,
    zh: `有数据需要原地保留或重新挂接，但剧本 ${name} 中没有用于核实的 node.verify-os`,
  }
}

function isPreserved({ action, path }: LocalData): boolean {
  return action === 'reattach' || (action === 'preserve' && path !== null)
}

function isParkedData({ kind, action }: LocalData): boolean {
  return action === 'park' && kind !== 'images'
}

function isParkedImages({ kind, action }: LocalData): boolean {
  return action === 'park' && kind === 'images'
}
