import { glob } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import type { Notes, Place } from './imported.ts'
import { readBounded } from './read-bounded.ts'
import { shellWords } from './ansible-text.ts'

/** What an ssh_config and the files it includes name. */
export interface SshConfigHosts {
  /** Concrete names (no `*`, `?`, `!`), in order, with their first place. */
  names: Map<string, Place>
  /** It holds Match blocks: only ssh itself can tell what applies. */
  hasMatch: boolean
  files: string[]
}

const maxDepth = 16

/** Finds the concrete Host names of an ssh_config and its Includes (ssh_config(5)); wildcard patterns are noted. */
export async function findSshConfigHosts(path: string, notes: Notes): Promise<SshConfigHosts> {
  const found: SshConfigHosts = { names: new Map(), hasMatch: false, files: [] }
  await readFile(path, { found, notes, depth: 0 })
  return found
}

interface Walk {
  found: SshConfigHosts
  notes: Notes
  depth: number
}

async function readFile(path: string, { found, notes, depth }: Walk): Promise<void> {
  if (depth > maxDepth || found.files.includes(path)) return
  found.files.push(path)
  const text = await readBounded(path, { notFound: 'INVENTORY_NOT_FOUND' })
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const directive = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.+)$/.exec(line)
    const keyword = directive?.[1]?.toLowerCase()
    const place = { file: path, line: index + 1 }
    if (keyword === 'host') readNames(words(directive?.[2] ?? ''), place, { found, notes, depth })
    else if (keyword === 'match') found.hasMatch = true
    else if (keyword === 'include')
      for (const pattern of words(directive?.[2] ?? ''))
        for (const file of await included(pattern, path))
          await readFile(file, { found, notes, depth: depth + 1 })
  }
}

function readNames(patterns: readonly string[], place: Place, { found, notes }: Walk): void {
  for (const pattern of patterns) {
    if (/[*?!]/.test(pattern)) {
      if (patterns.length > 1 || pattern === '*') continue
      const en = 'Host patterns with wildcards name no host and were left out (their settings still apply)'
      notes.add({ en, zh: '带通配符的 Host 模式不对应具体主机，已忽略（其设置仍然生效）' }, place)
    } else if (/^[A-Za-z0-9_:][A-Za-z0-9_.:%-]*$/.test(pattern)) {
      if (!found.names.has(pattern)) found.names.set(pattern, place)
    } else {
      const en = `${JSON.stringify(pattern)} is not a host name and was left out`
      notes.add({ en, zh: `${JSON.stringify(pattern)} 不是有效的主机名，已忽略` }, place)
    }
  }
}

/** Relative Includes are below ~/.ssh for a user's file and below /etc/ssh for the system's. */
async function included(pattern: string, from: string): Promise<string[]> {
  const home = pattern.startsWith('~/') ? join(homedir(), pattern.slice(2)) : pattern
  const base = from.startsWith('/etc/ssh/') ? '/etc/ssh' : join(homedir(), '.ssh')
  const absolute = isAbsolute(home) ? home : join(base, home)
  if (!/[*?[]/.test(absolute)) return [absolute].filter((file) => dirname(file) !== file)
  const files: string[] = []
  for await (const file of glob(absolute)) files.push(file)
  return files.sort()
}

function words(text: string): string[] {
  try {
    return shellWords(text)
  } catch {
    return text.split(/\s+/).filter((word) => word !== '')
  }
}
