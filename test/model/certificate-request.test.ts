import { array, assert, constant, integer, nat, oneof, property, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalAddress, parseCertificateRequest } from '../../src/model/certificate-request.ts'
import { DerError, readValues } from '../../src/model/der-reader.ts'
import { makeCertificateRequest, nodeSubject } from '../support/certificate-request.ts'

describe('parseCertificateRequest', () => {
  it('reads what openssl has written', () => {
    const names = ['DNS:node-1', 'DNS:node-1.example', 'IP:10.20.0.1', 'IP:fd00:0:0:0:0:0:0:1']
    expect(parseCertificateRequest(makeCertificateRequest(nodeSubject('node-1'), names))).toEqual({
      commonNames: ['system:node:node-1'],
      organizations: ['system:nodes'],
      dnsNames: ['node-1', 'node-1.example'],
      ipAddresses: ['10.20.0.1', 'fd00::1'],
      others: [],
    })
  })

  it('tells everything that it does not know, so that nobody overlooks it', () => {
    const pem = makeCertificateRequest('/C=CN/O=a/O=b/CN=x/CN=y', ['email:a@example.com', 'URI:https://a'])
    expect(parseCertificateRequest(pem)).toEqual({
      commonNames: ['x', 'y'],
      organizations: ['a', 'b'],
      dnsNames: [],
      ipAddresses: [],
      others: ['subject 2.5.4.6', 'name of tag 129', 'name of tag 134'],
    })
  })

  it('drops no byte of a name: with a byte order mark it is another name', () => {
    const pem = makeCertificateRequest('/CN=xxxsystem:node:node-1')
    const [, base64 = ''] = /REQUEST-----\n(.*)-----END/s.exec(pem) ?? []
    const hex = Buffer.from(base64, 'base64').toString('hex').replace('787878', 'efbbbf')
    const body = Buffer.from(hex, 'hex').toString('base64')
    const marked = `-----BEGIN CERTIFICATE REQUEST-----\n${body}\n-----END CERTIFICATE REQUEST-----\n`
    expect(parseCertificateRequest(marked)?.commonNames).toEqual(['\uFEFFsystem:node:node-1'])
  })

  it('takes no more and no less than one whole request', () => {
    const pem = makeCertificateRequest(nodeSubject('node-1'), ['DNS:node-1'])
    const [, base64 = ''] = /REQUEST-----\n(.*)-----END/s.exec(pem) ?? []
    const bytes = Buffer.from(base64, 'base64')
    const armoured = (der: Uint8Array): string =>
      `-----BEGIN CERTIFICATE REQUEST-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
    expect(parseCertificateRequest(armoured(bytes))).toBeDefined()
    expect(parseCertificateRequest(pem + pem)).toBeUndefined()
    expect(parseCertificateRequest(armoured(Buffer.concat([bytes, bytes])))).toBeUndefined()
    expect(parseCertificateRequest('x'.repeat(100_000))).toBeUndefined()
    assert(
      property(integer({ min: 0, max: bytes.length - 1 }), (length) => {
        expect(parseCertificateRequest(armoured(bytes.subarray(0, length)))).toBeUndefined()
      }),
    )
    // Whatever is changed, it ends, and never as an error.
    assert(
      property(integer({ min: 0, max: bytes.length - 1 }), nat(255), (at, byte) => {
        const changed = Uint8Array.from(bytes)
        changed[at] = byte
        parseCertificateRequest(armoured(changed))
      }),
    )
  })
})

describe('readValues', () => {
  it('gives back what was encoded', () => {
    const content = oneof(uint8Array({ maxLength: 300 }), constant(new Uint8Array(70_000)))
    assert(
      property(array(content, { maxLength: 4 }), (contents) => {
        const bytes = Buffer.concat(contents.map((part) => Buffer.concat([header(part.length), part])))
        expect(readValues(bytes).map((value) => Buffer.from(value.content))).toEqual(
          contents.map((part) => Buffer.from(part)),
        )
      }),
    )
  })

  it('refuses lengths that are indefinite, too long, or longer than they need be', () => {
    for (const bytes of [
      [0x30, 0x80, 0, 0],
      [0x04, 0x81, 0x01, 0],
      [0x04, 0x82, 0, 0xff],
      [0x1f, 0x81, 0],
      [4],
    ])
      expect(() => readValues(Uint8Array.from(bytes))).toThrow(DerError)
  })

  function header(length: number): Buffer {
    if (length < 0x80) return Buffer.from([0x04, length])
    const digits = length.toString(16)
    const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
    return Buffer.concat([Buffer.from([0x04, 0x80 + bytes.length]), bytes])
  }
})

describe('canonicalAddress', () => {
  it('has one form for every way to write an address', () => {
    expect(canonicalAddress('FD00:0:0::0:1')).toBe('fd00::1')
    expect(canonicalAddress('10.0.0.1')).toBe('10.0.0.1')
    expect(canonicalAddress('no:address]/')).toBe('no:address]/')
  })
})
