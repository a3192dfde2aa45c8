import { MigrationError } from '../model/errors.ts'
import { addGroup, addHost, type AnsibleTree, type AnsibleVars } from './ansible-tree.ts'
import { parseAnsibleYaml, type PlacedValue } from './ansible-yaml.ts'
import { expand } from './import-ansible-ini.ts'
import type { Notes, Place } from './imported.ts'

/** Reads Ansible's YAML inventory (`all: {hosts, vars, children}`, nested) into the tree. Throws INVENTORY_INVALID. */
export function readAnsibleYaml(
  tree: AnsibleTree,
  text: string,
  { file, notes }: { file: string; notes: Notes },
): void {
  const root = parseAnsibleYaml(text, file)
  if (root.entries === undefined)
    throw invalid(root.place, 'expected groups as keys, for example all: with hosts: below')
  if (root.entries.some(({ key }) => key === 'plugin'))
    throw new MigrationError(
      'INVENTORY_INVALID',
      `${file} configures an inventory plugin, it lists no hosts`,
      {
        hint: `let Ansible resolve it first: ansible-inventory -i ${file} --list --yaml > hosts.yaml`,
      },
    )
  for (const { key, value } of root.entries) readGroup(tree, key, { value, notes, path: [] })
}

interface GroupContext {
  value: PlacedValue
  notes: Notes
  path: readonly string[]
}

function readGroup(tree: AnsibleTree, name: string, { value, notes, path }: GroupContext): void {
  const group = addGroup(tree, name)
  if (path.includes(name)) throw invalid(value.place, `group ${name} contains itself`)
  if (value.plain === null) return
  if (value.entries === undefined) {
    const en = `${name} is not a group: its value is not a mapping`
    notes.add({ en, zh: `${name} 不是主机组：它的值不是映射` }, value.place)
    return
  }
  for (const { key, value: part } of value.entries) {
    const context = { value: part, notes, path: [...path, name] }
    if (key === 'vars') for (const entry of mapping(part, name)) setVar(group.vars, entry)
    else if (key === 'hosts') readHosts(tree, name, context)
    else if (key === 'children')
      for (const child of mapping(part, name)) {
        group.children.add(child.key)
        readGroup(tree, child.key, { ...context, value: child.value })
      }
    else
      notes.add(
        { en: `${name}: unknown key ${key} left out`, zh: `${name}：忽略未知的键 ${key}` },
        part.place,
      )
  }
}

function readHosts(tree: AnsibleTree, group: string, { value }: GroupContext): void {
  for (const { key, value: vars } of mapping(value, group))
    for (const { name, port } of expand(key, vars.place)) {
      const host = addHost(tree, name, { group, place: vars.place, port })
      for (const entry of mapping(vars, key)) setVar(host.vars, entry)
    }
}

/** Entries of a mapping; a lone string is one key without a value, nothing is no entries. */
function mapping(value: PlacedValue, owner: string): { key: string; value: PlacedValue }[] {
  if (value.entries) return value.entries
  if (value.plain === null) return []
  if (typeof value.plain === 'string' && value.plain !== '')
    return [{ key: value.plain, value: { plain: null, place: value.place } }]
  throw invalid(value.place, `${owner}: expected a mapping (name: value)`)
}

function setVar(vars: AnsibleVars, { key, value }: { key: string; value: PlacedValue }): void {
  vars.set(key, { value: value.plain, place: value.place })
}

function invalid(place: Place, what: string): MigrationError {
  return new MigrationError('INVENTORY_INVALID', `${place.file}:${place.line}: ${what}`, {
    hint: 'check how Ansible reads it: ansible-inventory --list -i FILE',
    details: { ...place },
  })
}
