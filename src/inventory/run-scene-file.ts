import { dirname } from 'node:path'
import { RunScene } from '../model/run-scene.ts'
import { ensureStateDirectory, writeFileAtomically } from './atomic-file.ts'
import { parseJsonDocument } from './json-document.ts'
import { readBounded } from './read-bounded.ts'

/** Reads run-scene/v1. Throws DOCUMENT_*. */
export async function readRunScene(path: string): Promise<RunScene> {
  const text = await readBounded(path, { maxBytes: 64 * 1024 })
  return parseJsonDocument(text, { path, schema: RunScene, name: 'run-scene' })
}

/** Writes it, in a directory for state. */
export async function writeRunScene(path: string, scene: RunScene): Promise<void> {
  ensureStateDirectory(dirname(path))
  await writeFileAtomically(path, `${JSON.stringify(scene, null, 2)}\n`)
}
