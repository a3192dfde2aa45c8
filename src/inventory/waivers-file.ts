import { Waivers } from '../model/waivers.ts'
import type { Language } from '../model/text.ts'
import { parseSelector } from '../model/selector.ts'
import { MigrationError, isMigrationError } from '../model/errors.ts'
import { readYamlDocument, type YamlDocument } from './yaml-document.ts'

/**
 * Reads waivers/v1 (YAML or JSON). A waiver without reason, owner or end, with an unknown key, or with a selector that
 * cannot be read is WAIVERS_INVALID with file:line:column.
 */
export async function readWaivers(path: string, options: { language?: Language } = {}): Promise<Waivers> {
  const document = await readYamlDocument({
    path,
    schema: Waivers,
    name: 'waivers',
    code: 'WAIVERS_INVALID',
    ...options,
  })
  for (const index of document.value.waivers.keys()) checkSelector(document, index, path)
  return document.value
}

function checkSelector({ value, lineOf }: YamlDocument<Waivers>, index: number, path: string): void {
  const selector = value.waivers[index]?.selector ?? ''
  try {
    parseSelector(selector)
  } catch (error) {
    if (!isMigrationError(error)) throw error
    const line = lineOf(['waivers', index, 'selector'])
    throw new MigrationError(
      'WAIVERS_INVALID',
      `${path}:${line}: waivers[${index}].selector: ${error.message}`,
      {
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        details: { file: path, line, path: `waivers[${index}].selector` },
        cause: error,
      },
    )
  }
}
