import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPipeReport } from '../../src/artifacts/pipe-report.ts'

const nonce = '0123456789abcdef01234567'
const report = (text: string, bytes = Buffer.byteLength(text)) =>
  readPipeReport(
    {
      stderr: Buffer.from(text),
      stderrBytes: bytes,
      stdoutBytes: 0,
      exitCode: 0,
      signal: null,
      durationMs: 1,
    },
    nonce,
  )

describe('the report of a pipeline', () => {
  it('leaves out what the login said, and knows when something is missing', () => {
    const { statuses, lines, isWhole } = report(`Welcome ${nonce} begin 0\n${nonce} tar 2\ntar: no\n`)
    expect([Object.fromEntries(statuses), lines, isWhole]).toEqual([{ begin: 0, tar: 2 }, ['tar: no'], true])
    expect(report(`${nonce} begin 0\n`, 100).isWhole).toBe(false)
    expect(report('bash: no\n').isWhole).toBe(false)
  })

  it('finds every status, and every other line, wherever in its lines another part has written them', () => {
    const status = `${nonce} unpack 0\n`
    const line = 'tar: ./a: time stamp 2052-09-19 is 815039736 s in the future\n'
    fc.assert(
      fc.property(fc.integer({ min: 0, max: line.length }), (at) => {
        const text = `${nonce} begin 0\n${line.slice(0, at)}${status}${line.slice(at)}${nonce} tar 0\n`
        const { statuses, lines } = report(text)
        expect(Object.fromEntries(statuses)).toEqual({ begin: 0, unpack: 0, tar: 0 })
        expect(lines).toEqual([line.trim()])
      }),
    )
  })
})
