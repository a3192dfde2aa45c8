import { createHash, randomBytes } from 'node:crypto'
import { chmod, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts'
import { canariesIn } from '../support/canaries.ts'
import { gathered } from '../support/gathered.ts'
import { one, park, testStores } from '../support/named-stores.ts'
import { runCli } from './run-cli.ts'

const { signal } = new AbortController()
const stores = testStores()

describe.each(stores.kinds)('osferry data, with a store in $kind', ({ open }) => {
  it('lists what is whole, what was begun and what is damaged', async () => {
    const { store, data } = await open()
    await park(store, 'run-1/node-1/app')
    await park(store, 'run-1/node-2/app', { storedBytes: 5 })
    await park(store, 'run-1/node-3/app', { id: 'run-1/node-9/app' })
    await store.write('run-1/node-4/app/data.tar.zst', one(randomBytes(10)), { signal })
    await store.write('run-1/node-5/app/artifact.json', one(Buffer.from('{')), { signal })
    await store.write('notes', one(randomBytes(10)), { signal })
    const { code, stdout, stderr } = await data('list')
    expect(code).toBe(2)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    expect(lines).toEqual([
      ['ID', 'STATE', 'NODE', 'SOURCE', 'SIZE', 'AGE'].map(
        (title) => expect.stringContaining(title) as string,
      ),
      [
        'run-1/node-1/app',
        'whole',
        'node-1',
        'host-path:/var/lib/app',
        '293 KiB',
        expect.stringMatching(/^1h0[12]m$/),
      ],
      [
        'run-1/node-2/app',
        'damaged',
        'node-2',
        'host-path:/var/lib/app',
        '293 KiB',
        expect.stringMatching(/^1h/),
      ],
      ['run-1/node-3/app', 'damaged', 'node-3', '-', '293 KiB', '-'],
      ['run-1/node-4/app', 'begun, never finished', 'node-4', '-', '10 B', '-'],
      ['run-1/node-5/app', 'damaged', 'node-5', '-', '1 B', '-'],
    ])
    expect(stderr).toContain('damaged: run-1/node-2/app, run-1/node-3/app, run-1/node-5/app')
    expect(stderr).toContain('next: osferry data verify run-1/node-2/app')
  })

  it('verifies every byte, and exits 65 with the names of what is damaged', async () => {
    const { store, data } = await open()
    await park(store, 'run-1/node-1/app')
    expect(await data('verify')).toMatchObject({ code: 0, stderr: '1 whole\n' })
    await park(store, 'run-1/node-2/app', { sha256: '0'.repeat(64) })
    await store.write('run-1/node-3/app/data.tar.zst', one(randomBytes(10)), { signal })
    const all = await data('verify', '-o', 'json')
    expect(all.code).toBe(65)
    expect(JSON.parse(all.stdout)).toMatchObject({
      items: [
        { id: 'run-1/node-1/app', state: 'whole', damage: null },
        { id: 'run-1/node-2/app', state: 'damaged', damage: 'sha256-differs' },
        { id: 'run-1/node-3/app', state: 'begun', damage: null },
      ],
      exit: { code: 65, reason: expect.stringContaining('run-1/node-2/app') as string },
    })
    expect(await data('verify', 'run-1/node-1/app')).toMatchObject({ code: 0 })
    expect(await data('verify', 'run-1/node-3/app')).toMatchObject({ code: 65 })
  })

  it('says which id it does not have', async () => {
    const { data } = await open()
    for (const id of ['run-1/node-1/none', 'node-1']) {
      const { code, stderr } = await data('verify', id)
      expect({ code, stderr }).toEqual({
        code: 65,
        stderr: expect.stringMatching(/has no .*ARTIFACT_NOT_FOUND/s) as string,
      })
    }
    expect(await data('verify', '../x')).toMatchObject({ code: 65 })
  })

  it('exports a whole artifact into a directory that is a store of its own, and writes nothing over', async () => {
    const { store, data } = await open()
    const id = 'run-1/node-1/app'
    const content = await park(store, id)
    const exported = await data('export', id, '--to', 'out')
    expect(exported).toEqual({ code: 0, stdout: `${join(stores.cwd, 'out', id)}\n`, stderr: '' })
    expect((await readFile(join(stores.cwd, 'out', id, 'data.tar.zst'))).equals(content)).toBe(true)
    const copies = await gathered(createDirectoryStore(join(stores.cwd, 'out')).list('', { signal }))
    expect(copies).toEqual(await gathered(store.list('', { signal })))
    const again = await data('export', id, '--to', 'out')
    expect(again.code).toBe(65)
    expect(again.stderr).toContain('ARTIFACT_EXISTS')
  })

  it('exports nothing that is damaged or was only begun', async () => {
    const { store, data } = await open()
    await park(store, 'run-1/node-1/app', { sha256: '0'.repeat(64) })
    await store.write('run-1/node-2/app/data.tar.zst', one(randomBytes(10)), { signal })
    for (const id of ['run-1/node-1/app', 'run-1/node-2/app']) {
      const { code, stderr } = await data('export', id, '--to', 'out')
      expect({ code, stderr }).toEqual({
        code: 65,
        stderr: expect.stringContaining('ARTIFACT_DAMAGED') as string,
      })
    }
    expect(await gathered(createDirectoryStore(join(stores.cwd, 'out')).list('', { signal }))).toEqual([])
  })
})

describe.each(stores.kinds)('a list of files that is not as it was parked, in $kind', ({ open }) => {
  const manifest = randomBytes(500)
  const told = { sha256: createHash('sha256').update(manifest).digest('hex'), bytes: 500, entries: 1 }
  const ids = ['whole', 'changed', 'cut', 'gone'].map((node) => `run-1/${node}/app`)

  async function parkAll() {
    const opened = await open()
    const { store } = opened
    for (const id of ids) await park(store, id, { manifest: told })
    const [whole, changed, cut] = ids.map((id) => `${id}/manifest.ndjson.gz`)
    await store.write(whole!, one(manifest), { signal })
    await store.write(changed!, one(randomBytes(500)), { signal })
    await store.write(cut!, one(manifest.subarray(1)), { signal })
    return opened
  }

  it('is damage: the archive could not be restored', async () => {
    const { data } = await parkAll()
    const verified = await data('verify', '-o', 'json')
    expect(verified.code).toBe(65)
    const { items } = JSON.parse(verified.stdout) as { items: { id: string; damage: string | null }[] }
    expect(new Map(items.map(({ id, damage }) => [id, damage]))).toEqual(
      new Map([
        ['run-1/whole/app', null],
        ['run-1/changed/app', 'manifest-differs'],
        ['run-1/cut/app', 'manifest-differs'],
        ['run-1/gone/app', 'manifest-missing'],
      ]),
    )
    const listed = await data('list')
    expect(listed.code).toBe(2)
    expect(listed.stderr).toContain('damaged: run-1/cut/app, run-1/gone/app\n')
  })

  it('is not exported', async () => {
    const { data } = await parkAll()
    for (const id of ids.slice(1)) {
      const { code, stderr } = await data('export', id, '--to', 'out')
      expect({ id, code, stderr }).toEqual({
        id,
        code: 65,
        stderr: expect.stringContaining('ARTIFACT_DAMAGED') as string,
      })
    }
    const out = createDirectoryStore(join(stores.cwd, 'out'))
    expect(await gathered(out.list('', { signal }))).toEqual([])
    expect(await data('export', ids[0]!, '--to', 'out')).toMatchObject({ code: 0 })
  })
})

it('keeps parked data in the state directory when no store was chosen, and says when there is none', async () => {
  expect(await runCli(['data', 'list'], { cwd: stores.cwd })).toEqual({
    code: 0,
    stdout: '',
    stderr: `nothing is parked in directory ${join(stores.cwd, '.osferry/parked')}\n`,
  })
  await park(createDirectoryStore(join(stores.cwd, '.osferry/parked')), 'run-1/node-1/app')
  expect(await runCli(['data', 'list', '-o', 'name'], { cwd: stores.cwd })).toMatchObject({
    stdout: 'run-1/node-1/app\n',
  })
  const chinese = await runCli(['data', 'verify', '--lang', 'zh-CN'], { cwd: stores.cwd })
  expect(chinese).toMatchObject({ code: 0, stderr: '1 个完整\n' })
})

it('shows the stores among the settings, with the place where they are written', async () => {
  await stores.bucket()
  const { stdout } = await runCli(['config', 'view', '--origin', '-o', 'json'], { cwd: stores.cwd })
  const { settings } = JSON.parse(stdout) as { settings: { key: string }[] }
  expect(settings.find(({ key }) => key === 'stores.cold')).toMatchObject({
    value: { type: 's3', secretAccessKey: 'file:secret' },
    origin: { from: 'file', path: join(stores.cwd, 'osferry.yaml'), line: 3, column: 3 },
  })
  const table = await runCli(['config', 'view', '-o', 'wide'], { cwd: stores.cwd })
  expect(table.stdout).toContain('stores.cold')
})

it('sees a file of the store that was cut off on the disk', async () => {
  const { store, data } = await stores.directory()
  await park(store, 'run-1/node-1/app')
  await truncate(join(stores.cwd, 'disks/nas/run-1/node-1/app/data.tar.zst'), 1000)
  const { code, stdout } = await data('verify')
  expect(code).toBe(65)
  expect(stdout).toContain('its data has another size than when it was parked')
})

it.each([
  ['a store that is not there', ['--store', 'nax'], '', 64, /there is no store nax/],
  [
    'credentials in the file itself',
    [],
    'secretAccessKey: CANARY-plain',
    78,
    /secretAccessKey: expected env:NAME, file:PATH/,
  ],
  ['a user in the endpoint', [], 'endpoint: https://u:CANARY-url@h', 78, /endpoint: expected https:\/\/HOST/],
  ['a key of its own', [], 'sizes: 5', 78, /sizes/],
])('refuses %s and shows no secret', async (...[, argv, line, code, message]) => {
  const lines = [
    'type: s3',
    'endpoint: https://h',
    'bucket: bbb',
    'accessKeyId: env:A',
    'secretAccessKey: env:B',
  ]
  const kept = lines.filter((other) => other.split(':')[0] !== line.split(':')[0])
  const yaml = `stores:\n  nas:\n${[...kept, line].map((text) => `    ${text}\n`).join('')}`
  await writeFile(join(stores.cwd, 'osferry.yaml'), yaml)
  const result = await runCli(['data', 'list', ...argv], { cwd: stores.cwd })
  expect({ code: result.code, stderr: result.stderr }).toEqual({
    code,
    stderr: expect.stringMatching(message) as string,
  })
  expect(canariesIn(result.stderr)).toEqual([])
})

it('shows no secret when the store refuses it, not even with -vv', async () => {
  const { data } = await stores.bucket()
  await writeFile(join(stores.cwd, 'secret'), 'CANARY-wrong')
  await chmod(join(stores.cwd, 'secret'), 0o600)
  const { code, stderr } = await data('list', '-vv')
  expect(code).toBe(77)
  expect(stderr).toContain('ARTIFACT_STORE_DENIED')
  expect(canariesIn(stderr)).toEqual([])
})
