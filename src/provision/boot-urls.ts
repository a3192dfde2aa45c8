import { appendFile, readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isScriptWord } from './ipxe-script.ts'
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

/** One script with a secret that a machine was told. */
const ToldScript = z.strictObject({ verifier: sha256, at: time, from: z.string().max(100) })
type ToldScript = z.infer<typeof ToldScript>

/** A machine may lose its power between script and configuration; more than that is somebody who plays with it. */
const mostScripts = 16

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
  /** Those by which machines boot from the network. */
  networkBoots(): Promise<NetworkBootUrl[]>
  /** Keeps that a script was told; false when there have been too many of that address. */
  addScript(id: string, script: ToldScript): Promise<boolean>
  /** Of the secrets in scripts that were told. */
  verifiers(id: string): Promise<string[]>
}

/** In a directory of our own that is there. */
export function bootUrlsIn(directory: string): BootUrls {
  const pathOf = (id: string, kind: 'json' | 'used' | 'scripts'): string => join(directory, `${id}.${kind}`)
  const isNew = { flag: 'wx', mode: 0o600, flush: true } as const
  const find = async (id: string): Promise<BootUrl | undefined> =>
    BootUrl.safeParse(parsed(await textOf(pathOf(id, 'json')))).data
  const verifiers = async (id: string): Promise<string[]> =>
    ((await textOf(pathOf(id, 'scripts'))) ?? '').split('\n').flatMap((line) => {
      const script = ToldScript.safeParse(parsed(line)).data
      return script === undefined ? [] : [script.verifier]
    })
  // A record is written once: what was read of one stays true.
  const known = new Map<string, BootUrl>()
  return {
    find,
    verifiers,
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
      const ids = (await readdir(directory)).flatMap(
        (name) => /^(?<id>[0-9a-f]{16})\.json$/.exec(name)?.[1] ?? [],
      )
      for (const id of ids) {
        const url = known.get(id) ?? (await find(id))
        if (url !== undefined) known.set(id, url)
      }
      return ids.flatMap((id) => {
        const url = known.get(id)
        return url === undefined || url.network === null ? [] : [{ ...url, network: url.network }]
      })
    },
    async addScript(id, script) {
      if ((await verifiers(id)).length >= mostScripts) return false
      const line = `${JSON.stringify(ToldScript.parse(script))}\n`
      await appendFile(pathOf(id, 'scripts'), line, { mode: 0o600, flush: true })
      return true
    },
  }
}

/** Undefined for what is no JSON. */
function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
