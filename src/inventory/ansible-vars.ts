import { readdir, stat } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { parseAnsibleYaml } from './ansible-yaml.ts'
import type { AnsibleTree, AnsibleVars } from './ansible-tree.ts'
import type { Notes } from './imported.ts'
import { readBounded } from './read-bounded.ts'

const extensions = ['', '.yml', '.yaml', '.json']

/** Reads `group_vars` and `host_vars` beside an inventory (file or directory) into the tree, as Ansible does. */
export async function readVarsDirectories(
  tree: AnsibleTree,
  inventoryPath: string,
  notes: Notes,
): Promise<void> {
  const isDirectory = (await stat(inventoryPath)).isDirectory()
  const base = isDirectory ? inventoryPath : dirname(inventoryPath)
  for (const group of tree.groups.values())
    await readVars(join(base, 'group_vars'), group.name, { into: group.fileVars, notes })
  const hostVars = join(base, 'host_vars')
  const names = new Set((await entriesIn(hostVars)).map((name) => name.replace(/\.(yml|yaml|json)$/, '')))
  for (const host of tree.hosts.values())
    if (names.has(host.name)) await readVars(hostVars, host.name, { into: host.fileVars, notes })
}

interface VarsTarget {
  into: AnsibleVars
  notes: Notes
}

/** The first of NAME, NAME.yml, NAME.yaml, NAME.json counts; a directory gives all its files, in order of name. */
async function readVars(directory: string, name: string, target: VarsTarget): Promise<void> {
  if (name.includes('/') || name === '..') return
  for (const extension of extensions) {
    const path = join(directory, `${name}${extension}`)
    const found = await stat(path).catch(() => undefined)
    if (!found) continue
    const files = found.isDirectory() ? await filesBelow(path) : [path]
    for (const file of files) await readVarsFile(file, target)
    return
  }
}

async function filesBelow(directory: string): Promise<string[]> {
  const files: string[] = []
  for (const name of (await entriesIn(directory)).sort()) {
    if (name.startsWith('.') || name.endsWith('~')) continue
    const path = join(directory, name)
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory() && extname(name) === '') files.push(...(await filesBelow(path)))
    else if (found?.isFile() && extensions.includes(extname(name))) files.push(path)
  }
  return files
}

async function readVarsFile(file: string, { into, notes }: VarsTarget): Promise<void> {
  const text = await readBounded(file)
  if (text.startsWith('$ANSIBLE_VAULT')) {
    const en = 'an encrypted (vault) variables file was left out; it is never decrypted'
    notes.add({ en, zh: '加密的（vault）变量文件已忽略；不会解密' }, { file, line: 1 })
    return
  }
  const root = parseAnsibleYaml(text, file)
  for (const { key, value } of root.entries ?? []) into.set(key, { value: value.plain, place: value.place })
}

async function entriesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => [])
}
