import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCertificate } from '../../src/facts/certificate.ts'

describe('parseCertificate', () => {
  it('reads the end of validity after 2049 and the name of the node', () => {
    expect(parseCertificate(fixture('kubelet-client'))).toEqual({
      notAfter: '2126-10-28T00:32:08Z',
      nodeName: 'worker-1.prod',
    })
  })

  it('reads the end of validity before 2050 and no node where the subject names none', () => {
    expect(parseCertificate(fixture('apiserver'))).toEqual({
      notAfter: '2027-11-21T00:32:08Z',
      nodeName: null,
    })
  })

  it('is null for a certificate that was cut', () => {
    expect(parseCertificate(fixture('apiserver').slice(0, 2))).toBeNull()
    expect(parseCertificate([])).toBeNull()
    expect(parseCertificate(['not base64 at all!'])).toBeNull()
  })

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const base64 = Buffer.from([0x30, 0x82, 0x01, 0x00, 0x30, ...bytes]).toString('base64')
        const found = parseCertificate([base64])
        expect(found === null || !Number.isNaN(Date.parse(found.notAfter))).toBe(true)
      }),
    )
  })
})

function fixture(name: string): string[] {
  return readFileSync(new URL(`../fixtures/facts/${name}.base64`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
}
