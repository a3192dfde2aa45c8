import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { markerOf } from '../../src/artifacts/look-at-host.ts'
import {
  failuresOf,
  dataRun,
  parkedPath,
  process,
  resultOf,
  saveFacts,
  type DataRun,
} from '../support/data-run.ts'
import { bash, describeTree, makeOddTree } from '../support/data-tree.ts'
import { passedMs } from '../support/memory-journal.ts'
import { objectOf } from '../support/store-objects.ts'
import { knownHostsFile, sshHost, sshSettings } from '../support/ssh-host.ts'
import { createSshdBed, killQuietly } from '../support/sshd.ts'
import { startTcpSwitch, type TcpSwitch } from '../support/tcp-switch.ts'
import { startTestMachine, type TestMachine } from '../support/test-machine.ts'

const bed = createSshdBed()
const root = mkdtempSync('/var/tmp/osferry-data-steps-')
let machine: TestMachine
let way: TcpSwitch
let paths = 0

beforeAll(async () => {
  machine = await startTestMachine(bed, {
    osRelease: 'ID="anolis"\nVERSION_ID="8.9"\n',
    kernel: '5.10.134-13.an8.x86_64',
  })
  way = await startTcpSwitch(machine.sshd.port)
})
beforeEach(() => {
  way.to = machine.sshd.port
})
afterAll(async () => {
  await way.close()
  await bed.close()
  rmSync(root, { recursive: true, force: true })
})

/** A directory of the host; what a restore may leave of it elsewhere is taken away. */
function newPath(): string {
  paths += 1
  const path = join(root, `data-${paths}`)
  onTestFinished(() => rmSync(markerOf(path), { force: true }))
  return path
}

function smallTree(path = newPath()): string {
  mkdirSync(path, { recursive: true })
  bash(
    path,
    'mkdir -p a b; echo one > a/one; echo two > b/two; ln -s one a/link; chmod 600 b/two; chown 12:34 b',
  )
  return path
}

/** The test host moves with these directories: its disk is written anew. */
async function runOf(directories: readonly string[], more: Partial<DataRun> = {}): Promise<DataRun> {
  const known = knownHostsFile(bed, `[127.0.0.1]:${way.port} ${machine.publicKey}\n`)
  const settings = sshSettings(bed, { port: way.port, knownHostsFiles: [known] })
  const run = dataRun({
    host: sshHost('127.0.0.1', settings, 'host-1'),
    data: directories.map((path) => parkedPath(path)),
    osRelease: { id: 'anolis', versionPrefix: '8' },
    provision: () => {
      for (const path of directories) rmSync(path, { recursive: true, force: true })
      return Promise.resolve()
    },
    ...more,
  })
  onTestFinished(run.close)
  await saveFacts(run, machine.machineId)
  return run
}

const isMarked = (path: string): boolean => existsSync(markerOf(path))

