import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBootAuthority } from '../../src/provision/boot-authority.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'osferry-authority-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true })
})
const path = (): string => join(directory, 'authority.pem')

/** What openssl, which has not made it, says of the certificate of a server. */
function verified(ca: string, server: string, ...more: string[]): string {
  writeFileSync(join(directory, 'ca.pem'), ca)
  writeFileSync(join(directory, 'server.pem'), server)
  const files = ['-CAfile', join(directory, 'ca.pem'), join(directory, 'server.pem')]
  return execFileSync('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', ...more, ...files], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

describe('the authority of a project', () => {
  it('is made once, mode 0600, and leaves nothing else behind', async () => {
    const [first, second] = await Promise.all([
      openBootAuthority(path(), Date.now()),
      openBootAuthority(path(), Date.now()),
    ])
    const third = await openBootAuthority(path(), Date.now())
    expect(second.fingerprint).toBe(third.fingerprint)
    expect(first.fingerprint).toBe(third.fingerprint)
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['authority.pem'])
  })

  it('signs servers by name and address, and openssl takes them strictly for those alone', async () => {
    const authority = await openBootAuthority(path(), Date.now())
    const names = ['boot.example.com', 'localhost', '127.0.0.1', '::1', '2001:db8::10:ffff']
    const { certificate } = authority.issue(names, Date.now())
    for (const name of ['boot.example.com', 'localhost'])
      expect(verified(authority.certificate, certificate, '-verify_hostname', name)).toContain('OK')
    for (const address of ['127.0.0.1', '::1', '2001:db8::10:ffff'])
      expect(verified(authority.certificate, certificate, '-verify_ip', address)).toContain('OK')
    expect(() => verified(authority.certificate, certificate, '-verify_hostname', 'example.com')).toThrow(
      /mismatch/,
    )
    expect(() => verified(authority.certificate, certificate, '-verify_ip', '127.0.0.2')).toThrow(/mismatch/)
    // A server signs nobody.
    expect(new X509Certificate(certificate).ca).toBe(false)
    expect(new X509Certificate(authority.certificate).ca).toBe(true)
  })

  it('says years from 2050 on as well', async () => {
    const authority = await openBootAuthority(path(), Date.parse('2049-06-01T00:00:00Z'))
    const { validFrom, validTo } = new X509Certificate(authority.certificate)
    expect([new Date(validFrom).getUTCFullYear(), new Date(validTo).getUTCFullYear()]).toEqual([2049, 2059])
  })

  it('is refused when others may read its key, and when it is something else', async () => {
    await openBootAuthority(path(), Date.now())
    chmodSync(path(), 0o640)
    await expect(openBootAuthority(path(), Date.now())).rejects.toMatchObject({ code: 'SECRET_UNSAFE' })
    chmodSync(path(), 0o600)
    writeFileSync(path(), 'nothing')
    await expect(openBootAuthority(path(), Date.now())).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' })
  })
})
