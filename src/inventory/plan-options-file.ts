import { PlanOptions } from '../model/plan-options.ts'
import type { Language } from '../model/text.ts'
import { readYamlDocument } from './yaml-document.ts'

/** Reads plan-options/v1 (YAML or JSON); throws PLAN_OPTIONS_INVALID with file:line:column. */
export async function readPlanOptions(
  path: string,
  options: { language?: Language } = {},
): Promise<PlanOptions> {
  const { value } = await readYamlDocument({
    path,
    schema: PlanOptions,
    name: 'plan-options',
    code: 'PLAN_OPTIONS_INVALID',
    ...options,
  })
  return value
}
