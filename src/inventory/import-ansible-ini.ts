import { MigrationError } from '../model/errors.ts'
import { expandAnsibleRange, pythonLiteral, shellWords, splitPort } from './ansible-text.ts'
import { addGroup, addHost, type AnsibleTree } from './ansible-tree.ts'
import type { Place } from './imported.ts'

const section = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/
const groupName = /^([^:\]\s]+)\s*(?:#.*)?$/

/** Groups that were used before their own section: `[web:vars]`, or as a child. */
type Pending = Map<string, { place: Place; parent?: string }>

/** Reads Ansible's INI inventory into the tree. Throws INVENTORY_INVALID with file:line. */
export function readAnsibleIni(tree: AnsibleTree, text: string, file: string): void {
  const pending: Pending = new Map()
  let group = 'ungrouped'
  let kind = 'hosts'
  for (const [index, raw] of text.split(/\r\n|[\n\r]/).entries()) {
    const line = raw.trim()
    const place = { file, line: index + 1 }
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const found = section.exec(line)
    if (found) {
      group = found[1] ?? ''
      kind = sectionKind(found[2], line, place)
      openSection(tree, pending, { group, kind, place })
    } else if (line.startsWith('[') && line.endsWith(']'))
      throw invalid(place, `${line} is not a section: write [group], [group:children] or [group:vars]`)
    else readLine(tree, pending, { group, kind, line, place })
  }
  for (const [name, { place, parent }] of pending) {
    const where = parent === undefined ? `[${name}:vars]` : `[${parent}:children]`
    throw invalid(place, `${where} speaks of the group ${name}, which is not defined`)
  }
}

interface Line {
  group: string
  kind: string
  line: string
  place: Place
}

function sectionKind(kind: string | undefined, line: string, place: Place): string {
  if (kind === undefined) return 'hosts'
  if (['hosts', 'children', 'vars'].includes(kind)) return kind
  throw invalid(place, `section ${line} has the unknown type ${kind}; expected children or vars`)
}

function openSection(tree: AnsibleTree, pending: Pending, { group, kind, place }: Omit<Line, 'line'>): void {
  const isNew = !tree.groups.has(group) && !pending.has(group)
  if (kind !== 'vars') pending.delete(group)
  else if (isNew) pending.set(group, { place })
  addGroup(tree, group)
}

function readLine(tree: AnsibleTree, pending: Pending, { group, kind, line, place }: Line): void {
  if (kind === 'hosts') readHosts(tree, group, { line, place })
  else if (kind === 'vars') {
    const [name, value] = assignment(line, place)
    addGroup(tree, group).vars.set(name, { value, place })
  } else {
    const child = groupName.exec(line)?.[1]
    if (child === undefined) throw invalid(place, `expected the name of a group, found: ${line}`)
    if (!tree.groups.has(child)) pending.set(child, { place, parent: group })
    addGroup(tree, group).children.add(child)
    addGroup(tree, child)
  }
}

function readHosts(tree: AnsibleTree, group: string, { line, place }: { line: string; place: Place }): void {
  const [pattern = '', ...assignments] = words(line, place)
  for (const name of expand(pattern, place)) {
    const host = addHost(tree, name.name, { group, place, port: name.port })
    for (const word of assignments) {
      if (!word.includes('=')) throw invalid(place, `${pattern}: expected name=value, found: ${word}`)
      const at = word.indexOf('=')
      host.vars.set(word.slice(0, at), { value: pythonLiteral(word.slice(at + 1)), place })
    }
  }
}

/** Names and port of a host pattern; shared with the YAML form. Throws INVENTORY_INVALID. */
export function expand(pattern: string, place: Place): { name: string; port?: number | undefined }[] {
  if (pattern === '') throw invalid(place, 'a host without a name')
  if (pattern === '---') throw invalid(place, '--- starts a YAML file, but the rest is not YAML')
  if (pattern.endsWith(':')) throw invalid(place, `host ${pattern} ends in ":", which is for a port`)
  const { pattern: names, port } = splitPort(pattern)
  try {
    return expandAnsibleRange(names).map((name) => ({ name, port }))
  } catch (error) {
    throw invalid(place, `host ${pattern}: ${(error as Error).message}`, error)
  }
}

function words(line: string, place: Place): string[] {
  try {
    return shellWords(line)
  } catch (error) {
    throw invalid(place, `${(error as Error).message}: ${line}`, error)
  }
}

function assignment(line: string, place: Place): [name: string, value: unknown] {
  const at = line.indexOf('=')
  if (at < 0) throw invalid(place, `expected name=value, found: ${line}`)
  return [line.slice(0, at).trim(), pythonLiteral(line.slice(at + 1).trim())]
}

function invalid(place: Place, what: string, cause?: unknown): MigrationError {
  return new MigrationError('INVENTORY_INVALID', `${place.file}:${place.line}: ${what}`, {
    hint: 'check how Ansible reads it: ansible-inventory --list -i FILE',
    details: { ...place },
    cause,
  })
}
