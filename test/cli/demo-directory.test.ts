import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { claimDemoDirectory } from '../../src/cli/demo-directory.ts'
import { tempDirectory } from '../inventory/temp.ts'

it('takes a new or empty directory, and the one of an earlier demo again', async () => {
  const path = join(await tempDirectory(), 'a/b')
  await claimDemoDirectory(path)
  expect(await readdir(path)).toEqual(['.osferry-demo'])
  await claimDemoDirectory(path)
})

it('refuses a directory with anything else in it, and writes nothing there', async () => {
  const path = await tempDirectory({ 'inventory.yaml': 'mine' })
  await expect(claimDemoDirectory(path)).rejects.toMatchObject({ code: 'USAGE' })
  expect(await readdir(path)).toEqual(['inventory.yaml'])
})

it('says what is wrong with a path that cannot be a directory', async () => {
  const path = await tempDirectory({ file: '' })
  await expect(claimDemoDirectory(join(path, 'file'))).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
})
