import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clean, needsCleaning } from '../../src/facts/clean.ts'
import { plain, redact } from '../../src/facts/redact.ts'

describe('redact', () => {
  it.each([
    ['password=hunter2x', 'password=***'],
    ['DB_PASSWORD="two words" next', 'DB_PASSWORD=*** next'],
    ['"auth": "dXNlcjpwYXNz"', '"auth": ***'],
    ['client-secret: abc', 'client-secret: ***'],
    ['--token abc --node x', '--token *** --node x'],
    ['--password=abc', '--password=***'],
    ['cifs username=u,pass=abc,uid=0', 'cifs username=u,pass=***,uid=0'],
    ['http://user:pw@host:3128/x', 'http://***@host:3128/x'],
    ['https://ghp_012345678901234567890123@host/', 'https://***@host/'],
    ['Authorization: Bearer abcdefghij', 'Authorization: ***'],
    ['curl -H bearer abcdefghij', 'curl -H bearer ***'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- rest', '*** rest'],
    ['-----BEGIN EC PRIVATE KEY-----\nMIIE', '***'],
    ['x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln y', 'x *** y'],
    ['AKIAIOSFODNN7EXAMPLE', '***'],
    ['LTAI5tExampleExample12', '***'],
    ['kubeadm join --token abcdef.0123456789abcdef', 'kubeadm join --token ***'],
    ['bootstrap abcdef.0123456789abcdef.', 'bootstrap abcdef.0123456789abcdef.'],
    ['bootstrap abcdef.0123456789abcdef', 'bootstrap ***'],
    ['root:$6$salt$0123456789abcdef', 'root:***'],
    ['net.ipv4.tcp_fastopen_key = 00-11', 'net.ipv4.tcp_fastopen_key = ***'],
    ['a-very-long.prefix_of-many.words-db-password=abc', 'a-very-long.prefix_of-many.words-db-password=***'],
    [`${'x'.repeat(80)}_secret=abc`, `${'x'.repeat(80)}_secret=***`],
    ['see x://u@http://user:pw@host', 'see x://***@http://***@host'],
    ['--registry-token\tabc', '--registry-token\t***'],
  ])('takes the secret out of %j', (text, expected) => {
    expect(redact(text)).toBe(expected)
  })

  it.each([
    'rw,relatime,attr2,inode64',
    '--tls-private-key-file=/etc/kubernetes/pki/kubelet.key',
    'passwd',
    'libsecret-0.18.6-1.el8.x86_64',
    'BOOT_IMAGE=(hd0,gpt2)/vmlinuz-4.18.0-348.el8.x86_64 root=/dev/mapper/cl-root ro crashkernel=auto',
    'tokens:\n  - name: x',
    'bypass=1 authentication: enabled',
    'ServiceAccountTokenVolumeProjection=true',
    'git@example.com:group/project.git',
  ])('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text)
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(redact(redact(text))).toBe(redact(text))
      }),
    )
  })

  it('takes linear time for one endless word', () => {
    for (const word of ['a', '-a', 'pass-', 'a.', '://', 'eyJ', '$1$', '"password":']) {
      expect(redact(word.repeat(100_000)).length).toBeGreaterThan(0)
    }
  })
})

describe('plain', () => {
  it('leaves no C0, C1 or bidirectional control in any text', () => {
    const forbidden = new RegExp(
      String.raw`[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]`,
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plain(text)).not.toMatch(forbidden)
      }),
    )
    for (let code = 0; code < 65_536; code += 1) {
      if (forbidden.test(plain(String.fromCharCode(code)))) throw new Error(`U+${code.toString(16)} stays`)
    }
  })

  it('keeps the words around an escape sequence', () => {
    expect(plain('\u001b[1;31mCentOS\u001b[0m\tLinux\n')).toBe('CentOS Linux ')
  })
})

describe('clean', () => {
  it('looks into lists, records and keys', () => {
    const value = { password: 'hunter2', list: ['token=hunter2'], 'https://u:hunter2@h': { deep: 'a\u0007' } }
    expect(needsCleaning(value)).toBe(true)
    expect(clean(value)).toEqual({ password: '***', list: ['token=***'], 'https://***@h': { deep: 'a' } })
  })

  it('drops a key that would change what objects are', () => {
    expect(Object.keys(clean(JSON.parse('{"__proto__": {"x": 1}, "a": 1}') as object))).toEqual(['a'])
  })

  it('has nothing to do for most values, and knows it', () => {
    expect(needsCleaning({ name: 'openssl', version: '1.1.1k', flags: ['fpu', 'passwd'] })).toBe(false)
  })

  it('finds everything that it would clean', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const value = { text, list: [`password=${text}`] }
        expect(needsCleaning(value) ? value : clean(value)).toEqual(value)
      }),
    )
  })
})