/** From the begin of a step to its end, by the journal. */
describe('a host that moves with its data', () => {
  it('has everything again, byte by byte, and the journal tells what was parked', async () => {
    const odd = newPath()
    mkdirSync(odd)
    makeOddTree(odd)
    const small = smallTree()
    const before = [describeTree(odd), describeTree(small)]
    const run = await runOf([odd, small])
    run.data.push(parkedPath('/var/other', { action: 'discard' }))
    expect(await process(run)).toMatchObject({ exitCode: 0 })
    expect([describeTree(odd), describeTree(small)]).toEqual(before)
    expect([isMarked(odd), isMarked(small)]).toEqual([false, false])
    expect(resultOf(run, 'data.park')).toMatchObject({
      store: run.store,
      archives: [
        { source: `host-path:${odd}` },
        { source: `host-path:${small}`, entries: 6, files: 2, bytes: 8 },
      ],
      leftAlone: { discard: 1 },
    })
    expect(resultOf(run, 'node.verify-os')).toEqual({
      id: 'anolis',
      versionId: '8.9',
      variantId: null,
      kernel: '5.10.134-13.an8.x86_64',
    })
    expect(resultOf(run, 'data.restore')).toMatchObject({ archives: 2 })
  })

  it.each(['before', 'after'] as const)(
    'ends the same when it is killed %s any record of its steps',
    async (moment) => {
      const path = smallTree()
      const before = describeTree(path)
      const undisturbed = await runOf([path])
      expect(await process(undisturbed)).toMatchObject({ exitCode: 0 })
      const bodies = undisturbed.disk.events.map(({ body }) => body)
      for (const { type, ...rest } of bodies.filter((body) => 'uses' in body)) {
        const run = await runOf([path])
        const where = `${type} ${rest.uses}`
        await process(run, {
          moment,
          is: (body) => body.type === type && 'uses' in body && body.uses === rest.uses,
        })
        expect([where, await process(run)]).toEqual([where, expect.objectContaining({ exitCode: 0 })])
        expect([where, describeTree(path), isMarked(path)]).toEqual([where, before, false])
        expect([where, readdirSync(join(run.store, 'run-1/node-1')).length]).toEqual([where, 1])
      }
    },
    // Some thirty moves over real SSH.
    900_000,
  )

  it('is parked and restored no faster than the plan allows', async () => {
    const maxBytesPerSecond = 256 * 1024
    const path = newPath()
    mkdirSync(path)
    writeFileSync(join(path, 'data'), randomBytes(4.25 * maxBytesPerSecond))
    const run = await runOf([path], { compression: 'none', maxBytesPerSecond })
    expect(await process(run)).toMatchObject({ exitCode: 0 })
    for (const uses of ['data.park', 'data.restore'])
      expect([uses, passedMs(run.disk, uses)]).toEqual([uses, expect.toSatisfy((ms: number) => ms >= 4000)])
  })

  it('writes nothing again that is whole', async () => {
    const [one, two] = [smallTree(), smallTree()]
    const run = await runOf([one, two])
    // The end of the restore is not known: everything is there, and one directory is gone again.
    await process(run, {
      moment: 'before',
      is: (body) => body.type === 'step-done' && body.uses === 'data.restore',
    })
    rmSync(two, { recursive: true })
    const { ino } = statOf(join(one, 'a/one'))
    expect(await process(run)).toMatchObject({ exitCode: 0 })
    expect(statOf(join(one, 'a/one')).ino).toBe(ino)
    expect(existsSync(join(two, 'b/two'))).toBe(true)
  })

  it('is parked anew when it was given back and is tried once more', async () => {
    const path = smallTree()
    const run = await runOf([path], { provision: () => Promise.reject(new Error('no')) })
    const twice: DataRun = { ...run }
    run.data.push(parkedPath(join(root, 'not-there')))
    expect(await process(run)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
    expect(failuresOf(run)).toEqual(['data.park config DATA_READ_FAILED'])
    run.data.pop()
    writeFileSync(join(path, 'a/one'), 'newer')
    twice.selection = { retry: ['node-1'] }
    twice.provision = () => {
      rmSync(path, { recursive: true })
      return Promise.resolve()
    }
    expect(await process(twice)).toMatchObject({ exitCode: 0 })
    expect(bash(path, 'cat a/one')).toBe('newer')
    expect(readdirSync(join(run.store, 'run-1/node-1')).length).toBe(2)
  })
})

describe('what must not be', () => {
  it('is refused before anything is written: data that nobody has decided about', async () => {
    const run = await runOf([smallTree()])
    run.data.push(parkedPath('/var/other', { action: null }))
    expect(await process(run)).toMatchObject({ exitCode: 8 })
    expect([failuresOf(run), existsSync(run.store)]).toEqual([['data.park config DATA_UNDECIDED'], false])
  })

  it('is put back to no file system in memory, nor is anything beside it', async () => {
    const inMemory = mkdtempSync('/dev/shm/osferry-restored-')
    onTestFinished(() => rmSync(inMemory, { recursive: true }))
    const [one, two] = [smallTree(), smallTree(join(inMemory, 'tree'))]
    const run = await runOf([one, two], { target: 'anolis-rhck' })
    const result = await process(run)
    expect([result.exitCode, failuresOf(run)]).toEqual([7, ['data.restore config DATA_TARGET_REFUSED']])
    expect(result.nodes[0]?.failed?.failure.message).toContain(
      `${two} lies on a tmpfs, of which nothing is left after a boot; nothing was written`,
    )
    expect([existsSync(one), readdirSync(inMemory), isMarked(two)]).toEqual([false, [], false])
  })

  it.each<[string, (path: string) => void, string]>([
    ['something else is there', (path) => smallTreeWith(path, 'mine'), 'config DATA_TARGET_REFUSED'],
    ['a file is there', (path) => writeFileSync(path, ''), 'config DATA_TARGET_REFUSED'],
  ])('is left alone: %s', async (_, put, failure) => {
    const [one, two] = [smallTree(), smallTree()]
    const run = await runOf([one, two], {
      provision: () => {
        for (const path of [one, two]) rmSync(path, { recursive: true })
        put(two)
        return Promise.resolve()
      },
    })
    expect(await process(run)).toMatchObject({ exitCode: 7 })
    expect(failuresOf(run)).toEqual([`data.restore ${failure}`])
    // Nothing of the other one was written either, and when it is out of the way it goes on.
    expect([existsSync(one), run.isGivenBack]).toEqual([false, false])
    rmSync(two, { recursive: true })
    run.selection = { retry: ['node-1'] }
    expect(await process(run)).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(two, 'b/two'))).toBe(true)
  })

  it.each<[string, (store: string) => void, string]>([
    ['other bytes', (store) => flip(store, 'data.tar.zst'), 'DATA_(MISMATCH|ARCHIVE_INVALID)'],
    ['another manifest', (store) => flip(store, 'manifest.ndjson.gz'), 'DATA_ARCHIVE_INVALID|DATA_MISMATCH'],
    ['another head', (store) => swapHead(store), 'ARTIFACT_DAMAGED'],
    ['nothing', (store) => rmSync(store, { recursive: true }), 'ARTIFACT_NOT_FOUND'],
  ])('stops before the node is given back: a store with %s', async (_, change, code) => {
    const path = smallTree()
    const run = await runOf([path], {
      provision: () => {
        rmSync(path, { recursive: true })
        change(run.store)
        return Promise.resolve()
      },
    })
    expect(await process(run)).toMatchObject({ exitCode: 7 })
    expect(failuresOf(run)).toEqual([expect.stringMatching(`^data.restore data (${code})$`)])
    expect(run.isGivenBack).toBe(false)
  })

  const lifsea = { osRelease: { id: 'lifsea', versionPrefix: '3' } }
  const found = 'ID is anolis, not lifsea; VERSION_ID is 8.9, not 3'
  it.each<[string, Partial<DataRun>, string, string]>([
    ['the old one, where a disk is written anew', lifsea, 'OS_IS_OLD', `(${found})`],
    ['another one, where the id stays', { ...lifsea, target: 'anolis-anck' }, 'OS_IS_ANOTHER', `: ${found}`],
    ['another version', { osRelease: { id: 'anolis', versionPrefix: '23' } }, 'OS_IS_ANOTHER', '8.9, not 23'],
  ])('is told which system answers: %s', async (...[, more, code, end]) => {
    const run = await runOf([smallTree()], more)
    expect(await process(run)).toMatchObject({ exitCode: 7 })
    expect(failuresOf(run)).toEqual([`node.verify-os config ${code}`])
    const failed = run.disk.events.flatMap(({ body }) => (body.type === 'step-failed' ? [body.failure] : []))
    expect(failed[0]?.message.endsWith(end)).toBe(true)
  })
})

