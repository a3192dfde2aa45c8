import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFrames } from '../../src/facts/frame.ts'

const nonce = 'a'.repeat(32)

function frame(kind: string, id: string, body: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`OSFERRY ${nonce} ${kind} ${id} 0 - ${body.length}\n`),
    body,
    Buffer.from('\n'),
  ])
}

const bodies = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 6 })

describe('readFrames', () => {
  it('gives back any bytes, behind any greeting', () => {
    fc.assert(
      fc.property(bodies, fc.string(), (all, greeting) => {
        const parts = all.map((body, index) => frame('section', `s${index}`, body))
        const stream = Buffer.concat([
          Buffer.from(`${greeting}\n`),
          ...parts,
          frame('end', '-', new Uint8Array()),
        ])
        const read = readFrames(stream, nonce)
        expect(read.ended).toBe(true)
        expect(read.problems).toEqual([])
        expect([...read.sections.values()].map(({ bytes }) => [...bytes])).toEqual(
          all.map((body) => [...body]),
        )
      }),
    )
  })

  it('keeps what was whole when the stream ends anywhere', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), (all, at) => {
        const parts = all.map((body, index) => frame('section', `s${index}`, body))
        const stream = Buffer.concat([...parts, frame('end', '-', new Uint8Array())])
        const cut = at % stream.length
        const read = readFrames(stream.subarray(0, cut), nonce)
        let end = 0
        const whole = parts.filter((part) => (end += part.length) <= cut).length
        expect(read.sections.size).toBe(whole)
        expect(read.ended).toBe(false)
        expect(read.problems.length).toBeGreaterThan(0)
      }),
    )
  })

  it('is not deceived by a body that holds frames of another run, or the mark of this one', () => {
    const inner = Buffer.concat([
      Buffer.from(`OSFERRY ${'b'.repeat(32)} section x 0 - 1\nx\n`),
      frame('section', 'evil', Buffer.from('x')),
    ])
    const read = readFrames(
      Buffer.concat([frame('section', 'good', inner), frame('end', '-', new Uint8Array())]),
      nonce,
    )
    expect([...read.sections.keys()]).toEqual(['good'])
    expect(read.problems).toEqual([])
  })

  it('finds the next frame behind garbage and behind a wrong length', () => {
    const wrong = Buffer.from(`OSFERRY ${nonce} section bad 0 - 99999\nshort\n`)
    const stream = Buffer.concat([
      frame('section', 'a', Buffer.from('1')),
      Buffer.from('Connection noise\n'),
      frame('section', 'b', Buffer.from('2')),
      wrong,
      frame('section', 'c', Buffer.from('3')),
      frame('end', '-', new Uint8Array()),
    ])
    const read = readFrames(stream, nonce)
    expect([...read.sections.keys()]).toEqual(['a', 'b', 'c'])
    expect(read.problems).toHaveLength(2)
  })

  it('takes the first of two sections of the same name and says so', () => {
    const stream = Buffer.concat([
      frame('section', 'a', Buffer.from('1')),
      frame('section', 'a', Buffer.from('2')),
      frame('end', '-', new Uint8Array()),
    ])
    const read = readFrames(stream, nonce)
    expect(Buffer.from(read.sections.get('a')?.bytes ?? []).toString()).toBe('1')
    expect(read.problems[0]).toContain('came twice')
  })

  it('takes the nonce of a bundle from its own header', () => {
    const stream = Buffer.concat([
      Buffer.from('motd\n'),
      frame('head', '-', Buffer.from('set=full\nhost=n1\nuid=0')),
      frame('end', '-', new Uint8Array()),
    ])
    const read = readFrames(stream, null)
    expect(read.nonce).toBe(nonce)
    expect(read.head.get('host')).toBe('n1')
    expect(readFrames(Buffer.from('nothing'), null)).toMatchObject({
      nonce: null,
      problems: ['no header was found'],
    })
  })
})
