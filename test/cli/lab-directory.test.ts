import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { claimLabDirectory } from '../../src/cli/lab-directory.ts'
import { tempDirectory } from '../inventory/temp.ts'

it('takes a new or empty directory, and one of its own again', async () => {
  const path = join(await tempDirectory(), 'a/b')
  await claimLabDirectory(path, 'demo')
  expect(await readdir(path)).toEqual(['.osferry-demo'])
  await claimLabDirectory(path, 'demo')
  await expect(claimLabDirectory(path, 'lab')).rejects.toMatchObject({ code: 'USAGE' })
})

it('refuses a directory with anything else in it, and writes nothing there', async () => {
  const path = await tempDirectory({ 'inventory.yaml': 'mine' })
  await expect(claimLabDirectory(path, 'lab')).rejects.toMatchObject({ code: 'USAGE' })
  expect(await readdir(path)).toEqual(['inventory.yaml'])
})

it('says what is wrong with a path that cannot be a directory', async () => {
  const path = await tempDirectory({ file: '' })
  await expect(claimLabDirectory(join(path, 'file'), 'lab')).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
})
