import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { redact } from '../../src/model/redact.ts'
import { secretWords, shortWords } from '../../src/model/secret-forms.ts'
import { secretFunctions, secretRule } from '../../src/facts/secret-hider.ts'
import { canariesIn, canaryText, secretCommands } from '../support/canaries.ts'

const awks = ['gawk', 'gawk --posix', 'mawk'].filter((awk) => hide(awk, 'x\n') === 'x\n')

function hide(awk: string, text: string): string {
  const [program = '', ...flags] = awk.split(' ')
  const code = `${secretRule}\n{ print }\n${secretFunctions}`
  const done = spawnSync(program, [...flags, code], { input: text, env: { ...process.env, LC_ALL: 'C' } })
  return done.stderr?.length === 0 ? done.stdout.toString() : String(done.stderr)
}

it('is tested with an awk at least', () => {
  expect(awks).not.toEqual([])
})

describe.each(awks)('%s on the host', (awk) => {
  it('finds every secret word that the controller finds', () => {
    // One name for each: `api[_-]?key` is api_key.
    const words = [secretWords, ...shortWords.map(([, short]) => short)].join('|').split('|')
    const lines = words
      .map((word) => `my_${word.replace('[_-]', '_').replaceAll('?', '')} = CANARY\n`)
      .join('')
    expect(canariesIn(hide(awk, lines))).toEqual([])
    expect(canariesIn(hide(awk, lines.toUpperCase()))).toEqual([])
    expect(canariesIn(redact(lines))).toEqual([])
  })

  it('hides what the controller would hide, and nothing else', () => {
    const lines = [...secretCommands, ...canaryText('/boot/grub2/grubenv').split('\n'), ...harmless]
    const text = `${lines.filter((line) => !/PRIVATE KEY|MIIE/.test(line)).join('\n')}\n`
    expect(hide(awk, text)).toBe(redact(text))
    expect(canariesIn(redact(text))).toEqual([])
  })

  it('keeps paths in front of lines, and the quotes around values', () => {
    const files = '/etc/a\0KEY1=s:CANARY\n/etc/auth.token=x\0{"auth": "CANARY", "x": 1}\n'
    expect(hide(awk, files)).toBe('/etc/a\0KEY1=***\n/etc/auth.token=x\0{"auth": "***", "x": 1}\n')
  })

  it('leaves private keys out until they end or another file begins', () => {
    const key = '/a\0k: -----BEGIN EC PRIVATE KEY-----\n/a\0CANARY\n'
    expect(hide(awk, `${key}/a\0-----END EC PRIVATE KEY-----\n/a\0next\n`)).toBe('/a\0k: ***\n/a\0next\n')
    expect(hide(awk, `${key}/b\0next\n`)).toBe('/a\0k: ***\n/b\0next\n')
    const inline = '"-----BEGIN PRIVATE KEY-----\\nCANARY\\n-----END PRIVATE KEY-----"'
    expect(hide(awk, `{"a": ${inline}, "b": ${inline}}\nnext\n`)).toBe('{"a": "***", "b": "***"}\nnext\n')
  })

  it('hides the value of an option that stands on the line before', () => {
    expect(hide(awk, 'kubelet\n--token\nCANARY\n--v\n2\n')).toBe('kubelet\n--token\n***\n--v\n2\n')
    expect(hide(awk, '/a\0--token\n/b\0next\n')).toBe('/a\0--token\n/b\0next\n')
    expect(hide(awk, '--rotate-token\n--v=2\n')).toBe('--rotate-token\n--v=2\n')
  })

  it('hides the rest of a line made of a great many secrets, in bounded time', () => {
    const line = hide(awk, `${'token=a '.repeat(100_000)}token=CANARY\nnext\n`)
    expect(canariesIn(line)).toEqual([])
    expect(line).toMatch(/\*\*\*\nnext\n$/)
  })

  it('takes linear time for one endless word', () => {
    for (const word of ['a', '-a', ' -u', 'pass-', '://', 'eyJ', 'mysql', 'user=', 'root=iscsi:']) {
      expect(hide(awk, `${word.repeat(20_000)}\n`).length).toBeGreaterThan(0)
    }
  })
})

/** Text that looks a little like secrets. */
const harmless = [
  'python3-google-auth\t0\t1.1.1\t1.el8',
  'gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-centosofficial',
  '--tls-private-key-file=/etc/kubernetes/pki/kubelet.key --authentication-token-webhook=true',
  'bypass=1 authentication: enabled oauth=1 encompass: x',
  'audit\t0\t3.0\t0.17.20191104git1c2f876.el8.1\tx86_64',
  'worker.kubernetescluster node1.kubernetescluster.example.com',
  'l\t35\t/etc/localtime\t../usr/share/zoneinfo/Asia/Shanghai',
  'docker run -u 1000 -p 8080:80 nginx',
  'tar -czf /backup/x.tgz -p /data',
]
