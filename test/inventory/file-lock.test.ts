import { execFileSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { whileLocked } from '../../src/inventory/file-lock.ts'
import { temporaryName } from '../../src/inventory/temporary-name.ts'
import { tempDirectory } from './temp.ts'

const { signal } = new AbortController()
const source = (name: string): string =>
  JSON.stringify(new URL(`../../src/inventory/${name}`, import.meta.url).href)

/** What a program in another process prints. */
function printed(program: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }).trim()
}

/** What the lock of a process that is no more says. */
const left = (): string =>
  printed(`import { temporaryName } from ${source('temporary-name.ts')}; console.log(temporaryName('count'))`)

/** Many at once: each reads, takes its time, and writes one more. */
async function countUp(path: string, times: number): Promise<void> {
  const add = async (): Promise<void> => {
    const count = Number(await readFile(path, 'utf8'))
    await wait(2)
    await writeFile(path, String(count + 1))
  }
  await Promise.all(Array.from({ length: times }, () => whileLocked(path, add, { signal })))
}

it('lets one after the other change a file, and leaves nothing beside it', async () => {
  const directory = await tempDirectory({ count: '0' })
  await countUp(join(directory, 'count'), 12)
  expect(await readFile(join(directory, 'count'), 'utf8')).toBe('12')
  expect(await readdir(directory)).toEqual(['count'])
})

it('takes away the lock of a process that is no more, and of those who see it no two go on', async () => {
  const directory = await tempDirectory({ count: '0', 'count.lock': left() })
  await countUp(join(directory, 'count'), 12)
  expect(await readFile(join(directory, 'count'), 'utf8')).toBe('12')
  expect(await readdir(directory)).toEqual(['count'])
})

it.each([
  ['of a process that is at work', temporaryName('count')],
  ['of another machine or boot', '.count.0123456789ab-1-1.0123456789ab.tmp'],
  ['of nobody knows whom', ''],
])('waits, and names the lock in the end, for that %s', async (_, owner) => {
  const directory = await tempDirectory({ count: '0', 'count.lock': owner })
  const path = join(directory, 'count')
  let isDone = false
  const act = (): Promise<void> => {
    isDone = true
    return Promise.resolve()
  }
  await expect(whileLocked(path, act, { signal, waitMs: 60 })).rejects.toMatchObject({
    code: 'OUTPUT_FAILED',
    message: `${path} could not be written: ${path}.lock stays there`,
  })
  expect([isDone, await readFile(`${path}.lock`, 'utf8')]).toEqual([false, owner])
})

it('gives the lock back when what was done fails, and waits no longer than it is let', async () => {
  const directory = await tempDirectory({ count: '0' })
  const path = join(directory, 'count')
  const failing = whileLocked(path, () => Promise.reject(new Error('not a number')), { signal })
  await expect(failing).rejects.toThrow('not a number')
  expect(await readdir(directory)).toEqual(['count'])
  await writeFile(`${path}.lock`, '')
  const stopped = AbortSignal.timeout(50)
  const waiting = whileLocked(path, () => Promise.resolve(), { signal: stopped })
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
})
