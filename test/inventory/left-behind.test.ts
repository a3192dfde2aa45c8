import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createAtomicFile } from '../../src/inventory/atomic-file.ts'
import { removeLeftBehind } from '../../src/inventory/left-behind.ts'
import { isLeftBehind, temporaryName } from '../../src/inventory/temporary-name.ts'
import { tempDirectory } from './temp.ts'

const source = new URL('../../src/inventory/atomic-file.ts', import.meta.url).href

/** Another process, in the middle of writing a file; gives how to kill it. */
async function writing(path: string): Promise<() => Promise<void>> {
  const program = `
    import { createAtomicFile } from ${JSON.stringify(source)}
    const file = (globalThis.kept = await createAtomicFile(${JSON.stringify(path)}))
    await file.write('half')
    console.log('begun')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  await Promise.race([once(child.stdout, 'data'), ended])
  return kill
}

const temporary = async (directory: string): Promise<string[]> =>
  (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.tmp'))

it('takes away what a killed process has left, and nothing of one that is at work', async () => {
  const state = await tempDirectory()
  await mkdir(join(state, 'runs'))
  const kill = await writing(join(state, 'runs', 'killed.json'))
  await writing(join(state, 'runs', 'at-work.json'))
  const own = await createAtomicFile(join(state, 'own.json'))
  expect(await temporary(state)).toHaveLength(3)
  expect(await removeLeftBehind(state)).toEqual([])
  await kill()
  expect(await removeLeftBehind(state)).toEqual([expect.stringContaining('/runs/.killed.json.')])
  expect((await temporary(state)).toSorted()).toEqual([
    expect.stringMatching(/^\.own\.json\./),
    expect.stringMatching(/^runs\/\.at-work\.json\./),
  ])
  await own.abandon()
})

it('leaves alone what may be of others', async () => {
  const state = await tempDirectory()
  const ours = temporaryName('a.json')
  const [, where = ''] = /\.([0-9a-f]{12})-\d+-\d+\./.exec(ours) ?? []
  const gone = `${where}-${process.pid}-1.0123456789ab.tmp`
  const left = `.a.json.${gone}`
  const names = [
    ours,
    `.a.json.${where.replace(/./g, '0')}-${process.pid}-1.0123456789ab.tmp`,
    '.a.json.0123456789ab.tmp',
    `a.json.${gone}`,
    `${left}.txt`,
  ]
  await mkdir(join(state, 'parked'))
  for (const name of [...names, left, join('parked', left)]) await writeFile(join(state, name), 'x')
  await symlink('/etc', join(state, 'link'))
  await symlink('/etc/hostname', join(state, `.b.json.${gone}`))
  await mkdir(join(state, `.c.json.${gone}`))
  expect(names.filter(isLeftBehind)).toEqual([])
  expect(await removeLeftBehind(state)).toEqual([join(state, left)])
  expect(await removeLeftBehind(join(state, 'nowhere'))).toEqual([])
})

it('keeps names of files within what file systems take', () => {
  expect(Buffer.byteLength(temporaryName('x'.repeat(255)))).toBeLessThanOrEqual(255)
})
