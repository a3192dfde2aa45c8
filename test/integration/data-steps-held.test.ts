import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { markerOf } from '../../src/artifacts/look-at-host.ts'
import type { JournalEventBody } from '../../src/model/journal-record.ts'
import { dataRun, failuresOf, parkedPath, process, saveFacts, type DataRun } from '../support/data-run.ts'
import { bash, describeTree } from '../support/data-tree.ts'
import { knownHostsFile, sshHost, sshSettings } from '../support/ssh-host.ts'
import { createSshdBed } from '../support/sshd.ts'
import { objectOf } from '../support/store-objects.ts'
import { startTestMachine, type TestMachine } from '../support/test-machine.ts'

const bed = createSshdBed()
let machine: TestMachine

beforeAll(async () => {
  machine = await startTestMachine(bed, { osRelease: 'ID=debian\n' })
})
afterAll(() => bed.close())

/** A directory of the host with six entries and eleven bytes in files and links. */
function smallTree(): string {
  const path = mkdtempSync('/var/tmp/osferry-held-')
  onTestFinished(() => {
    for (const left of [path, markerOf(path)]) rmSync(left, { recursive: true, force: true })
  })
  bash(path, 'mkdir a b; echo one > a/one; echo two > b/two; ln -s one a/link')
  return path
}

/** The test host moves with these directories: its disk is written anew. */
async function runOf(directories: readonly string[]): Promise<DataRun> {
  const { port, knownHosts } = machine.sshd
  const settings = sshSettings(bed, { port, knownHostsFiles: [knownHostsFile(bed, knownHosts)] })
  const run = dataRun({
    host: sshHost('127.0.0.1', settings, 'host-1'),
    data: directories.map((path) => parkedPath(path)),
    provision: () => {
      for (const path of directories) rmSync(path, { recursive: true, force: true })
      return Promise.resolve()
    },
  })
  onTestFinished(run.close)
  await saveFacts(run, machine.machineId)
  return run
}

describe('data that was archived, and a while later', () => {
  const parkedOnly = { moment: 'after', is: isParkDone } as const

  it.each<[string, string, string]>([
    [
      'has come',
      'echo late > b/9999.msg',
      'had 6 entries of 11 B and has 7 entries of 16 B (changed since: b/9999.msg)',
    ],
    ['has come without content', 'mkdir c', 'had 6 entries of 11 B and has 7 entries of 11 B'],
    ['is gone', 'rm b/two', 'had 6 entries of 11 B and has 5 entries of 7 B'],
    ['was moved', 'mv a/one a/other', 'was changed (changed since: a/other)'],
    [
      'has another content of the same size and time',
      'touch -r a/one stamp; echo two > a/one; touch -r stamp a/one; rm stamp',
      'was changed (changed since: a/one)',
    ],
    ['has another owner', 'chown 7:7 b', 'was changed'],
    ['is gone with its directory', 'cd /; rm -r "$OLDPWD"', 'is not there any more'],
  ])(
    'is given back untouched, and archived anew by another try, when something %s',
    async (_, change, says) => {
      const path = smallTree()
      const run = await runOf([path, smallTree()])
      await process(run, parkedOnly)
      bash(path, change)
      const result = await process(run)
      expect(result).toMatchObject({
        exitCode: 8,
        nodes: [{ state: 'returned', isPastPointOfNoReturn: false }],
      })
      expect([failuresOf(run), run.isProvisioned]).toEqual([
        ['host.provision config DATA_PARKED_DIFFERS'],
        false,
      ])
      const { message } = result.nodes[0]!.failed!.failure
      expect(message).toBe(
        `data of node-1 is not as it was archived, and nothing was replaced: ${path} ${says}; archive it anew with osferry runs resume run-1 --retry node-1`,
      )
      if (!existsSync(path)) return
      const now = describeTree(path)
      run.selection = { retry: ['node-1'] }
      expect(await process(run)).toMatchObject({ exitCode: 0 })
      expect([describeTree(path), run.isGivenBack]).toEqual([now, true])
    },
  )

  it('is taken for the same when it was only read', async () => {
    const path = smallTree()
    const run = await runOf([path])
    await process(run, parkedOnly)
    bash(path, 'cat a/one b/two; ls -R; tar -cf - . | cat')
    expect(await process(run)).toMatchObject({ exitCode: 0 })
  })

  it.each<[string, (store: string) => void, string]>([
    ['says nothing of how it was', (store) => forgetTree(store), 'config DATA_KEPT_NOT_TOLD'],
    ['is gone', (store) => rmSync(store, { recursive: true }), 'data ARTIFACT_NOT_FOUND'],
    ['is cut', (store) => writeFileSync(objectOf(store, 'data.tar.zst'), ''), 'data ARTIFACT_DAMAGED'],
    ['has another list of its files', (store) => changeManifest(store), 'data ARTIFACT_DAMAGED'],
    [
      'has no list of its files',
      (store) => rmSync(objectOf(store, 'manifest.ndjson.gz')),
      'data ARTIFACT_DAMAGED',
    ],
  ])('is given back untouched when its archive %s', async (_, change, failure) => {
    const run = await runOf([smallTree()])
    await process(run, parkedOnly)
    change(run.store)
    expect(await process(run)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
    expect([failuresOf(run), run.isProvisioned]).toEqual([[`host.provision ${failure}`], false])
  })

  it('does not count as archived with another list of its files', async () => {
    const run = await runOf([smallTree()])
    await process(run, { moment: 'before', is: isParkDone })
    changeManifest(run.store)
    expect(await process(run)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
    expect([failuresOf(run), run.isProvisioned]).toEqual([['data.park data ARTIFACT_DAMAGED'], false])
  })

  it('is not compared with the new system once its replacement has begun', async () => {
    const path = smallTree()
    const before = describeTree(path)
    const run = await runOf([path])
    await process(run, { moment: 'before', is: (body) => body.type === 'step-done' && isProvision(body) })
    expect([existsSync(path), run.isProvisioned]).toEqual([false, true])
    run.isProvisioned = false
    expect(await process(run)).toMatchObject({ exitCode: 0 })
    expect([failuresOf(run), describeTree(path)]).toEqual([[], before])
  })
})

function forgetTree(store: string): void {
  const file = objectOf(store, 'artifact.json')
  const { tree, ...head } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  expect(tree).toMatchObject({ entries: 6, bytes: 11 })
  writeFileSync(file, JSON.stringify(head))
}

/** One bit: the size stays. */
function changeManifest(store: string): void {
  const file = objectOf(store, 'manifest.ndjson.gz')
  const bytes = readFileSync(file)
  bytes[12] = bytes[12]! ^ 1
  writeFileSync(file, bytes)
}

function isParkDone(body: JournalEventBody): boolean {
  return body.type === 'step-done' && body.uses === 'data.park'
}

function isProvision(body: JournalEventBody): boolean {
  return 'uses' in body && body.uses === 'host.provision'
}
