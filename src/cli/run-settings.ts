import type { SettingKey } from './settings.ts'
import { sshSettingKeys } from './ssh-setting-keys.ts'

/** Settings of every command that runs a plan: where its cluster and its hosts are, and where data is parked. */
export const runSettings: readonly SettingKey[] = [
  'inventory',
  'cluster.kubeconfig',
  'cluster.context',
  'store',
  ...sshSettingKeys,
]
