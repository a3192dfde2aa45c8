import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The file of the only object of this name in a store that is a directory. */
export function objectOf(store: string, name: string): string {
  const found = readdirSync(store, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith(`/${name}`),
  )
  return join(store, found!)
}
