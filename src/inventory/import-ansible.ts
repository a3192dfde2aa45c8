import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MigrationError } from '../model/errors.ts'
import type { InventoryGroup } from '../model/inventory.ts'
import { noteLeftOut, type LeftOut } from './ansible-labels.ts'
import { settingsFromVars } from './ansible-settings.ts'
import { createTree, effectiveVars, membershipOf, type AnsibleTree } from './ansible-tree.ts'
import { readVarsDirectories } from './ansible-vars.ts'
import { readAnsibleIni } from './import-ansible-ini.ts'
import { readAnsibleYaml } from './import-ansible-yaml.ts'
import { createNotes, toLabelKey, type ImportedHost, type ImportedSource, type Notes } from './imported.ts'
import { readBounded, readFailure } from './read-bounded.ts'

/** Files in an inventory directory that Ansible does not read. */
const ignoredFiles =
  /(^\.|~$|\.(orig|bak|swp|ini|cfg|retry|pyc|pyo|rpm|md|txt|rst)$|^(group_vars|host_vars|vars_plugins)$)/

/**
 * Imports an Ansible inventory: INI or YAML, or a directory of them, with `group_vars` and `host_vars`. Every host gets
 * the settings that Ansible would use. Nothing is executed and nothing is decrypted; what is left out is noted.
 */
export async function importAnsible(path: string): Promise<ImportedSource> {
  const notes = createNotes()
  const tree = createTree()
  await readSource(tree, path, notes)
  await readVarsDirectories(tree, path, notes)
  return convert(tree, path, notes)
}

async function readSource(tree: AnsibleTree, path: string, notes: Notes): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw readFailure(path, error, 'INVENTORY_NOT_FOUND')
  })
  if (found.isDirectory()) {
    for (const name of (await readdir(path)).sort())
      if (!ignoredFiles.test(name)) await readSource(tree, join(path, name), notes)
    return
  }
  const text = await readBounded(path, { notFound: 'INVENTORY_NOT_FOUND' })
  if (text.startsWith('#!') && (found.mode & 0o111) !== 0) {
    const en = 'an inventory script was not run; import what it prints: ansible-inventory --list --yaml'
    notes.add(
      { en, zh: '未运行清单脚本；请导入其输出：ansible-inventory --list --yaml' },
      { file: path, line: 1 },
    )
    return
  }
  if (text.startsWith('$ANSIBLE_VAULT'))
    throw new MigrationError('INVENTORY_INVALID', `${path} is encrypted (vault); osferry never decrypts it`, {
      hint: `ansible-inventory -i ${path} --list --yaml --ask-vault-pass > hosts.yaml, then import that`,
    })
  if (isYaml(path, text)) readAnsibleYaml(tree, text, { file: path, notes })
  else readAnsibleIni(tree, text, path)
}

/** By name, and for files without one by the first line that says something. */
function isYaml(path: string, text: string): boolean {
  if (/\.(ya?ml|json)$/i.test(path)) return true
  if (/\.[A-Za-z]+$/.test(path) && !/\.(hosts|inventory)$/.test(path)) return false
  const first = text.split('\n').find((line) => !/^\s*([#;].*)?$/.test(line)) ?? ''
  return /^(---|\{|[\w.-]+:\s*(#.*)?$)/.test(first)
}

function convert(tree: AnsibleTree, path: string, notes: Notes): ImportedSource {
  const { direct, ordered } = memberships(tree, path)
  const keys = groupKeys(tree, notes, path)
  const hosts: ImportedHost[] = []
  const leftOut: LeftOut = new Map()
  for (const host of tree.hosts.values()) {
    const vars = effectiveVars(host, ordered.get(host.name) ?? [])
    const settings = settingsFromVars(vars, {
      host: host.name,
      place: host.place,
      notes,
      leftOut,
      own: new Set([...host.vars.keys(), ...host.fileVars.keys()]),
    })
    if (!settings) continue
    const groups = (direct.get(host.name) ?? []).flatMap((name) => keys.get(name) ?? [])
    hosts.push({ name: host.name, place: host.place, groups, ...settings })
  }
  noteLeftOut(leftOut, notes)
  const groups: Record<string, InventoryGroup> = {}
  for (const group of tree.groups.values()) {
    const key = keys.get(group.name)
    const children = [...group.children].flatMap((child) => keys.get(child) ?? [])
    if (key !== undefined) groups[key] = children.length > 0 ? { children } : {}
  }
  return { hosts, groups, notes: notes.list() }
}

function memberships(tree: AnsibleTree, path: string): ReturnType<typeof membershipOf> {
  try {
    return membershipOf(tree)
  } catch (error) {
    throw new MigrationError('INVENTORY_INVALID', `${path}: ${(error as Error).message}`, { cause: error })
  }
}

/** Ansible's `all` and `ungrouped` hold no meaning here; names with other characters than ours are changed and noted. */
function groupKeys(tree: AnsibleTree, notes: Notes, path: string): Map<string, string> {
  const keys = new Map<string, string>()
  for (const name of tree.groups.keys()) {
    if (name === 'all' || name === 'ungrouped') continue
    const key = toLabelKey(name)
    if (key !== undefined) keys.set(name, key)
    if (key === name) continue
    const en = key === undefined ? `group ${name} was left out` : `group ${name} is called ${key} here`
    const zh = key === undefined ? `忽略主机组 ${name}` : `主机组 ${name} 在此改名为 ${key}`
    notes.add({ en, zh }, { file: path, line: 1 })
  }
  return keys
}
