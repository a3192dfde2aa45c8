import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts'
import { imageRunPorts } from '../../src/cli/run-ports-images.ts'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { ImagePlace } from '../../src/model/image-port.ts'
import type { RunSelection } from '../../src/migrate/run-selection.ts'
import type { Provisioner } from '../../src/model/provisioner-port.ts'
import type { ImagesStepPorts } from '../../src/steps/image-memory.ts'
import { parkImagesStep } from '../../src/steps/step-park-images.ts'
import { provisionStep, type ProvisionStepPorts } from '../../src/steps/step-provision.ts'
import { restoreImagesStep } from '../../src/steps/step-restore-images.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { startImageHost, type ImageHost } from '../support/image-host.ts'
import { writeLayout, type LayoutImage } from '../support/image-layout.ts'
import { startRegistry, type TestRegistry } from '../support/image-registry.ts'
import { memoryJournal, passedMs, type JournalDisk } from '../support/memory-journal.ts'
import { runAlone } from '../support/run-alone.ts'
import { createSshdBed } from '../support/sshd.ts'

const bed = createSshdBed()
const root = mkdtempSync(join(tmpdir(), 'osferry-image-steps-'))
let old: ImageHost
let fresh: ImageHost
let registry: TestRegistry
let images: LayoutImage[]

beforeAll(async () => {
  images = [1, 2, 3].map((number) =>
    writeLayout(join(root, `image-${number}`), {
      content: `content ${number}`,
      names: [`localhost/app:${number}`],
      index: number === 2,
    }),
  )
  old = await startImageHost(bed, 'old')
  fresh = await startImageHost(bed, 'fresh')
  registry = await startRegistry(root)
  for (const { archive } of images) old.ctr('images', 'import', '--no-unpack', archive)
})
afterAll(async () => {
  await old.close()
  await fresh.close()
  await registry.stop()
  await bed.close()
  rmSync(root, { recursive: true, force: true })
})

const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }

interface Attempt {
  disk: JournalDisk
  run: string
  /** Gives the node its new system; undefined = no step of the plan does. */
  provision?: () => void
  /** Done when the images are kept. */
  onParked?: () => void
  selection?: RunSelection
}

/** One attempt of a process at the run: it dies after so many records. */
async function attempt(
  place: ImagePlace,
  { disk, run, provision, onParked, selection = {} }: Attempt,
  diesAfter = Infinity,
): Promise<RunResult> {
  const made = modelPlan([{ nodes: ['node-1'] }])
  const node = made.nodes[0]!
  // Rests are a thousand times shorter than they are, and so is the time of a step.
  const step = { ...node.steps[0]!, timeoutMs: 1000 * 3_600_000 }
  const replace = {
    ...step,
    phase: 'replace' as const,
    uses: 'host.provision' as const,
    with: { provider: 'test', machine: 'as-listed' },
    pointOfNoReturn: true,
  }
  const steps = [
    { ...step, uses: 'images.park' as const, with: place },
    ...(provision === undefined ? [] : [replace]),
    { ...step, phase: 'restore' as const, uses: 'images.restore' as const, with: {} },
  ]
  const usedBy = ['localhost/app:1']
  const data = [
    { id: 'images', kind: 'images', path: null, usedBy, bytes: null, action: 'park', reason: null } as const,
  ]
  const isParked = (): boolean => disk.events.some(({ body }) => body.type === 'step-done')
  let records = 0
  const settings = { required: () => join(root, 'state') } as never
  let isReplaced = false
  const provisioner: Provisioner = {
    name: 'the test',
    observe: async () => await Promise.resolve(isReplaced ? 'done' : 'todo'),
    async act() {
      await Promise.resolve()
      provision?.()
      isReplaced = true
    },
    verify: async () => await Promise.resolve(),
    undo: async () => await Promise.resolve(),
  }
  const images = imageRunPorts(
    { context: { clock, env: registry.variables, settings } },
    {
      hostOf: async () =>
        await Promise.resolve((provision === undefined ? isParked() : isReplaced) ? fresh.host : old.host),
      storeOf: async (name) => await Promise.resolve(createDirectoryStore(join(root, name))),
    },
  )
  return await runAlone(
    { ...made, nodes: [{ ...node, steps, data }] },
    {
      engine: {
        journal: memoryJournal(disk, {
          clock,
          around(moment, _seq, body) {
            if (moment === 'before') records += 1
            if (moment === 'after' && body.type === 'step-done' && body.uses === 'images.park') onParked?.()
            if (records > diesAfter) throw new Error('nothing is written any more')
          },
        }),
        clock,
        wait: async (ms, signal) => await sleep(ms / 1000, undefined, { signal }),
        steps: [parkImagesStep, provisionStep, restoreImagesStep],
        ports: {
          ...images,
          clock,
          provisioner: () => provisioner,
          requireEmpty: async () => await Promise.resolve(),
          endToken: async () => await Promise.resolve(),
        } as unknown as ImagesStepPorts & ProvisionStepPorts,
      },
      run: { id: run, holder: 'me@here' },
      selection,
    },
  )
}

/** The run until it ends, each process dying one record later than the one before, however many that takes. */
async function untilDone(place: ImagePlace, run: string): Promise<{ result: RunResult; deaths: number }> {
  const disk: JournalDisk = { runs: [], events: [] }
  for (let deaths = 0; deaths < 40; deaths += 1) {
    const before = disk.events.length
    const result = await attempt(place, { disk, run }, 2).catch(() => undefined)
    if (result?.exitCode === 0) return { result, deaths }
    if (disk.events.length === before) throw new Error('it does not get on')
  }
  throw new Error('it does not end')
}

