import { realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureDirectory, writeFileAtomically } from '../inventory/atomic-file.ts'
import { createLabClusterSession } from '../lab/start-lab-cluster.ts'
import { startLab, type Lab } from '../lab/start-lab.ts'
import type { LabHost } from '../simulate/lab-host.ts'
import { recordings } from '../simulate/recordings.ts'
import { labConfig, labFileNames, labKubeconfig, labPlanOptions, type LabPlanChoices } from './lab-files.ts'
import { unpack } from './recorded-hosts.ts'

/** A lab in a directory that osferry can be used in: keys, settings, and where the lab is asked. */
export interface LabSession {
  lab: Lab
  /** Resolved. */
  directory: string
  /** Aborted when something of the lab has failed by itself, with that as its reason. */
  broken: AbortSignal
  /** Ends the lab; what only it could answer for goes with it. */
  close(): Promise<void>
}

export interface LabSessionOptions {
  directory: string
  hosts: readonly LabHost[]
  seed: number
  speed: number
  plan: LabPlanChoices
}

/** Starts a lab and writes its files; the inventory is the caller's to write. */
export async function openLabSession(options: LabSessionOptions): Promise<LabSession> {
  const { hosts, seed, speed, plan } = options
  const directory = realpathSync(options.directory)
  const state = join(directory, '.osferry')
  const disks = join(directory, 'machines')
  const accessFile = join(state, 'lab.json')
  // What an earlier lab has left there is of machines that are no more.
  await rm(state, { recursive: true, force: true })
  ensureDirectory(state, 0o700)
  ensureDirectory(disks, 0o700)
  const broken = new AbortController()
  const nodes = hosts.filter(({ isNode }) => isNode).length
  const session = createLabClusterSession({ seed, nodes })
  const closing: (() => Promise<void>)[] = [() => rm(disks, { recursive: true, force: true })]
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step()
  }
  try {
    const lab = await startLab({
      hosts,
      answers: new Map(recordings.map((recording) => [recording.name, unpack(recording)])),
      directory: disks,
      seed,
      speed,
      cluster: session.machines,
      onError: (error) => broken.abort(error),
      nowMs: () => Date.now(),
    })
    closing.push(() => lab.close())
    const cluster = await session.run()
    closing.push(
      () => cluster.close(),
      () => rm(accessFile, { force: true }),
    )
    const files = {
      [labFileNames.key]: lab.key.privateKey,
      [labFileNames.knownHosts]: lab.knownHosts,
      [labFileNames.config]: labConfig(),
      [labFileNames.kubeconfig]: labKubeconfig(cluster),
      [labFileNames.options]: labPlanOptions(plan),
    }
    for (const [name, text] of Object.entries(files)) await writeFileAtomically(join(directory, name), text)
    await writeFileAtomically(accessFile, `${JSON.stringify(lab.access)}\n`)
    return { lab, directory, broken: broken.signal, close }
  } catch (error) {
    await close()
    throw error
  }
}
