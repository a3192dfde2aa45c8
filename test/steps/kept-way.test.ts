import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LocalData } from '../../src/model/data-decision.ts'
import { runState } from '../../src/model/run-state.ts'
import { fails, failuresOf, keptRun, processKept, type KeptRun } from '../support/kept-run.ts'

const rollback = { rollback: ['node-1'] }
const retry = { retry: ['node-1'] }

let root = ''
let path = ''
beforeEach(() => {
  // In memory: on no disk, so that it is not on that of the system.
  root = mkdtempSync('/dev/shm/osferry-kept-')
  path = join(root, 'data')
  fill()
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function fill(): void {
  mkdirSync(join(path, 'db/one'), { recursive: true })
  for (const name of ['db/one/table', 'db/two', 'log']) writeFileSync(join(path, name), name)
}

function preserved(of: string, more: Partial<LocalData> = {}): LocalData {
  const reason = { en: 'the test', zh: '测试' }
  const [kind, action] = ['host-path', 'preserve'] as const
  return { id: `${kind}:${of}`, kind, path: of, usedBy: [], bytes: null, action, reason, ...more }
}

const reattached = (claim: string): LocalData =>
  preserved(path, { id: `local-volume:shop/${claim}`, kind: 'local-volume', path: null, action: 'reattach' })

/** A claim and its volume. */
function bound(name: string, volumeUid: string): [string, Record<string, unknown>][] {
  const status = { phase: 'Bound' }
  return [
    [
      `persistentvolumeclaims/${name}`,
      { metadata: { uid: 'claim' }, spec: { volumeName: `of-${name}` }, status },
    ],
    [`persistentvolumes/of-${name}`, { metadata: { uid: volumeUid }, status }],
  ]
}

/** What was remembered of the first path. */
function entriesOf({ disk }: KeptRun): unknown {
  const [found = {}] = disk.events.flatMap(({ body }) => (body.type === 'step-started' ? [body.found] : []))
  return (found['kept'] as { entries: string[] }[])[0]?.entries
}

const kept = (more: Partial<KeptRun> = {}): KeptRun => keptRun({ data: [preserved(path)], ...more })
const lose = (): void => rmSync(path, { recursive: true })
const whatFailed = (run: KeptRun): string[] => failuresOf(run).map(({ what }) => what)

describe('data that is preserved, on the way back', () => {
  it('is proven before the node is given back, and its loss stops it until it was put back', async () => {
    const run = kept({ provision: fails, putBack: () => renameSync(path, join(root, 'away')) })
    expect(await processKept(run)).toMatchObject({ exitCode: 7 })
    expect(await processKept(run, rollback)).toMatchObject({
      exitCode: 7,
      nodes: [{ state: 'failed', failed: { uses: 'node.verify-os' } }],
    })
    expect(failuresOf(run).at(-1)).toEqual({
      what: 'node.verify-os data DATA_KEPT_DIFFERS',
      message: `what was to be preserved is not on host-1 (put it back, then osferry runs resume run-1 --retry node-1; nothing is given back until then): ${path}: it is not there`,
    })
    expect(run.isGivenBack).toBe(false)
    renameSync(join(root, 'away'), path)
    expect(await processKept(run, retry)).toMatchObject({ nodes: [{ state: 'rolled-back' }] })
    expect(run.isGivenBack).toBe(true)
    expect(runState('run-1', run.disk.events).nodes.get('node-1')).toMatchObject({ status: 'rolled-back' })
  })

  it('may not lack a file when no pod was there since', async () => {
    const run = kept({ provision: fails, putBack: () => rmSync(join(path, 'db/two')) })
    await processKept(run)
    expect(await processKept(run, rollback)).toMatchObject({ exitCode: 7 })
    expect(failuresOf(run).at(-1)?.message).toContain('it had 6 files and directories and has 5')
  })

  it('may lack what pods have taken away that were there since, but not all', async () => {
    const run = kept({ uncordoned: fails })
    expect(await processKept(run)).toMatchObject({ exitCode: 7 })
    rmSync(join(path, 'db'), { recursive: true })
    run.uncordoned = () => undefined
    expect(await processKept(run, rollback)).toMatchObject({ exitCode: 0 })
    const other = kept({ uncordoned: fails })
    fill()
    await processKept(other)
    for (const name of ['db', 'log']) rmSync(join(path, name), { recursive: true })
    expect(await processKept(other, rollback)).toMatchObject({ exitCode: 7 })
    expect(whatFailed(other).at(-1)).toBe('node.verify-os data DATA_KEPT_DIFFERS')
  })

  it.each([
    ['image', 0],
    ['snapshot', 7],
  ] as const)('may be on another file system when its disk was written anew: %s', async (means, exitCode) => {
    const elsewhere = mkdtempSync('/dev/shm/osferry-elsewhere-')
    // Changed in place, it may lie on any disk.
    const onDisk = mkdtempSync(join(tmpdir(), 'osferry-kept-'))
    path = join(onDisk, 'data')
    fill()
    const putBack = (): void => {
      cpSync(path, elsewhere, { recursive: true })
      lose()
      symlinkSync(elsewhere, path)
    }
    const run = kept({ target: 'anolis-rhck', means, provision: fails, putBack })
    await processKept(run)
    expect(await processKept(run, rollback)).toMatchObject({ exitCode })
    run.provision = () => undefined
    const again = exitCode === 0 ? 'done' : 'failed'
    expect(await processKept(run, retry)).toMatchObject({ nodes: [{ state: again }] })
    for (const directory of [elsewhere, onDisk]) rmSync(directory, { recursive: true })
  })

  it('asks nothing of a node that keeps nothing', async () => {
    const run = kept({ data: [preserved(path, { action: 'discard' })], provision: fails })
    await processKept(run)
    lose()
    expect(await processKept(run, rollback)).toMatchObject({ exitCode: 0 })
    const asked = run.disk.events.flatMap(({ body }) => ('uses' in body ? [body.uses] : []))
    expect(asked).not.toContain('node.verify-os')
  })
})

describe('data that is preserved, when a node is moved once more', () => {
  async function broughtBack(): Promise<KeptRun> {
    const run = kept({ provision: fails })
    await processKept(run)
    expect(await processKept(run, rollback)).toMatchObject({ exitCode: 0 })
    run.provision = () => undefined
    return run
  }

  it('is what it was the first time: a loss since stops it before its system is replaced', async () => {
    const run = await broughtBack()
    lose()
    mkdirSync(path)
    expect(await processKept(run, retry)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
    expect(failuresOf(run).at(-1)).toEqual({
      what: 'host.provision data DATA_KEPT_DIFFERS',
      message: `what was to be preserved is not on host-1 (it was when run-1 moved the node before: put it back, or let a plan of its own begin with what is there now): ${path}: missing in it: db, log`,
    })
    expect(run.replaced).toBe(1)
    // Nor is it forgotten when the round in between has found nothing.
    expect(await processKept(run, retry)).toMatchObject({ exitCode: 8 })
    expect(run.replaced).toBe(1)
  })

  it('is what is there now when pods have written since', async () => {
    const run = await broughtBack()
    rmSync(join(path, 'log'))
    writeFileSync(join(path, 'new'), 'new')
    run.provision = () => rmSync(join(path, 'new'))
    expect(await processKept(run, retry)).toMatchObject({ exitCode: 7 })
    expect(failuresOf(run).at(-1)?.message).toContain('missing in it: new')
    writeFileSync(join(path, 'new'), 'new')
    expect(await processKept(run, retry)).toMatchObject({ exitCode: 0 })
  })
})

describe('data that is preserved, before the system is replaced', () => {
  it('has to be there where it lies on a disk of its own', async () => {
    lose()
    const run = kept()
    expect(await processKept(run)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
    expect(failuresOf(run)).toEqual([
      {
        what: 'host.provision config DATA_KEPT_NOT_TOLD',
        message: `whether ${path} of host-1 was kept cannot be told: nothing is there now; mount what belongs there, or decide in a new plan that it is discarded`,
      },
    ])
    expect(run.replaced).toBe(0)
    expect(await processKept(kept({ target: 'anolis-rhck' }))).toMatchObject({ exitCode: 0 })
  })

  it('has to be looked at: a host that has its new system already goes back, and nothing is touched', async () => {
    const run = kept({ hasNewSystem: true })
    expect(await processKept(run)).toMatchObject({
      exitCode: 8,
      nodes: [{ state: 'returned', isPastPointOfNoReturn: false }],
    })
    expect(whatFailed(run)).toEqual(['host.provision config DATA_KEPT_NOT_TOLD'])
    expect(failuresOf(run)[0]?.message).toContain('the test says that it has its new system already')
    // What a new plan says to discard needs no proof.
    const discarded = kept({ hasNewSystem: true, data: [preserved(path, { action: 'discard' })] })
    expect(await processKept(discarded)).toMatchObject({ exitCode: 0 })
  })

  it('goes back when the journal has no room for all of it', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `${index}`.padEnd(100, 'x'))
    const objects = new Map(names.flatMap((name) => bound(name, 'one')))
    const run = kept({ objects, data: names.map(reattached) })
    expect(await processKept(run)).toMatchObject({ exitCode: 8, nodes: [{ state: 'returned' }] })
    expect(whatFailed(run)).toEqual(['host.provision config DATA_KEPT_TOO_MANY'])
    expect(run.replaced).toBe(0)
  })

  it('is remembered by fewer names when they are long', async () => {
    for (const name of 'abc') writeFileSync(join(path, name.repeat(240)), '')
    const run = kept()
    expect(await processKept(run)).toMatchObject({ exitCode: 0 })
    expect(entriesOf(run)).toEqual([`f ${'a'.repeat(240)}`, `f ${'b'.repeat(240)}`])
  })

  it('is known by its names, however odd, among any number of others', async () => {
    const odd = ["a 'b' \\0101 $(x)\n", 'ü~,{}', '-n', '*']
    for (const name of odd) writeFileSync(join(path, name), '')
    const lost = kept({
      provision() {
        renameSync(join(path, odd[0]!), join(root, 'away'))
      },
    })
    expect(await processKept(lost)).toMatchObject({ exitCode: 7 })
    expect(failuresOf(lost)[0]?.message).toContain(`missing in it: a 'b' \\0101 $(x)\\n, it had`)
    renameSync(join(root, 'away'), join(path, odd[0]!))
    const run = kept({
      provision() {
        // They stand before the others in the order of bytes.
        for (let index = 0; index < 6000; index += 1) writeFileSync(join(path, `!${index}`), '')
      },
    })
    expect(await processKept(run)).toMatchObject({ exitCode: 0 })
    expect(entriesOf(run)).toHaveLength(odd.length + 2)
  })
})

describe('volumes that are attached again', () => {
  it('are proven on the way back, and when the node is moved once more', async () => {
    const volumes = (uid: string): KeptRun['objects'] => new Map(bound('db', uid))
    const run = kept({ data: [reattached('db')], objects: volumes('one'), provision: fails })
    await processKept(run)
    run.objects = volumes('two')
    expect(await processKept(run, rollback)).toMatchObject({ exitCode: 7 })
    expect(whatFailed(run).at(-1)).toBe('node.verify-os data DATA_KEPT_DIFFERS')
    expect(run.isGivenBack).toBe(false)
    run.objects = volumes('one')
    expect(await processKept(run, rollback)).toMatchObject({ exitCode: 0 })
    run.objects = volumes('two')
    expect(await processKept(run, retry)).toMatchObject({ exitCode: 8 })
    expect(whatFailed(run).at(-1)).toBe('host.provision data DATA_KEPT_DIFFERS')
    expect(run.replaced).toBe(1)
  })
})
