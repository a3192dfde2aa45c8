import { homedir } from 'node:os'
import { createConnector, type ConnectorOptions } from '../hosts/connector.ts'
import type { HostConnector, Prompter } from '../model/ports.ts'
import type { CommandContext } from './context.ts'

/** A connector of this process: its variables, its home, its log. */
export function connectorFor(
  context: Pick<CommandContext, 'log' | 'env'>,
  prompter: Prompter,
  options: Pick<ConnectorOptions, 'systemKnownHosts'> = {},
): HostConnector {
  const { log, env } = context
  return createConnector({ log, prompter, environment: { variables: env, home: homeOf(env) }, ...options })
}

/** The home directory that `~` stands for. */
export function homeOf(env: CommandContext['env']): string {
  return env['HOME'] ?? homedir()
}
