import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { RolldownOutput } from 'rolldown'

interface Manifest {
  name: string
  version: string
  license?: string
}

/** The licences of all packages that went into a bundle, as one text. Throws when one has none. */
export function licencesOf(output: RolldownOutput, root: string): string {
  const folders = new Set<string>()
  for (const item of output.output) {
    if (item.type === 'chunk')
      for (const id of item.moduleIds) for (const folder of packageOf(relative(root, id))) folders.add(folder)
  }
  const texts = [...folders].toSorted().map((folder) => licenceOf(join(root, folder)))
  return `The packages below are part of the files in this directory.\n\n${texts.join('\n')}`
}

/** The packages in each chunk, by file name: what a test of lazy loading asks. */
export function packagesByChunk(output: RolldownOutput, root: string): Record<string, string[]> {
  const chunks = output.output.filter((item) => item.type === 'chunk')
  return Object.fromEntries(
    chunks.map(({ fileName, moduleIds }) => {
      const names = moduleIds.flatMap((id) => packageOf(relative(root, id)))
      return [fileName, [...new Set(names.map((name) => name.replace(/^.*node_modules\//, '')))].toSorted()]
    }),
  )
}

/** `node_modules/a/node_modules/@b/c/x.js` is of `node_modules/a/node_modules/@b/c`. */
function packageOf(path: string): string[] {
  const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)
  return found === null ? [] : [found[0]]
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as Manifest
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined && license === undefined) throw new Error(`${name} states no licence`)
  const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
  return `${'-'.repeat(80)}\n${name} ${version} (${license ?? 'see below'})\n${text}`
}
