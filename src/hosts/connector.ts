import type { ResolvedHost } from '../model/inventory.ts'
import type { HostConnector, Log, Prompter } from '../model/ports.ts'
import { createCredentialStore } from './credentials.ts'
import { createHopLimits } from './hop-limits.ts'
import { lookUpKeys, systemKnownHosts, type HostKeyPlace } from './host-keys.ts'
import { createKnownHostsFiles } from './known-hosts-files.ts'
import type { SecretEnvironment } from './secrets.ts'
import { createSsh2Connector } from './ssh2-connector.ts'
import type { Keepalive } from './ssh2-dial.ts'

/** What a connector needs from its surroundings; limits left out have the values of a default sshd. */
export interface ConnectorOptions {
  log: Log
  prompter: Prompter
  environment: SecretEnvironment
  /** Handshakes at once through one sshd or jump host (8), programs at once on one connection (4). */
  limits?: { handshakesPerHop?: number; channelsPerConnection?: number }
  /** 5 s x 3 when left out. */
  keepalive?: Keepalive
  /** known_hosts files of the machine; /etc/ssh/ssh_known_hosts when left out. */
  systemKnownHosts?: readonly string[]
}

/** Connects hosts by the backend their settings name; `auto` is ssh2 unless the host needs what only OpenSSH has. */
export function createConnector(options: ConnectorOptions): HostConnector {
  const credentials = createCredentialStore(options)
  const place: HostKeyPlace = {
    files: createKnownHostsFiles(options.log),
    home: options.environment.home,
    systemFiles: options.systemKnownHosts ?? systemKnownHosts,
  }
  const shared = {
    place,
    credentials,
    limits: createHopLimits(options.limits?.handshakesPerHop ?? 8),
    keepalive: options.keepalive ?? { intervalMs: 5000, countMax: 3 },
    channels: options.limits?.channelsPerConnection ?? 4,
  }
  const viaSsh2 = createSsh2Connector(shared)
  let viaOpenssh: Promise<HostConnector> | undefined

  /** Loaded with the first host that needs it: most fleets have none. */
  async function startOpenssh(): Promise<HostConnector> {
    const { createOpensshConnector } = await import('./openssh-connector.ts')
    return createOpensshConnector({ ...shared, environment: options.environment })
  }

  async function needsOpenssh(host: ResolvedHost): Promise<string | null> {
    for (const endpoint of [host, ...host.ssh.jump]) {
      const { ssh, name } = endpoint
      if (ssh.certificateFiles.length > 0) return `${name} has certificate files`
      if (ssh.configFile !== undefined) return `${name} has an ssh_config of its own`
      const kinds = await credentials.keyFiles(endpoint)
      if (ssh.identityFiles.length > 0 && kinds.some(({ kind }) => kind.type?.startsWith('sk-') === true)) {
        return `${name} has a FIDO key`
      }
      const { keys, keysWithoutPort, authorities } = await lookUpKeys(endpoint, place)
      if (keys.length + keysWithoutPort.length === 0 && authorities.length > 0) {
        return `${name} is known by a certificate authority only`
      }
    }
    return null
  }

  return {
    async connect(host, { signal, onVia }) {
      const reason = host.ssh.backend === 'auto' ? await needsOpenssh(host) : null
      const openssh = host.ssh.backend === 'openssh' || reason !== null
      options.log.debug('connecting', { host: host.name, backend: openssh ? 'openssh' : 'ssh2', reason })
      onVia?.(openssh ? 'openssh' : 'ssh2')
      if (!openssh) return await viaSsh2.connect(host, { signal })
      viaOpenssh ??= startOpenssh()
      return await (await viaOpenssh).connect(host, { signal })
    },
    async close() {
      await Promise.all([viaSsh2.close(), viaOpenssh?.then((connector) => connector.close())])
    },
  }
}
