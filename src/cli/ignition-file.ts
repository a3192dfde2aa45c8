import { resolve } from 'node:path'
import { lintIgnitionText } from '../ignition/lint.ts'
import { readBounded } from '../inventory/read-bounded.ts'
import { MigrationError } from '../model/errors.ts'
import { ignitionSpecs, type IgnitionSpec } from '../model/os-profile.ts'
import type { CommandContext } from './context.ts'

const maxBytes = 32 * 1024 * 1024

/** The text of a configuration that somebody has named. Rejects with DOCUMENT_* errors. */
export async function readIgnitionFile({ cwd }: Pick<CommandContext, 'cwd'>, path: string): Promise<string> {
  return await readBounded(resolve(cwd, path), { maxBytes })
}

/** What a machine would boot with as it is: its text, and the specification of it. Rejects with IGNITION_INVALID and DOCUMENT_* errors. */
export async function readSoundIgnition(
  context: Pick<CommandContext, 'cwd'>,
  path: string,
): Promise<{ text: string; spec: IgnitionSpec }> {
  const text = await readIgnitionFile(context, path)
  const { config, issues } = lintIgnitionText(text)
  const spec = ignitionSpecs.find((known) => known === config?.ignition.version)
  if (spec !== undefined && issues.every(({ severity }) => severity !== 'error')) return { text, spec }
  throw new MigrationError('IGNITION_INVALID', `${path} would fail on the machine`, {
    hint: `osferry ignition validate ${path} names every error by its place`,
  })
}
