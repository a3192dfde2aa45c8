import { homedir } from 'node:os'
import { join } from 'node:path'
import type { KnownLocal } from '../artifacts/list-images.ts'
import type { ArtifactStore } from '../model/artifact-port.ts'
import { FactGap, type CollectorInput } from '../model/collector.ts'
import { MigrationError } from '../model/errors.ts'
import type { NodeImages } from '../model/image-port.ts'
import type { PlannedNode } from '../model/plan.ts'
import type { Host } from '../model/ports.ts'
import type { AfterReplacement, HostPort } from '../steps/data-ports.ts'
import type { ImagesStepPorts } from '../steps/image-memory.ts'
import type { Settings } from './config.ts'
import type { CommandContext } from './context.ts'

/** What the composition of images takes from the rest of a run. */
export interface ImageRunNeeds {
  /** The connected host of a node; who gives it closes it. */
  hostOf: HostPort['hostOf']
  /** The store that a plan names. */
  storeOf: (name: string) => Promise<ArtifactStore>
}

/** What of a run's world it rests on. */
interface ImageWorld {
  readonly context: Pick<CommandContext, 'clock' | 'env'> & { readonly settings: Pick<Settings, 'required'> }
}

/** Ports of `images.park` and `images.restore`; a RunWorld is such a world. */
export function imageRunPorts({ context }: ImageWorld, { hostOf, storeOf }: ImageRunNeeds): ImagesStepPorts {
  function images(node: PlannedNode, run: { readonly id: string }, after?: AfterReplacement): NodeImages {
    const made = import('../artifacts/node-images.ts').then(({ createNodeImages }) =>
      createNodeImages({
        run: run.id,
        node: node.name,
        host: (signal) => hostOf(node, signal, after),
        store: storeOf,
        survey: surveyImages,
        clock: context.clock,
        scratch: join(context.settings.required('state'), 'scratch'),
        variables: { ...context.env, HOME: context.env['HOME'] ?? homedir() },
      }),
    )
    // Told by whoever asks for something.
    made.catch(() => undefined)
    return {
      local: async (...given) => await (await made).local(...given),
      parked: async (...given) => await (await made).parked(...given),
      isKept: async (...given) => await (await made).isKept(...given),
      park: async (...given) => await (await made).park(...given),
      missing: async (...given) => await (await made).missing(...given),
      restore: async (...given) => await (await made).restore(...given),
    }
  }
  return { images }
}

/**
 * Images that no registry is known to have, by the same reading of the host as the facts that were planned with. Throws
 * HOST_ANSWER_INVALID when a runtime does not tell all of its images.
 */
export async function surveyImages(host: Host, signal: AbortSignal): Promise<KnownLocal> {
  const { images } = await import('../facts/images.ts')
  const { stdout } = await host.run({
    argv: ['sh', '-s'],
    stdin: images.script ?? '',
    become: true,
    timeoutMs: images.timeoutMs ?? 30_000,
    maxOutputBytes: images.maxBytes ?? 1024 * 1024,
    signal,
  })
  const input: CollectorInput = {
    ...nothingElse,
    stdout: Buffer.from(stdout).toString('utf8'),
    privilege: host.privilege,
  }
  try {
    const parsed = images.parse(input)
    if (!('degraded' in parsed)) return parsed.localOnly
    throw cannotTell(host, parsed.degraded)
  } catch (error) {
    if (error instanceof FactGap) throw cannotTell(host, error.message, error)
    throw error
  }
}

/** The collector of images reads what its script prints. */
const nothingElse: Omit<CollectorInput, 'stdout' | 'privilege'> = {
  exitCode: 0,
  files: new Map(),
  matching: () => [],
  text: () => undefined,
  paths: new Map(),
  pathsMatching: () => [],
  hidden: () => false,
  atMost: (list) => list,
  epochSeconds: 0,
  endEpochSeconds: null,
  sentAtSeconds: null,
  receivedAtSeconds: null,
}

function cannotTell(host: Host, why: string, cause?: unknown): MigrationError {
  return new MigrationError('HOST_ANSWER_INVALID', `${host.name}: its images are not all known: ${why}`, {
    hint: 'let the container runtime of the host answer, then run it again',
    details: { host: host.name },
    ...(cause === undefined ? {} : { cause }),
  })
}
