import { homedir } from 'node:os'
import type { ApiClient } from '../cluster/client.ts'
import type { Cluster } from '../model/cluster-port.ts'
import type { CommandContext } from './context.ts'

/** A way to a cluster: what speaks HTTP, and the port that everything above it uses; closing the port closes both. */
export interface OpenedCluster {
  client: ApiClient
  cluster: Cluster
}

/** Opens the cluster that `--kubeconfig` and `--context` choose; nothing is sent yet. Throws CLUSTER_CONFIG_*. */
export async function openCluster(context: CommandContext): Promise<OpenedCluster> {
  const { settings, env, cwd, language } = context
  // Loaded here: commands that name no cluster do without.
  const { readClusterLogin } = await import('../inventory/kubeconfig.ts')
  const { openClient } = await import('../cluster/client.ts')
  const { openClusterPort } = await import('../cluster/cluster.ts')
  const login = await readClusterLogin({
    file: settings.text('cluster.kubeconfig'),
    context: settings.text('cluster.context'),
    env,
    home: env['HOME'] ?? homedir(),
    cwd,
    language,
  })
  const client = openClient(login, env)
  return { client, cluster: openClusterPort(client) }
}
