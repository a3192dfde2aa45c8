import { describe, expect, it } from 'vitest'
import { MigrationError } from '../../src/model/errors.ts'
import type { NodeImages, ParkedImage } from '../../src/model/image-port.ts'
import { failureOf } from '../../src/model/step-error.ts'
import type { StepName } from '../../src/model/step-names.ts'
import type { StepContext, StepMemory } from '../../src/model/step.ts'
import type { AfterReplacement } from '../../src/steps/data-ports.ts'
import type { ImagesStepPorts } from '../../src/steps/image-memory.ts'
import { proveImages } from '../../src/steps/prove-images.ts'
import { modelPlan } from '../migrate/model-plan.ts'
import { planStep } from '../support/engine-run.ts'

const place = { to: 'registry', registry: 'r.example.com/moved', compression: 'zstd' } as const

function imageOf(number: number): ParkedImage {
  const digest = `sha256:${number.toString(16).padStart(64, '0')}`
  const of = { runtime: 'containerd', namespace: 'k8s.io', names: [`localhost/app:${number}`] } as const
  const kept = `r.example.com/moved/app:${number}`
  return { ...of, names: [...of.names], digest, config: digest, manifest: digest, kept }
}

const images = [1, 2, 3].map(imageOf)

interface World {
  steps: readonly StepName[]
  /** What images.park has left. */
  memory: StepMemory | undefined
  isKept: NodeImages['isKept']
}

/** What it has thrown; what was asked for, and after which replacement. */
async function proven(
  more: Partial<World>,
): Promise<{ error: unknown; asked: unknown[]; after: AfterReplacement[] }> {
  const asked: unknown[] = []
  const after: AfterReplacement[] = []
  const world: World = {
    steps: ['images.park', 'host.provision', 'images.restore'],
    memory: { place, images },
    isKept: async () => await Promise.resolve(true),
    ...more,
  }
  const [planned] = modelPlan([{ nodes: ['node-1'] }]).nodes
  const port: Partial<NodeImages> = {
    async isKept(...given) {
      asked.push(given.slice(0, 2))
      return await world.isKept(...given)
    },
  }
  const context: StepContext<unknown, ImagesStepPorts> = {
    node: { ...planned!, steps: world.steps.map((uses) => planStep(uses)) },
    parameters: {},
    run: { id: 'run-1', holder: 'me@here' },
    token: 'token',
    attempt: 1,
    isPastPointOfNoReturn: false,
    found: undefined,
    replacedBy: 'rollback',
    remembered: (name) => (name === 'images.park' ? world.memory : undefined),
    signal: new AbortController().signal,
    onWait: () => undefined,
    ports: {
      images(_node, _run, given) {
        after.push(given!)
        return port as NodeImages
      },
    },
  }
  const error = await proveImages(context).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return { error, asked, after }
}

describe('the proof that parked images are where they were kept', () => {
  it('looks for every one of them in the place that the journal names', async () => {
    expect(await proven({})).toMatchObject({
      error: undefined,
      asked: images.map((image) => [image, place]),
      after: [{ replacedBy: 'rollback' }],
    })
  })

  it('names every image that is gone, where it was, and what to do', async () => {
    const { error } = await proven({
      isKept: async ({ names }) => await Promise.resolve(names.includes('localhost/app:2')),
    })
    expect(error).toMatchObject({
      failureClass: 'config',
      code: 'IMAGES_PARKED_GONE',
      message:
        'images of node-1 are not where they were kept, and nothing was replaced: localhost/app:1 (r.example.com/moved/app:1), localhost/app:3 (r.example.com/moved/app:3); keep them anew with osferry runs resume run-1 --retry node-1',
    })
  })

  it('is tried again when the registry does not answer, and is no proof', async () => {
    const away = new MigrationError('REGISTRY_UNREACHABLE', 'it does not answer', { hint: 'look at it' })
    const { error } = await proven({ isKept: async () => await Promise.reject(away) })
    expect(error).toBe(away)
    expect(failureOf(error)).toMatchObject({ class: 'transient', code: 'REGISTRY_UNREACHABLE' })
  })

  it('is no proof when the journal does not tell what was kept', async () => {
    expect(await proven({ memory: undefined })).toMatchObject({
      error: { code: 'IMAGES_NOT_PARKED' },
      asked: [],
    })
  })

  it.each<[string, Partial<World>]>([
    ['none was kept', { memory: { place, images: [] } }],
    ['none is kept by the plan', { steps: ['host.provision'] }],
    ['they are kept only when the system is replaced', { steps: ['host.provision', 'images.park'] }],
  ])('asks nobody when %s', async (_, more) => {
    expect(await proven(more)).toMatchObject({ error: undefined, asked: [] })
  })
})
