import type { HostConnector } from '../model/ports.ts'
import type { SecretEnvironment } from './secrets.ts'
import type { LinkOptions } from './ssh2-links.ts'

/** placeholder until the transport is in. */
export function createOpensshConnector(
  options: LinkOptions & { environment: SecretEnvironment; channels: number },
): HostConnector {
  return {
    connect: () => Promise.reject(new Error(`not yet ${options.channels}`)),
    close: async () => {},
  }
}
