import { brotliDecompressSync } from 'node:zlib'
import { parseAnswer } from '../facts/answer.ts'
import type { HostFacts } from '../model/facts.ts'
import type { Recording } from '../simulate/recording.ts'
import { recordedNonce } from '../simulate/recording.ts'
import { recordings } from '../simulate/recordings.ts'
import { sha256 } from './collect-host.ts'

/** Facts of every recorded host, as a collection at `now` would give them. */
export function recordedFacts(options: { now: string; version: string }): HostFacts[] {
  return recordings.map((recording) => factsOf(recording, options))
}

/** The raw answer of a recording. */
export function unpack(recording: Recording): Uint8Array {
  return brotliDecompressSync(Buffer.from(recording.answer, 'base64'))
}

function factsOf(recording: Recording, { now, version }: { now: string; version: string }): HostFacts {
  const answer = parseAnswer(unpack(recording), {
    nonce: recordedNonce,
    set: 'deep',
    collectedAt: now,
    receivedAtSeconds: null,
    hash: sha256,
  })
  const { name, labels } = recording
  return {
    schema: 'facts/v1',
    tool: { name: 'osferry', version },
    host: { name, address: name, groups: [], labels: { ...labels } },
    collection: {
      startedAt: now,
      finishedAt: now,
      via: 'recording',
      set: answer.set,
      privilege: answer.privilege,
    },
    status: answer.status,
    facts: answer.facts,
  }
}
