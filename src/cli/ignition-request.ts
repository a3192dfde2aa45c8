import { resolve } from 'node:path'
import type { IgnitionRequest } from '../ignition/request.ts'
import { readPlan } from '../inventory/plan-file.ts'
import { MigrationError } from '../model/errors.ts'
import type { HostFacts } from '../model/facts.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { CommandContext } from './context.ts'
import type { CommandInput, FlagDefinition } from './define-command.ts'
import { findProfile } from './find-profile.ts'
import { findIgnitionSettings, ignitionRequest, savedFacts } from './ignition-inputs.ts'

/** What every command that makes a configuration of a node takes. */
export const ignitionFlags: readonly FlagDefinition[] = [
  {
    flags: '--profile <name>',
    text: {
      en: "os profile: a built-in name, or a path; default: that of the plan's step ignition.render",
      zh: '系统描述：内置名称或路径；默认取计划中 ignition.render 步骤所写的',
    },
  },
  {
    flags: '--settings <file>',
    text: {
      en: 'ignition-settings/v1: people, trust, registries, how to join, what may be lost; default: ignition.settings of osferry.yaml',
      zh: 'ignition-settings/v1：用户、信任、镜像仓库、加入方式、允许丢弃的内容；默认取 osferry.yaml 的 ignition.settings',
    },
  },
  {
    flags: '--plan <file>',
    text: {
      en: 'plan/v1: what becomes of the data of the node; without it none is preserved',
      zh: 'plan/v1：节点数据的去向；省略时不保留任何数据',
    },
  },
]

/** Reads everything that the configuration of a node is made from. Nothing is contacted. */
export async function ignitionRequestOf(
  context: CommandContext,
  input: CommandInput,
): Promise<IgnitionRequest> {
  const wanted = input.arguments[0] ?? ''
  const planned = await plannedNode(context, input.value('--plan'), wanted)
  const { profile } = await findProfile(profileName(input, planned), context)
  const given = await findIgnitionSettings(context, input.value('--settings'))
  const facts = await savedFacts(context, planned?.host ?? wanted)
  const node = planned ?? { name: nodeNameOf(facts) ?? wanted, data: [] }
  return ignitionRequest(node, { facts, profile, given })
}

async function plannedNode(
  { cwd }: CommandContext,
  file: string | undefined,
  wanted: string,
): Promise<PlannedNode | undefined> {
  if (file === undefined) return undefined
  const { plan } = await readPlan(resolve(cwd, file))
  const node =
    plan.nodes.find(({ name }) => name === wanted) ?? plan.nodes.find(({ host }) => host === wanted)
  if (node !== undefined) return node
  throw new MigrationError('USAGE', `${wanted} is not in ${file}`, {
    hint: `osferry plan show ${file} lists its nodes`,
  })
}

function profileName(input: CommandInput, planned: PlannedNode | undefined): string {
  const step = planned?.steps.find(({ uses }) => uses === 'ignition.render')
  const name = input.value('--profile') ?? step?.with['profile']
  if (typeof name === 'string') return name
  throw new MigrationError('USAGE', 'no os profile is named', {
    hint: '--profile NAME: osferry profile list',
  })
}

function nodeNameOf({ facts: { kubelet } }: HostFacts): string | null {
  return kubelet?.status === 'ok' ? kubelet.value.nodeName : null
}
