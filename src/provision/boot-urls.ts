import { readdir, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { KeptStage } from './boot-progress.ts'
import { isScriptWord } from './ipxe-script.ts'
import { addLine, parsed, readLines, textOf } from './lines-file.ts'
import { NetworkBoot } from './network-boot.ts'

const time = z.iso.datetime()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** One address by which one configuration may be fetched once. */
const BootUrl = z
  .strictObject({
    schema: z.literal('boot-url/v1'),
    id: z.string().regex(/^[0-9a-f]{16}$/),
    /** sha256 of the secret in the address; null when each script that a machine is told has a secret of its own. */
    verifier: sha256.nullable(),
    /** Of the secret by which the machine tells how far it is; null when it has none, or one of a script. */
    progress: sha256.nullable().default(null),
    node: z.string().min(1).max(253),
    /** Absolute path, and what has to lie there. */
    config: z.strictObject({ path: z.string().startsWith('/'), sha256 }),
    mintedAt: time,
    expiresAt: time,
    machine: z.strictObject({
      macs: z.array(z.string()).readonly(),
      uuid: z.string().nullable(),
      serial: z.string().nullable(),
      machineId: z.string().nullable(),
    }),
    /** Null: whoever boots the machine hands it the address. */
    network: NetworkBoot.nullable().default(null),
  })
  .refine(({ node, network }) => network === null || isScriptWord(node), 'a node that a script can name')
export type BootUrl = z.infer<typeof BootUrl>
export type NetworkBootUrl = BootUrl & { network: NetworkBoot }

/** One script that a machine was told, with the sha256 of its two secrets. */
const ToldScript = z.strictObject({ verifier: sha256, progress: sha256, at: time, from: z.string().max(100) })
type ToldScript = z.infer<typeof ToldScript>

/** A machine may lose its power between script and configuration; more than that is somebody who plays with it. */
const mostScripts = 16
/** Of one machine: more than that is told by something that has run wild. */
const mostStages = 1000

/**
 * All addresses of a project: files in one directory, which who mints and who serves share, be they one process or several. A
 * fetch is a second file that can be made once: whoever makes it has it.
 */
export interface BootUrls {
  add(url: BootUrl): Promise<void>
  /** Undefined when there is none, or when what is there is not one. */
  find(id: string): Promise<BootUrl | undefined>
  /** False when somebody has it already. */
  claim(id: string, by: { at: string; from: string }): Promise<boolean>
  isClaimed(id: string): Promise<boolean>
  /** After a claim of one's own that has come to nothing. */
  release(id: string): Promise<void>
  /** Of all that are kept, in no order; none when there is no directory. */
  all(): Promise<BootUrl[]>
  /** Those by which machines boot from the network. */
  networkBoots(): Promise<NetworkBootUrl[]>
  /** Keeps that a script was told; false when there have been too many of that address. */
  addScript(id: string, script: ToldScript): Promise<boolean>
  /** Scripts that were told, the first one first. */
  scripts(id: string): Promise<ToldScript[]>
  /** Keeps how far a machine is; false when it has told too much. */
  addStage(id: string, stage: KeptStage): Promise<boolean>
  /** What a machine has told, the first one first. */
  stages(id: string): Promise<KeptStage[]>
}

/** In a directory of our own that is there. */
export function bootUrlsIn(directory: string): BootUrls {
  const pathOf = (id: string, kind: 'json' | 'used' | 'scripts' | 'progress'): string =>
    join(directory, `${id}.${kind}`)
  const isNew = { flag: 'wx', mode: 0o600, flush: true } as const
  const find = async (id: string): Promise<BootUrl | undefined> =>
    BootUrl.safeParse(parsed(await textOf(pathOf(id, 'json')))).data
  const scripts = async (id: string): Promise<ToldScript[]> =>
    await readLines(pathOf(id, 'scripts'), ToldScript)
  const stages = async (id: string): Promise<KeptStage[]> =>
    await readLines(pathOf(id, 'progress'), KeptStage)
  // A record is written once: what was read of one stays true.
  const known = new Map<string, BootUrl>()
  const all = async (): Promise<BootUrl[]> => {
    const ids = (await namesIn(directory)).flatMap((name) => /^([0-9a-f]{16})\.json$/.exec(name)?.[1] ?? [])
    const found: BootUrl[] = []
    for (const id of ids) {
      const url = known.get(id) ?? (await find(id))
      if (url === undefined) continue
      known.set(id, url)
      found.push(url)
    }
    return found
  }
  return {
    find,
    scripts,
    stages,
    all,
    async add(url) {
      await writeFile(pathOf(url.id, 'json'), `${JSON.stringify(BootUrl.parse(url))}\n`, isNew)
    },
    async claim(id, by) {
      try {
        await writeFile(pathOf(id, 'used'), `${JSON.stringify(by)}\n`, isNew)
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
        throw error
      }
    },
    async isClaimed(id) {
      return (await textOf(pathOf(id, 'used'))) !== undefined
    },
    async release(id) {
      await unlink(pathOf(id, 'used'))
    },
    async networkBoots() {
      return (await all()).flatMap((url) => (url.network === null ? [] : [{ ...url, network: url.network }]))
    },
    async addScript(id, script) {
      if ((await scripts(id)).length >= mostScripts) return false
      await addLine(pathOf(id, 'scripts'), ToldScript.parse(script))
      return true
    },
    async addStage(id, stage) {
      if ((await stages(id)).length >= mostStages) return false
      await addLine(pathOf(id, 'progress'), KeptStage.parse(stage))
      return true
    },
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
