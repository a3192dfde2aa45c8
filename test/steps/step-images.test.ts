import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/migrate/run-outcome.ts'
import type { LocalData } from '../../src/model/data-decision.ts'
import type { LocalImage, NodeImages, ParkedImage } from '../../src/model/image-port.ts'
import type { StepMemory } from '../../src/model/step.ts'
import { parkImagesStep } from '../../src/steps/step-park-images.ts'
import { restoreImagesStep } from '../../src/steps/step-restore-images.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { memoryJournal, type JournalDisk } from '../support/memory-journal.ts'
import { runAlone } from '../support/run-alone.ts'

const place = { to: 'registry', registry: 'r.example.com/moved', compression: 'zstd' } as const
const digestOf = (number: number): string => `sha256:${number.toString(16).padStart(64, '0')}`
const imageOf = (number: number): LocalImage => ({
  runtime: 'containerd',
  namespace: 'k8s.io',
  digest: digestOf(number),
  names: [`localhost/app:${number}`],
})

/** A node and a registry that hold images by their digests. */
interface World {
  onNode: LocalImage[]
  kept: Map<string, ParkedImage>
  back: Set<string>
  calls: string[]
}

function worldOf(...onNode: LocalImage[]): World {
  return { onNode, kept: new Map(), back: new Set(), calls: [] }
}

function portOf(world: World): NodeImages {
  return {
    local: async (planned) => {
      const gone = planned.find((name) => world.onNode.every(({ names }) => !names.includes(name)))
      if (gone !== undefined) throw new Error(`${gone} is gone`)
      return await Promise.resolve(world.onNode)
    },
    parked: async ({ digest }) => await Promise.resolve(world.kept.get(digest)),
    isKept: async () => await Promise.reject(new Error('nothing is replaced')),
    park: async (image) => {
      world.calls.push(`park ${image.names[0] ?? ''}`)
      const parked = { ...image, config: image.digest, manifest: image.digest, kept: 'r.example.com/x:1' }
      world.kept.set(image.digest, parked)
      return await Promise.resolve(parked)
    },
    missing: async (images) => await Promise.resolve(images.filter(({ digest }) => !world.back.has(digest))),
    restore: async (image) => {
      world.calls.push(`restore ${image.names[0] ?? ''}`)
      world.back.add(image.digest)
      await Promise.resolve()
    },
  }
}

function decision(usedBy: string[], action: LocalData['action'] = 'park'): LocalData {
  return { id: 'images', kind: 'images', path: null, usedBy, bytes: null, action, reason: null }
}

async function run(
  world: World,
  data: LocalData[],
  disk: JournalDisk = { runs: [], events: [] },
): Promise<{ result: RunResult; memory: StepMemory | undefined; code: string | undefined }> {
  const made = modelPlan([{ nodes: ['node-1'] }])
  const [node] = made.nodes
  // Rests are a thousand times shorter than they are, and so is the time of a step.
  const step = { ...node!.steps[0]!, timeoutMs: 1000 * 3_600_000 }
  const steps = [
    { ...step, uses: 'images.park' as const, with: place },
    { ...step, phase: 'restore' as const, uses: 'images.restore' as const, with: {} },
  ]
  const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() }
  const result = await runAlone(
    { ...made, nodes: [{ ...node!, steps, data }] },
    {
      engine: {
        journal: memoryJournal(disk, { clock }),
        clock,
        wait: async (ms, signal) => await sleep(ms / 1000, undefined, { signal }),
        steps: [parkImagesStep, restoreImagesStep],
        ports: { images: () => portOf(world) },
      },
    },
  )
  const done = disk.events.find(({ body }) => body.type === 'step-done' && body.uses === 'images.park')
  const failed = result.nodes[0]?.failed?.failure.code
  return { result, memory: done?.body.type === 'step-done' ? done.body.result : undefined, code: failed }
}

describe('images that only a node has', () => {
  it('are kept and put back, also those that the plan does not name, and those that are there are left', async () => {
    const world = worldOf(...Array.from({ length: 30 }, (_, index) => imageOf(index)))
    world.kept.set(digestOf(3), { ...imageOf(3), config: digestOf(3), manifest: null, kept: 'x:1' })
    world.back.add(digestOf(4))
    const { result, memory } = await run(world, [decision(['localhost/app:0', 'localhost/app:1'])])
    expect(result.exitCode).toBe(0)
    expect(world.calls.filter((call) => call.startsWith('park'))).toHaveLength(29)
    expect(world.calls.filter((call) => call.startsWith('restore'))).toHaveLength(29)
    expect(memory).toMatchObject({
      place,
      images: expect.arrayContaining([expect.objectContaining(imageOf(29))]) as unknown,
    })
  })

  it('are nobody’s when there are none, and when somebody has said that they may be lost', async () => {
    const none = worldOf()
    expect((await run(none, [])).memory).toEqual({ place, images: [] })
    const lost = worldOf(imageOf(1))
    expect((await run(lost, [decision(['localhost/app:1'], 'discard')])).result.exitCode).toBe(0)
    expect(lost.calls).toEqual([])
  })

  it('stop the node when the plan says nothing of them', async () => {
    const world = worldOf(imageOf(1))
    const { result, code } = await run(world, [])
    expect([result.exitCode, code]).toEqual([8, 'IMAGES_UNDECIDED'])
    expect(world.calls).toEqual([])
  })

  it('stop the node when they are more than a record of the journal can name, before anything is kept', async () => {
    const world = worldOf(...Array.from({ length: 400 }, (_, index) => imageOf(index)))
    const { result, code } = await run(world, [decision(['localhost/app:0'])])
    expect([result.exitCode, code]).toEqual([8, 'IMAGES_TOO_MANY'])
    expect(world.calls).toEqual([])
  })

  it('fit into the journal when they are just not too many', async () => {
    const world = worldOf(...Array.from({ length: 80 }, (_, index) => imageOf(index)))
    expect((await run(world, [decision(['localhost/app:0'])])).result.exitCode).toBe(0)
  })
})
