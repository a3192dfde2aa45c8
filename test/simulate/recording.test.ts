import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Frames } from '../../src/facts/frame.ts'
import { parseAnswer } from '../../src/facts/answer.ts'
import { readFrames } from '../../src/facts/frame.ts'
import { sha256 } from '../../src/cli/collect-host.ts'
import { recordedFacts, unpack } from '../../src/cli/recorded-hosts.ts'
import { demoFleet } from '../../src/simulate/demo-fleet.ts'
import { recordedNonce, replay } from '../../src/simulate/recording.ts'
import { recordings } from '../../src/simulate/recordings.ts'

const nonce = '0123456789abcdef'.repeat(2)

describe('replay', () => {
  it.each(recordings)('gives the recorded answer of $name under a new nonce', (recording) => {
    const answer = unpack(recording)
    const before = readFrames(answer, recordedNonce)
    const after = readFrames(replay(answer, { nonce, edits: [], epochSeconds: 1 }), nonce)
    expect(after.problems).toEqual([])
    expect(after.ended).toBe(true)
    expect(digests(after)).toEqual(digests(before))
  })

  it.each(recordings)('lets $name answer with the clock of today', (recording) => {
    const epochSeconds = 1_900_000_000
    const frames = readFrames(replay(unpack(recording), { nonce, edits: [], epochSeconds }), nonce)
    expect(frames.head.get('epoch')).toBe('1900000000')
    expect(frames.tail.get('epoch') ?? '1900000000').toBe('1900000000')
  })

  it.each(demoFleet.filter(({ fault }) => fault === undefined))(
    'leaves the recorded name nowhere in the answer of $name, its certificate included',
    ({ name, recording }) => {
      const recorded = recordings.find((one) => one.name === recording)!
      const edits = [{ from: recording, to: name }]
      const answer = replay(unpack(recorded), { nonce, edits, epochSeconds: 1_800_000_000 })
      expect(new TextDecoder().decode(answer).includes(recording)).toBe(false)
      const { facts } = parseAnswer(answer, {
        nonce,
        set: 'deep',
        collectedAt: '2026-11-21T00:00:00.000Z',
        receivedAtSeconds: null,
        hash: sha256,
      })
      expect(facts.identity).toMatchObject({ value: { hostname: name } })
      expect(facts.kubelet).toMatchObject({ value: { nodeName: name } })
    },
  )

  it('keeps frames whole whatever is put into them', () => {
    const answer = unpack(recordings[0]!)
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (to) => {
        const frames = readFrames(
          replay(answer, { nonce, edits: [{ from: recordings[0]!.name, to }], epochSeconds: 1 }),
          nonce,
        )
        expect(frames.problems).toEqual([])
        expect(frames.ended).toBe(true)
      }),
      { numRuns: 20 },
    )
  })
})

describe('recorded hosts', () => {
  it('are read without a fact that cannot be understood', () => {
    const now = '2026-11-21T00:00:00.000Z'
    const bad = recordedFacts({ now, version: '0.1.0' }).flatMap(({ host, facts }) =>
      Object.entries(facts).flatMap(([name, fact]) =>
        fact?.status === 'unavailable' && ['unparsable', 'lost'].includes(fact.reason)
          ? [`${host.name} ${name}: ${fact.message}`]
          : [],
      ),
    )
    expect(bad).toEqual([])
  })

  it('serve a demo of at least twelve hosts that answer, one that is down and one with a changed key', () => {
    expect(demoFleet.filter(({ fault }) => fault === undefined).length).toBeGreaterThanOrEqual(12)
    expect(demoFleet.filter(({ fault }) => fault === 'down')).toHaveLength(1)
    expect(demoFleet.filter(({ fault }) => fault === 'key-changed')).toHaveLength(1)
    const names = new Set(recordings.map(({ name }) => name))
    for (const { recording } of demoFleet) expect(names).toContain(recording)
    expect(new Set(demoFleet.map(({ name }) => name)).size).toBe(demoFleet.length)
  })
})

/** Sections by digest: comparing the bytes themselves one by one takes minutes. */
function digests({ sections }: Frames): string[] {
  return [...sections].map(([id, frame]) => `${id} ${frame.exitCode} ${frame.cut} ${sha256(frame.bytes)}`)
}
