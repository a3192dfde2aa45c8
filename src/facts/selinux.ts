import { defineCollector } from '../model/collector.ts'
import type { CollectorInput } from '../model/collector.ts'

/** Mode that the kernel enforces now, what the configuration says, and policy modules of the administrator. */
export const selinux = defineCollector({
  fact: 'selinux',
  set: 'basic',
  command: 'getenforce; cat /etc/selinux/config; semodule -lfull',
  files: ['/sys/fs/selinux/enforce', '/etc/selinux/config'],
  paths: ['/var/lib/selinux/*/active/modules/100', '/var/lib/selinux/*/active/modules/[4-9]00/*'],
  parse(input) {
    const config = input.text('/etc/selinux/config')
    const enforce = input.text('/sys/fs/selinux/enforce')?.trim()
    const mode = enforce === '1' ? 'enforcing' : enforce === '0' ? 'permissive' : 'disabled'
    const customModules = customModulesOf(input)
    const value = {
      mode,
      configured: setting(config, 'SELINUX'),
      policy: setting(config, 'SELINUXTYPE'),
      customModules: config === undefined && mode === 'disabled' ? [] : customModules,
    } as const
    if (value.customModules !== null) return value
    return { value, degraded: 'the policy store could not be read: local policy modules absent' }
  },
})

function setting(config: string | undefined, key: string): string | null {
  return new RegExp(`^\\s*${key}\\s*=\\s*([\\w-]+)`, 'm').exec(config ?? '')?.[1] ?? null
}

/** The store is a directory a priority; the policy's own modules are at 100, `semodule -i` puts others at 400. */
function customModulesOf(input: CollectorInput): string[] | null {
  const stores = input.pathsMatching('/var/lib/selinux/*/active/modules/100')
  if (stores.length === 0 && input.privilege === 'user') return null
  return [...input.paths.keys()]
    .flatMap(
      (path) => /^\/var\/lib\/selinux\/[^/]+\/active\/modules\/[4-9]\d\d\/([^/]+)$/.exec(path)?.[1] ?? [],
    )
    .sort()
}
