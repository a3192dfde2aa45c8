import { defineCollector } from '../model/collector.ts'
import { distinct } from './marked.ts'

/** Only the list of data sources is printed: the same files may hold passwords and user data. */
const script = `set -- /etc/cloud/cloud.cfg /etc/cloud/cloud.cfg.d/*.cfg
for f; do
  if [ -f "$f" ]; then
    sed -sn '/^[[:space:]]*datasource_list/,/^[^[:space:]-]/{
/datasource_list/p
/^[[:space:]]*-[[:space:]]*[A-Za-z]*[[:space:]]*$/p
}' "$@" 2>/dev/null
    break
  fi
done
exit 0
`

/** Whether cloud-init is there, would run at the next boot, and for which data sources it looks. */
export const cloudInit = defineCollector({
  fact: 'cloudInit',
  set: 'full',
  command:
    'systemctl is-enabled cloud-init; grep datasource_list /etc/cloud/cloud.cfg /etc/cloud/cloud.cfg.d/*',
  script,
  files: ['/proc/cmdline'],
  paths: [
    '/usr/bin/cloud-init',
    '/etc/cloud/cloud-init.disabled',
    '/etc/systemd/system/*.wants/cloud-init.service',
    '/etc/systemd/system/*.wants/cloud-init-local.service',
  ],
  parse(input) {
    const cmdline = input.files.get('/proc/cmdline')
    const words = cmdline?.status === 'read' ? cmdline.text.trim().split(/\s+/) : []
    const installed = input.paths.has('/usr/bin/cloud-init')
    const linked = input.pathsMatching('/etc/systemd/system/*.wants/cloud-init*.service').length > 0
    const off = input.paths.has('/etc/cloud/cloud-init.disabled') || words.includes('cloud-init=disabled')
    return { installed, enabled: installed && linked && !off, datasources: dataSources(input.stdout) }
  },
})

/** `datasource_list: [ AliYun, None ]`, or one `- AliYun` a line. */
export function dataSources(text: string): string[] {
  const names = text.split('\n').flatMap((line) => {
    const item = /^\s*-\s*([A-Za-z]+)\s*$/.exec(line)?.[1]
    const list = /^\s*datasource_list\s*:\s*\[([^\]]*)\]?/.exec(line)?.[1]
    return item === undefined ? (list ?? '').split(',') : [item]
  })
  return distinct(
    names
      .map((name) => name.trim().replaceAll(/^["']|["']$/g, ''))
      .filter((name) => /^[A-Za-z]+$/.test(name)),
  )
}
