/**
 * Parks a directory over each transport into a store that keeps nothing, beside its peer `ssh host tar | zstd`: throughput as
 * a ratio of the same run, and the memory of a large stream against that of a small one.
 *
 *   node test/bench/park.ts [MiB]        200 when left out
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parkTree } from '../../src/artifacts/park-tree.ts'
import type { ArtifactStore } from '../../src/model/artifact-port.ts'
import { startDataHost } from '../support/data-host.ts'
import { parking, stillClock } from '../support/parking.ts'
import { backends, knownHostsFile, never } from '../support/ssh-host.ts'
import { createSshdBed } from '../support/sshd.ts'

const largeMiB = Number(process.argv[2] ?? 200)
const smallMiB = 4
const root = mkdtempSync(join(tmpdir(), 'osferry-bench-park-'))
const bed = createSshdBed()
try {
  for (const mebibytes of [smallMiB, largeMiB]) makeData(join(root, String(mebibytes)), mebibytes)
  const peerMs = await peer(join(root, String(largeMiB)))
  console.log(`peer  ssh tar|zstd   ${largeMiB} MiB  ${rate(peerMs)} MiB/s`)
  for (const backend of backends) {
    const data = await startDataHost(bed, { backend })
    const runs: { ms: number; peakMiB: number }[] = []
    for (const mebibytes of [smallMiB, largeMiB]) {
      const started = performance.now()
      let peakMiB = 0
      const onProgress = (): void => {
        const { heapUsed, arrayBuffers } = process.memoryUsage()
        peakMiB = Math.max(peakMiB, (heapUsed + arrayBuffers) / 1024 ** 2)
      }
      const ports = { host: data.host, store: blackHole(), clock: stillClock }
      await parkTree(ports, parking(join(root, String(mebibytes)), { onProgress }), never)
      runs.push({ ms: performance.now() - started, peakMiB })
    }
    await data.close()
    const [small, large] = runs
    if (small === undefined || large === undefined) throw new Error('a run is missing')
    console.log(
      `park  over ${backend.padEnd(8)}  ${largeMiB} MiB  ${rate(large.ms)} MiB/s  ${(peerMs / large.ms).toFixed(2)} of the peer  ` +
        `peak ${large.peakMiB.toFixed(0)} MiB (${smallMiB} MiB: ${small.peakMiB.toFixed(0)} MiB)`,
    )
  }
} finally {
  await bed.close()
  rmSync(root, { recursive: true, force: true })
}

function rate(ms: number): string {
  return (largeMiB / (ms / 1000)).toFixed(0)
}

/** Files of a MiB, half of it zeros: about what zstd makes of real data. */
function makeData(directory: string, mebibytes: number): void {
  mkdirSync(directory)
  for (let index = 0; index < mebibytes; index++) {
    const random = execFileSync('head', ['-c', String(512 * 1024), '/dev/urandom'], { maxBuffer: 1 << 21 })
    writeFileSync(join(directory, `file-${index}`), Buffer.concat([random, Buffer.alloc(512 * 1024)]))
  }
}

/** The same with what every machine has. */
async function peer(directory: string): Promise<number> {
  const sshd = await bed.start()
  const known = knownHostsFile(bed, sshd.knownHosts)
  const options = ['-F', 'none', '-o', `UserKnownHostsFile=${known}`, '-o', `IdentityFile=${bed.keyFile}`]
  const command = `tar -c --format=posix --sort=name --xattrs --acls --sparse -C ${directory} . | zstd -q -c -3`
  const started = performance.now()
  const ssh = ['ssh', ...options, '-p', String(sshd.port), 'root@127.0.0.1', `'${command}'`].join(' ')
  const { status } = spawnSync('sh', ['-c', `${ssh} >/dev/null`], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error('the peer failed')
  const ms = performance.now() - started
  await sshd.stop()
  return ms
}

/** Hashes as every store does, and keeps nothing. */
function blackHole(): ArtifactStore {
  return {
    name: 'black hole',
    async write(_key, chunks) {
      const hash = createHash('sha256')
      let bytes = 0
      for await (const chunk of chunks) {
        hash.update(chunk)
        bytes += chunk.length
      }
      return { sha256: hash.digest('hex'), bytes }
    },
    read: async () => undefined,
    async *list() {
      yield* []
    },
    remove: async () => {},
  }
}
