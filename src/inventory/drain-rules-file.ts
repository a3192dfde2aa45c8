import { DrainRules } from '../model/drain-rules.ts'
import type { Language } from '../model/text.ts'
import { readYamlDocument } from './yaml-document.ts'

/** Reads drain-rules/v1 (YAML or JSON); throws RULES_INVALID with file:line:column. */
export async function readDrainRules(
  path: string,
  options: { language?: Language } = {},
): Promise<DrainRules> {
  const { value } = await readYamlDocument({
    path,
    schema: DrainRules,
    name: 'drain-rules',
    code: 'RULES_INVALID',
    ...options,
  })
  return value
}
