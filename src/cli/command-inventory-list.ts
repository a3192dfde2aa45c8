import type { ResolvedHost } from '../model/inventory.ts'
import { defineCommand, done } from './define-command.ts'
import { loadHosts } from './load-hosts.ts'
import { printList } from './output.ts'
import type { Column } from './output.ts'

const columns: readonly Column<ResolvedHost>[] = [
  { key: 'name', title: { en: 'NAME', zh: '名称' }, value: ({ name }) => name },
  { key: 'address', title: { en: 'ADDRESS', zh: '地址' }, value: ({ address }) => address },
  { key: 'user', title: { en: 'USER', zh: '用户' }, value: ({ ssh }) => ssh.user },
  { key: 'groups', title: { en: 'GROUPS', zh: '分组' }, value: ({ groups }) => groups.join(',') },
  { key: 'labels', title: { en: 'LABELS', zh: '标签' }, value: ({ labels }) => labelText(labels) },
  { key: 'port', title: { en: 'PORT', zh: '端口' }, value: ({ ssh }) => String(ssh.port), wide: true },
  { key: 'backend', title: { en: 'CLIENT', zh: '客户端' }, value: ({ ssh }) => ssh.backend, wide: true },
  { key: 'become', title: { en: 'BECOME', zh: '提权' }, value: ({ ssh }) => ssh.become, wide: true },
  {
    key: 'jump',
    title: { en: 'JUMP', zh: '跳板机' },
    value: ({ ssh }) => ssh.jump.map((hop) => hop.name).join(','),
    wide: true,
  },
  {
    key: 'origin',
    title: { en: 'WRITTEN AT', zh: '定义位置' },
    value: ({ origin }) => `${origin.file}:${origin.line}`,
    wide: true,
  },
]

/** `osferry inventory list`: the hosts, ranges expanded. */
export const inventoryList = defineCommand({
  path: 'inventory list',
  settings: ['inventory', 'selector'],
  examples: ['osferry inventory list -l role=worker', 'osferry inventory list -o name'],
  async run(context) {
    const hosts = await loadHosts(context)
    await printList(context, { columns, items: hosts, name: ({ name }) => name })
    return done
  },
})

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .join(',')
}
