import { IgnitionSettings } from '../model/ignition-settings.ts'
import type { Language } from '../model/text.ts'
import { readYamlDocument } from './yaml-document.ts'

const maxBytes = 16 * 1024 * 1024

/** Reads ignition-settings/v1 (YAML or JSON); throws IGNITION_SETTINGS_INVALID with file:line:column, field and what is allowed. */
export async function readIgnitionSettings(
  path: string,
  options: { language?: Language } = {},
): Promise<IgnitionSettings> {
  const { value } = await readYamlDocument({
    path,
    schema: IgnitionSettings,
    name: 'ignition-settings',
    code: 'IGNITION_SETTINGS_INVALID',
    maxBytes,
    ...options,
  })
  return value
}