describe('data that is preserved', () => {
  // In memory: on no disk, so that it is not on that of the system.
  const inMemory = mkdtempSync('/dev/shm/osferry-kept-')
  afterAll(() => rmSync(inMemory, { recursive: true, force: true }))
  const keptPath = (): string => join(inMemory, `data-${(paths += 1)}`)
  const keptTree = (): string => smallTree(keptPath())
  const kept = (path: string, more: Parameters<typeof parkedPath>[1] = {}): ReturnType<typeof parkedPath> =>
    parkedPath(path, { action: 'preserve', ...more })

  it('is looked at before the system is replaced and after, and what has come to it is no difference', async () => {
    const [path, busy] = [keptTree(), keptTree()]
    const run = await runOf([], {
      data: [kept(path), kept(busy, { writtenByStaying: ['shop/agent'] })],
      provision: () => {
        writeFileSync(join(path, 'new'), 'more')
        rmSync(join(busy, 'a'), { recursive: true })
        return Promise.resolve()
      },
    })
    expect(await process(run)).toMatchObject({ exitCode: 0 })
    expect(resultOf(run, 'host.provision')).toMatchObject({
      kept: [
        { path, kind: 'directory', entries: ['d a', 'd b'], inodes: 6, bytes: expect.any(Number) as number },
        { path: busy, entries: ['d a', 'd b'], inodes: null },
      ],
    })
    expect(resultOf(run, 'node.verify-os')).toMatchObject({ kept: { paths: 2, counted: 1 } })
    expect(run.isGivenBack).toBe(true)
  })

  const elsewhere = mkdtempSync(join(tmpdir(), 'osferry-elsewhere-'))
  afterAll(() => rmSync(elsewhere, { recursive: true, force: true }))

  it.each<[string, (path: string) => void, string]>([
    ['is gone', (path) => rmSync(path, { recursive: true }), 'it is not there'],
    [
      'is empty',
      (path) => bash(path, 'rm -r a b'),
      'missing in it: a, b, it had 6 files and directories and has 1',
    ],
    ['lacks a file', (path) => rmSync(join(path, 'a/one')), 'it had 6 files and directories and has 5'],
    ['lacks bytes', (path) => bash(path, ': >a/one'), 'bytes and has'],
    [
      'is another thing',
      (path) => bash(path, 'cd / && rm -r "$OLDPWD" && echo >"$OLDPWD"'),
      'it was a directory and is a file',
    ],
    [
      'lies elsewhere',
      (path) => bash(path, `cp -a . ${elsewhere} && cd / && rm -r "$OLDPWD" && ln -s ${elsewhere} "$OLDPWD"`),
      'it was on the file system',
    ],
  ])('stops before the node is given back when it %s', async (_, change, message) => {
    const path = keptTree()
    const run = await runOf([], {
      data: [kept(path)],
      provision: () => {
        change(path)
        return Promise.resolve()
      },
    })
    const result = await process(run)
    expect(failuresOf(run)).toEqual(['node.verify-os data DATA_KEPT_DIFFERS'])
    expect(result).toMatchObject({
      exitCode: 7,
      nodes: [{ failed: { failure: { message: expect.stringContaining(`${path}: `) as string } } }],
    })
    expect(JSON.stringify(result.nodes)).toContain(message)
    expect(run.isGivenBack).toBe(false)
  })

  it('stops when everything is gone from where others write too', async () => {
    const path = keptTree()
    const run = await runOf([], {
      data: [kept(path, { writtenByStaying: ['shop/agent'] })],
      provision: () => {
        bash(path, 'rm -r a b; touch log')
        return Promise.resolve()
      },
    })
    expect(await process(run)).toMatchObject({ exitCode: 7 })
    expect(failuresOf(run)).toEqual(['node.verify-os data DATA_KEPT_DIFFERS'])
  })

  it('goes on when what was missing has been put right', async () => {
    const path = keptTree()
    const away = keptPath()
    const run = await runOf([], {
      data: [kept(path)],
      provision: () => {
        bash('/', `mv ${path} ${away}`)
        return Promise.resolve()
      },
    })
    expect(await process(run)).toMatchObject({ exitCode: 7 })
    bash('/', `mv ${away} ${path}`)
    run.selection = { retry: ['node-1'] }
    expect(await process(run)).toMatchObject({ exitCode: 0 })
    expect(run.isGivenBack).toBe(true)
  })

  it.each<[string, Partial<DataRun>, boolean]>([
    ['nobody has looked at it before', { isProvisioned: true }, true],
    ['there is nothing at its path', {}, false],
  ])('is never taken for kept, and the node goes back, when %s', async (_, more, isThere) => {
    const path = isThere ? keptTree() : keptPath()
    const run = await runOf([], { data: [kept(path)], ...more })
    expect(await process(run)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
    expect(failuresOf(run)).toEqual(['host.provision config DATA_KEPT_NOT_TOLD'])
  })

  it('is proven on the way back, too, and what is lost there is not what another try begins with', async () => {
    const [path, away] = [keptTree(), keptPath()]
    let replaced = 0
    const run = await runOf([], {
      data: [kept(path)],
      provision: () => {
        replaced += 1
        return Promise.reject(new Error('no'))
      },
      putBack: () => Promise.resolve(renameSync(path, away)),
    })
    expect(await process(run)).toMatchObject({ exitCode: 7 })
    run.selection = { rollback: ['node-1'] }
    expect(await process(run)).toMatchObject({ exitCode: 7, nodes: [{ state: 'failed' }] })
    const lost = 'node.verify-os data DATA_KEPT_DIFFERS'
    expect([failuresOf(run).at(-1), run.isGivenBack]).toEqual([lost, false])
    run.selection = { retry: ['node-1'] }
    expect(await process(run)).toMatchObject({ exitCode: 7, nodes: [{ state: 'failed' }] })
    expect([failuresOf(run).at(-1), run.isGivenBack, replaced]).toEqual([lost, false, 1])
    renameSync(away, path)
    expect(await process(run)).toMatchObject({ nodes: [{ state: 'rolled-back' }] })
    expect(run.isGivenBack).toBe(true)
    // Lost while pods were there again.
    bash(path, 'rm -r a b')
    run.isGivenBack = false
    expect(await process(run)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
    expect([failuresOf(run).at(-1), replaced]).toEqual(['host.provision data DATA_KEPT_DIFFERS', 1])
  })
})

describe('a machine or a connection that fails', () => {
  it('goes on when the connection was cut while data was parked, and while it was put back', async () => {
    const path = newPath()
    mkdirSync(path)
    writeFileSync(join(path, 'data'), randomBytes(40_000_000))
    const before = describeTree(path)
    const cut = new Set<string>()
    const run = await runOf([path], {
      onEvent({ body }) {
        if (body.type !== 'step-waiting' || !body.uses.startsWith('data.') || cut.has(body.uses)) return
        cut.add(body.uses)
        for (const pid of machine.sshd.sessions()) killQuietly(pid)
      },
    })
    expect(await process(run)).toMatchObject({ exitCode: 0 })
    expect([...cut]).toEqual(['data.park', 'data.restore'])
    expect(failuresOf(run)).toEqual(['data.park transient HOST_LOST', 'data.restore transient HOST_LOST'])
    expect(describeTree(path)).toBe(before)
  })

  it('waits for a host that comes back', async () => {
    const path = smallTree()
    const run = await runOf([path], {
      provision: () => {
        rmSync(path, { recursive: true })
        way.to = undefined
        way.cut()
        return Promise.resolve()
      },
      onEvent({ body }) {
        if (body.type === 'step-failed') way.to = machine.sshd.port
      },
    })
    expect(await process(run)).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(path, 'b/two'))).toBe(true)
  })

  it('stops when another machine answers, before anything of it is touched', async () => {
    const path = smallTree()
    // The same host key, as machines have that were cloned.
    const run = await runOf([path])
    await saveFacts(run, 'f'.repeat(32))
    expect(await process(run)).toMatchObject({ exitCode: 8 })
    expect([failuresOf(run), existsSync(run.store)]).toEqual([['data.park config HOST_IS_ANOTHER'], false])
  })

  it('tries again when files change while they are read', async () => {
    const path = newPath()
    mkdirSync(path)
    writeFileSync(join(path, 'log'), randomBytes(30_000_000))
    let isWriting = true
    const run = await runOf([path], {
      onEvent({ body }) {
        if (!isWriting || body.type !== 'step-waiting') return
        // Once: a slow machine says several times how far it is.
        isWriting = false
        writeFileSync(join(path, 'log'), 'more', { flag: 'a' })
      },
    })
    expect(await process(run)).toMatchObject({ exitCode: 0 })
    expect(failuresOf(run)).toEqual(['data.park transient DATA_CHANGED'])
    expect(statOf(join(path, 'log')).size).toBe(30_000_004)
  })
})

function smallTreeWith(path: string, name: string): void {
  smallTree(path)
  writeFileSync(join(path, name), 'mine')
}

function statOf(path: string): { ino: number; size: number } {
  const [ino, size] = bash('/', `stat -c '%i %s' ${path}`).trim().split(' ').map(Number)
  return { ino: ino!, size: size! }
}

/** One bit in the middle of an object of the store. */
function flip(store: string, name: string): void {
  const file = objectOf(store, name)
  const bytes = readFileSync(file)
  const at = Math.floor(bytes.length / 2)
  bytes[at] = bytes[at]! ^ 1
  writeFileSync(file, bytes)
}

function swapHead(store: string): void {
  const file = objectOf(store, 'artifact.json')
  const text = readFileSync(file, 'utf8').replace(/"sha256": "[0-9a-f]{8}/, '"sha256": "00000000')
  writeFileSync(file, text)
}
