import type { SettingKey } from './settings.ts'

/** Flags that say how hosts are reached. */
export const sshSettingKeys: readonly SettingKey[] = [
  'ssh.user',
  'ssh.port',
  'ssh.backend',
  'ssh.identityFiles',
  'ssh.jump',
  'ssh.become',
  'ssh.hostKeys',
  'ssh.knownHostsFiles',
  'ssh.connectTimeoutMs',
  'ssh.configFile',
]
