import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { composeScript } from '../../src/facts/script.ts'
import { recordedNonce } from '../../src/simulate/recording.ts'
import { personalities } from './fleet/personalities.ts'
import { startFleet } from './fleet/start.ts'

/**
 * Records what the script prints on one real sshd host of every personality, for the demo and `checks test`:
 * `node test/support/record-fleet.ts` (needs root) rewrites src/simulate/data.
 */
async function record(): Promise<void> {
  const fleet = await startFleet(
    personalities.map(({ name }) => ({ name, personality: name })),
    { network: 91 },
  )
  try {
    for (const host of fleet.hosts) {
      const answer = execFileSync('ssh', sshArguments(fleet, host), {
        input: composeScript({ set: 'full', nonce: recordedNonce }),
        maxBuffer: 64 * 1024 * 1024,
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      const { story, labels } = personalities.find(({ name }) => name === host.personality)!
      const packed = brotliCompressSync(answer, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
      const recording = {
        schema: 'recording/v1',
        name: host.name,
        story,
        labels,
        answer: packed.toString('base64'),
      }
      const path = fileURLToPath(new URL(`../../src/simulate/data/${host.name}.json`, import.meta.url))
      writeFileSync(path, `${JSON.stringify(recording, null, 1)}\n`)
      console.log(`${host.name}: ${answer.length} bytes, ${packed.length} packed`)
    }
  } finally {
    await fleet.stop()
  }
}

function sshArguments(
  fleet: { keyFile: string; knownHostsFile: string },
  host: { address: string; port: number },
): string[] {
  const options = [
    `UserKnownHostsFile=${fleet.knownHostsFile}`,
    'BatchMode=yes',
    `IdentityFile=${fleet.keyFile}`,
  ]
  return [
    ...options.flatMap((option) => ['-o', option]),
    '-F',
    'none',
    '-p',
    String(host.port),
    `root@${host.address}`,
    'sh -s',
  ]
}

await record()
