import type { IgnitionConfig } from '../ignition/config.ts'
import { lintIgnitionText } from '../ignition/lint.ts'
import { translateButane } from '../inventory/butane.ts'
import { readBounded } from '../inventory/read-bounded.ts'
import { MigrationError } from '../model/errors.ts'
import type { CommandContext } from './context.ts'

const maxBytes = 32 * 1024 * 1024

/**
 * A team's own configuration: Ignition, or Butane by its ending. Throws IGNITION_INVALID with every error and its place, and what
 * butane says.
 */
export async function readOwnConfig(
  { env, signal, say }: Pick<CommandContext, 'env' | 'signal' | 'say'>,
  path: string,
): Promise<IgnitionConfig> {
  const isButane = /\.(bu|butane|ya?ml)$/i.test(path)
  const text = isButane ? await translateButane(path, { env, signal }) : await readBounded(path, { maxBytes })
  const { config, issues } = lintIgnitionText(text)
  const errors = issues.filter(({ severity }) => severity === 'error')
  if (config !== undefined && errors.length === 0) return config
  const lines = errors.slice(0, 20).map(({ path: at, message }) => `${at.join('.')}: ${say(message)}`)
  throw new MigrationError('IGNITION_INVALID', [`${path} is not valid:`, ...lines].join('\n  '), {
    hint: `osferry ignition validate ${path} lists all errors of an Ignition file`,
    details: { file: path },
  })
}
