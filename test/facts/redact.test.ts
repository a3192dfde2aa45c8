import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clean, needsCleaning } from '../../src/facts/clean.ts'
import { plain, redact } from '../../src/model/redact.ts'

describe('redact', () => {
  it.each([
    ['password=hunter2x', 'password=***'],
    ['DB_PASSWORD="two words" next', 'DB_PASSWORD="***" next'],
    ['"auth": "dXNlcjpwYXNz"', '"auth": "***"'],
    ['client-secret: abc', 'client-secret: ***'],
    ['--token abc --node x', '--token *** --node x'],
    ['--password=abc', '--password=***'],
    ['cifs username=u,pass=abc,uid=0', 'cifs username=u,pass=***,uid=0'],
    ['http://user:pw@host:3128/x', 'http://***@host:3128/x'],
    ['https://ghp_012345678901234567890123@host/', 'https://***@host/'],
    ['Authorization: Bearer abcdefghij', 'Authorization: Bearer ***'],
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
    ['Environment="DB_PASSWORD=two words" "X=y"', 'Environment="DB_PASSWORD=***" "X=y"'],
    [String.raw`{\"token\": \"abc\", \"x\": 1}`, String.raw`{\"token\": \"***\", \"x\": 1}`],
    ['password="never closed', 'password="***'],
    ['export MYSQL_PWD=abc dbpass=x REG_PASS=y', 'export MYSQL_PWD=*** dbpass=*** REG_PASS=***'],
    ['psk=correct horse battery', 'psk=***'],
    ['proxy_password=pa ss, and more', 'proxy_password=***'],
    ["passwd = a'b'c", 'passwd = ***'],
    ['  wep-key0=abc def', '  wep-key0=***'],
    ['preshared-key=a&b', 'preshared-key=***'],
    ['http_proxy=alice:pw@proxy.corp:3128', 'http_proxy=***@proxy.corp:3128'],
    ['MYSQL_PWD=abc dbpass=x REG_PASS=y', 'MYSQL_PWD=***'],
    ['mysqldump -uroot -pabc db', 'mysqldump -uroot -p*** db'],
    ["mysql -p'two words' db", 'mysql -p*** db'],
    ['curl -u admin:abc h', 'curl -u admin:*** h'],
    ['sshpass -p abc ssh h', 'sshpass -p *** ssh h'],
    ['redis-cli -h h -a abc ping', 'redis-cli -h h -a *** ping'],
    ['ldapsearch -x -w abc', 'ldapsearch -x -w ***'],
    ['lftp -u user,abc h', 'lftp -u user,*** h'],
    ['smbclient -U user%abc //h/s', 'smbclient -U user%*** //h/s'],
    ['docker login -u u -p abc r', 'docker login -u u -p *** r'],
    ['ETCDCTL_USER=root:abc etcdctl', 'ETCDCTL_USER=root:*** etcdctl'],
    ['cifs username=a%abc,uid=0', 'cifs username=a%***,uid=0'],
    ['netroot=iscsi:u:abc@h::3260::iqn ro', 'netroot=*** ro'],
    ['rd.iscsi.username=u rd.iscsi.in.password=abc', 'rd.iscsi.username=*** rd.iscsi.in.password=***'],
    ['inst.ks=http://u:a@b@h/ks.cfg', 'inst.ks=http://***@h/ks.cfg'],
    ['https://h/c?sv=1&sig=abc%3D&se=2', 'https://h/c?sv=1&sig=***&se=2'],
    ['https://hooks.slack.com/services/T0/B0/abc', 'https://hooks.slack.com/services/***'],
    [
      'https://oapi.dingtalk.com/robot/send?access_token=abc',
      'https://oapi.dingtalk.com/robot/send?access_token=***',
    ],
    [
      'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc',
      'https://qyapi.weixin.qq.com/cgi-bin/webhook/***',
    ],
    ['--manifest-url-header=X:abc --v=2', '--manifest-url-header=*** --v=2'],
    ['password_pbkdf2 root grub.pbkdf2.sha512.10000.AB', 'password_pbkdf2 root grub.pbkdf2.***'],
    ['--registry-token\tabc', '--registry-token\t***'],
  ])('takes the secret out of %j', (text, expected) => {
    expect(redact(text)).toBe(expected)
  })

  it.each([
    'rw,relatime,attr2,inode64',
    '--tls-private-key-file=/etc/kubernetes/pki/kubelet.key',
    'passwd',
    'python3-google-auth\t0\t1.1.1\t1.el8',
    '/etc/kubernetes/webhook/config.yaml',
    'tar -czpf /backup/x.tgz -p /data; ls -a -w',
    '{"auth": {"x": 1}, "credentials": []}',
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
    for (const word of endless) {
      expect(redact(word.repeat(100_000)).length).toBeGreaterThan(0)
    }
  })
})

const endless = [
  'a',
  '-a',
  ' -u',
  'pass-',
  'a.',
  '://',
  'eyJ',
  '$1$',
  '"password":',
  'mysql ',
  'user=',
  'root=iscsi:',
  '?key',
  '--token ',
]

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

  it('hides every value of a key that names a secret, whatever it holds', () => {
    expect(clean({ password: 'two words, and more', token: '' })).toEqual({ password: '***', token: '' })
  })

  it('leaves a property named key alone, when something else in the value needs cleaning', () => {
    const value = {
      files: [{ file: '/etc/sysctl.d/x.conf', key: 'net.ipv4.tcp_rmem', value: '4096\t87380' }],
    }
    expect(needsCleaning(value)).toBe(true)
    expect(clean(value).files[0]).toMatchObject({ key: 'net.ipv4.tcp_rmem', value: '4096 87380' })
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
