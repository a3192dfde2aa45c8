import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  chown,
  lchown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts'
import { gathered } from '../support/gathered.ts'

const { signal } = new AbortController()
const module = new URL('../../src/artifacts/directory-store.ts', import.meta.url).href
const somebodyElse = 65_534
let base: string
let root: string

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'osferry-parked-'))
  root = join(base, 'state/parked')
  onTestFinished(() => rm(base, { recursive: true, force: true }))
})

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text))
}

it('makes directories and files that only their owner can open', async () => {
  await createDirectoryStore(root).write('run/node/a', one('x'), { signal })
  for (const path of [root, join(root, 'run'), join(root, 'run/node')])
    expect((await lstat(path)).mode & 0o777).toBe(0o700)
  expect((await lstat(join(root, 'run/node/a'))).mode & 0o777).toBe(0o600)
})

it.each([
  [
    'that others may write',
    async () => mkdir(root).then(() => chmod(root, 0o777)),
    /written by others \(mode 0777\)/,
  ],
  ['that a group may write', async () => mkdir(root).then(() => chmod(root, 0o770)), /mode 0770/],
  ['of another user', async () => mkdir(root).then(() => chown(root, somebodyElse, 0)), /uid 65534/],
  ['that is a file', () => writeFile(root, ''), /is not a directory/],
  [
    'behind a symbolic link of another user',
    async () => {
      await mkdir(join(base, 'there'), { mode: 0o700 })
      await symlink(join(base, 'there'), root)
      await lchown(root, somebodyElse, 0)
    },
    /symbolic link of another user/,
  ],
])('refuses a directory %s', async (_, make, message) => {
  await mkdir(dirname(root))
  await make()
  const store = createDirectoryStore(root)
  const refusal = { code: 'ARTIFACT_STORE_UNSAFE', message: expect.stringMatching(message) as string }
  await expect(store.write('a', one('x'), { signal })).rejects.toMatchObject(refusal)
  await expect(store.read('a', { signal })).rejects.toMatchObject(refusal)
  await expect(gathered(store.list('', { signal }))).rejects.toMatchObject(refusal)
  await expect(store.remove('a', { signal })).rejects.toMatchObject(refusal)
})

it('follows a symbolic link of its own user', async () => {
  await mkdir(join(base, 'there'), { mode: 0o700 })
  await mkdir(dirname(root))
  await symlink(join(base, 'there'), root)
  await createDirectoryStore(root).write('run/a', one('x'), { signal })
  expect(await readdir(join(base, 'there/run'))).toEqual(['a'])
})

it('neither reads nor removes through a symbolic link in the store', async () => {
  const store = createDirectoryStore(root)
  await store.write('run/a', one('x'), { signal })
  await writeFile(join(base, 'secret'), 'x')
  await symlink(base, join(root, 'out'))
  await symlink(join(base, 'secret'), join(root, 'run/link'))
  const refusal = { code: 'ARTIFACT_STORE_UNSAFE' }
  await expect(store.read('out/secret', { signal })).rejects.toMatchObject(refusal)
  await expect(store.remove('out/secret', { signal })).rejects.toMatchObject(refusal)
  await expect(store.read('run/link', { signal })).rejects.toMatchObject(refusal)
  await expect(store.write('out/new', one('x'), { signal })).rejects.toMatchObject({
    message: expect.stringContaining('not a directory') as string,
  })
  expect(await gathered(store.list('', { signal }))).toEqual([{ key: 'run/a', bytes: 1 }])
})

it('leaves files of others alone', async () => {
  const store = createDirectoryStore(root)
  await store.write('run/a', one('x'), { signal })
  const others = ['.a.readme', '.a.0123456789ab.part.txt', '.b.0123456789ab.part', 'run notes']
  for (const name of others) await writeFile(join(root, 'run', name), '')
  await store.remove('run/a', { signal })
  await store.write('run/a', one('x'), { signal })
  expect((await readdir(join(root, 'run'))).sort()).toEqual([...others, 'a'].sort())
  expect(await gathered(store.list('', { signal }))).toEqual([{ key: 'run/a', bytes: 1 }])
})

it('shows nothing of a write that was killed, and the next one takes it away', async () => {
  const program = `
    import { createDirectoryStore } from ${JSON.stringify(module)}
    async function* begun() {
      yield Buffer.alloc(3 * 1024 * 1024)
      process.stdout.write('begun')
      await new Promise(() => setInterval(() => undefined, 60_000))
    }
    const { signal } = new AbortController()
    await createDirectoryStore(${JSON.stringify(root)}).write('run/a', begun(), { signal })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await readdir(join(root, 'run'))).toEqual([expect.stringMatching(/^\.a\.[0-9a-f]{12}\.part$/)])
  const store = createDirectoryStore(root)
  expect(await gathered(store.list('', { signal }))).toEqual([])
  expect(await store.read('run/a', { signal })).toBeUndefined()
  await store.write('run/a', one('x'), { signal })
  expect(await readdir(join(root, 'run'))).toEqual(['a'])
})

it('leaves nothing behind on a disk that is full, and says so', () => {
  const program = `
    import { readdirSync } from 'node:fs'
    import { createDirectoryStore } from ${JSON.stringify(module)}
    const root = process.argv[1]
    async function* much() { for (let i = 0; i < 8; i++) yield Buffer.alloc(1024 * 1024) }
    const { signal } = new AbortController()
    const error = await createDirectoryStore(root).write('run/a', much(), { signal }).catch((error) => error)
    const { code, message, hint } = error
    console.log(JSON.stringify({ code, message, hint, left: readdirSync(root, { recursive: true }) }))`
  const script =
    'mkdir -p "$1" && mount -t tmpfs -o size=2m,mode=0700 tmpfs "$1" && exec "$2" --input-type=module -e "$3" "$1"'
  const run = spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', root, process.execPath, program], {
    encoding: 'utf8',
  })
  expect(run.stderr).toBe('')
  expect(JSON.parse(run.stdout)).toEqual({
    code: 'ARTIFACT_STORE_FAILED',
    message: `directory ${root} could not keep run/a: no space left on the device`,
    hint: expect.stringContaining('nothing of it was kept: free space there') as string,
    left: [],
  })
})

it('tells a directory in which it may not write from one that is full', async () => {
  await expect(createDirectoryStore('/proc/parked').write('a', one('x'), { signal })).rejects.toMatchObject({
    code: expect.stringMatching(/^ARTIFACT_STORE_(FAILED|DENIED)$/) as string,
    message: expect.stringContaining('directory /proc/parked could not be made') as string,
  })
})
