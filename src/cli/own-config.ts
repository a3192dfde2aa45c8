import type { IgnitionConfig } from '../ignition/config.ts'
import { lintIgnitionText } from '../ignition/lint.ts'
import { translateButane } from '../inventory/butane.ts'
import { MigrationError } from '../model/errors.ts'
import type { CommandContext } from './context.ts'
import { readIgnitionFile } from './ignition-file.ts'

/**
 * A team's own configuration: Ignition, or Butane by its ending. Throws IGNITION_INVALID with every error and its place, and what
 * butane says.
 */
export async function readOwnConfig(
  context: Pick<CommandContext, 'cwd' | 'env' | 'signal' | 'say'>,
  path: string,
): Promise<IgnitionConfig> {
  const { env, signal, say } = context
  const isButane = /\.(bu|butane|ya?ml)$/i.test(path)
  const text = isButane ? await translateButane(path, { env, signal }) : await readIgnitionFile(context, path)
  const { config, issues } = lintIgnitionText(text)
  const errors = issues.filter(({ severity }) => severity === 'error')
  if (config !== undefined && errors.length === 0) return config
  const lines = errors.slice(0, 20).map(({ path: at, message }) => `${at.join('.')}: ${say(message)}`)
  throw new MigrationError('IGNITION_INVALID', [`${path} is not valid:`, ...lines].join('\n  '), {
    hint: `osferry ignition validate ${path} lists all errors of an Ignition file`,
    details: { file: path },
  })
}