function forget(host: ImageHost): void {
  for (const name of Object.keys(host.names())) host.ctr('images', 'rm', name)
}

describe('images that are lost again before the system is replaced', () => {
  const repositories = (): string =>
    join(root, `registry-${registry.name.split(':')[1]}`, 'data/docker/registry/v2/repositories')
  const objectsOf = (run: string): string[] =>
    readdirSync(join(root, 'store', run), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('/image.tar'))
      .map((name) => join(root, 'store', run, name))

  it.each<[string, { to: ImagePlace['to']; lose: (run: string) => void; failure: string }]>([
    [
      'the registry has cleared them up',
      {
        to: 'registry',
        lose: () => rmSync(repositories(), { recursive: true }),
        failure: 'config IMAGES_PARKED_GONE',
      },
    ],
    [
      'the store was cleaned',
      {
        to: 'archive',
        lose: (run) => rmSync(join(root, 'store', run), { recursive: true }),
        failure: 'config IMAGES_PARKED_GONE',
      },
    ],
    [
      'the store has their heads only',
      {
        to: 'archive',
        lose: (run) => objectsOf(run).forEach((object) => rmSync(object)),
        failure: 'data ARTIFACT_DAMAGED',
      },
    ],
  ])('keep their node on its old system: %s', async (name, { to, lose, failure }) => {
    const place: ImagePlace =
      to === 'archive'
        ? { to, store: 'store', compression: 'none' }
        : { to, registry: registry.name, compression: 'none' }
    const run = `run-${name.replaceAll(' ', '-')}`
    const disk: JournalDisk = { runs: [], events: [] }
    let provisioned = 0
    const provision = (): void => void (provisioned += 1)
    const result = await attempt(place, { disk, run, provision, onParked: () => lose(run) })
    expect(result).toMatchObject({
      exitCode: 8,
      nodes: [{ state: 'returned', isPastPointOfNoReturn: false, failed: { uses: 'host.provision' } }],
    })
    const failed = result.nodes[0]!.failed!.failure
    expect([`${failed.class} ${failed.code}`, provisioned]).toEqual([failure, 0])
    if (to === 'archive' && failed.class === 'data') return
    // Another try keeps them anew.
    const again = await attempt(place, { disk, run, provision, selection: { retry: ['node-1'] } })
    expect([again.exitCode, provisioned, Object.keys(fresh.names())]).toEqual([
      0,
      1,
      expect.arrayContaining(['localhost/app:1', 'localhost/app:2', 'localhost/app:3']),
    ])
    forget(fresh)
  })
})

describe('a node that gets a new system', () => {
  it('has its images again out of a store, though the process dies at every other record', async () => {
    const place = { to: 'archive', store: 'store', compression: 'gzip' } as const
    const { deaths } = await untilDone(place, 'run-a')
    expect(deaths).toBeGreaterThan(2)
    expect(readdirSync(join(root, 'store/run-a/node-1'))).toHaveLength(3)
    for (const [index, { digest }] of images.entries())
      expect(fresh.names()[`localhost/app:${index + 1}`]).toBe(digest)
    forget(fresh)
  })

  it('has its images again out of a registry, though the process dies at every other record', async () => {
    const place = { to: 'registry', registry: registry.name, compression: 'zstd' } as const
    await untilDone(place, 'run-b')
    for (const [index, { manifest }] of images.entries())
      expect(fresh.names()[`localhost/app:${index + 1}`]).toBe(manifest)
    expect(readdirSync(join(root, 'state/scratch'))).toEqual([])
    forget(fresh)
  })

  it('tells in the journal where each image is, and its digests', async () => {
    const disk: JournalDisk = { runs: [], events: [] }
    const place = { to: 'registry', registry: registry.name, compression: 'zstd' } as const
    expect(await attempt(place, { disk, run: 'run-c' })).toMatchObject({ exitCode: 0 })
    const done = disk.events.flatMap(({ body }) => (body.type === 'step-done' ? [body] : []))
    const told = images.map(
      ({ digest, manifest, config }) =>
        expect.objectContaining({ digest, manifest, config, namespace: 'k8s.io' }) as unknown,
    )
    expect(done[0]?.result).toMatchObject({ place, images: expect.arrayContaining(told) as unknown })
    expect(done[1]?.result).toEqual({ images: 3 })
    forget(fresh)
  })

  it.each<ImagePlace>([
    { to: 'archive', store: 'store', compression: 'none' },
    { to: 'registry', compression: 'none' },
  ])('sends and gets them no faster than the plan allows: $to', async (given) => {
    const maxBytesPerSecond = 256 * 1024
    const place = given.to === 'registry' ? { ...given, registry: registry.name } : given
    const names = [`localhost/large:${place.to}`]
    const content = randomBytes(4.25 * maxBytesPerSecond)
    const { archive } = writeLayout(join(root, `large-${place.to}`), { content, names })
    old.ctr('images', 'import', '--no-unpack', archive)
    const disk: JournalDisk = { runs: [], events: [] }
    const limited = { ...place, maxBytesPerSecond }
    expect(await attempt(limited, { disk, run: `run-${place.to}` })).toMatchObject({ exitCode: 0 })
    // A registry gives what it has to the runtime of the node, past us.
    const steps = place.to === 'archive' ? ['images.park', 'images.restore'] : ['images.park']
    for (const uses of steps)
      expect([uses, passedMs(disk, uses)]).toEqual([uses, expect.toSatisfy((ms: number) => ms >= 4000)])
    for (const name of names) old.ctr('images', 'rm', name)
    forget(fresh)
  })
})
