import { readFileSync } from 'node:fs'

/** The version in package.json, which lies two folders up from the sources and three from the built files. */
export function ownVersion(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    const version = versionIn(new URL(up, import.meta.url))
    if (version !== undefined) return version
  }
  return '0.0.0'
}

function versionIn(url: URL): string | undefined {
  try {
    const found = JSON.parse(readFileSync(url, 'utf8')) as { name?: string; version?: string }
    return found.name === 'osferry' ? found.version : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
