import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { answerOf, type Answer, type AnswerOptions } from '../../src/facts/answer.ts'
import { linesIn } from '../../src/facts/values.ts'
import type { Collector } from '../../src/model/collector.ts'
import { FactGap } from '../../src/model/collector.ts'

const nonce = 'c'.repeat(32)
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const options: AnswerOptions = {
  nonce,
  set: 'full',
  collectedAt: '2026-01-01T00:00:00Z',
  receivedAtSeconds: 1000,
  hash,
}

function frame(id: string, body: string | Uint8Array, state = '0 -'): Buffer {
  const bytes = Buffer.from(body)
  return Buffer.concat([
    Buffer.from(`OSFERRY ${nonce} section ${id} ${state} ${bytes.length}\n`),
    bytes,
    Buffer.from('\n'),
  ])
}

function stream(...frames: Buffer[]): Buffer {
  const head = 'version=1\nset=full\nhost=node-1\nepoch=1000\nuid=0\nsudo='
  return Buffer.concat([
    Buffer.from(`OSFERRY ${nonce} head - 0 - ${head.length}\n${head}\n`),
    ...frames,
    Buffer.from(`OSFERRY ${nonce} end - 0 - 0\n\n`),
  ])
}

/** `lsm` keeps the lines of its section. */
const lsm: Collector = {
  fact: 'lsm',
  set: 'basic',
  command: 'cat lsm',
  script: 'cat lsm',
  parse: ({ stdout }) => ({ active: stdout.split('\n').filter((line) => line !== '') }),
}
const hosts: Collector = {
  fact: 'trustAnchors',
  set: 'basic',
  command: 'cat /etc/hosts',
  files: ['/etc/hosts', '/etc/hosts.d/*'],
  parse: (input) => ({ files: [input.text('/etc/hosts') ?? 'none', ...input.matching('/etc/hosts.d/*')] }),
}

function answer(all: readonly Collector[], bytes: Uint8Array, more: Partial<AnswerOptions> = {}): Answer {
  return answerOf(all, bytes, { ...options, ...more })
}

describe('parseAnswer', () => {
  it('gives each fact with its command, time, size and hash of the raw bytes', () => {
    const read = answer([lsm], stream(frame('lsm', 'lockdown\nyama\n')))
    expect(read).toMatchObject({
      status: 'complete',
      privilege: 'root',
      hostname: 'node-1',
      set: 'full',
      problems: [],
    })
    expect(read.facts.lsm).toEqual({
      status: 'ok',
      value: { active: ['lockdown', 'yama'] },
      source: {
        command: 'cat lsm',
        collectedAt: options.collectedAt,
        sha256: hash(Buffer.from('lockdown\nyama\n')),
        bytes: 14,
      },
    })
  })

  it('says of a list that was cut, and of a file that was not read whole, that the fact is not whole', () => {
    const few: Collector = {
      ...lsm,
      parse: (input) => ({ active: [...input.atMost(linesIn(input.stdout), 2, 'modules')] }),
    }
    const read = answer([few], stream(frame('lsm', 'a\nb\nc\n')))
    expect(read.facts.lsm).toMatchObject({
      status: 'ok',
      value: { active: ['a', 'b'] },
      degraded: 'only the first 2 of 3 modules are held',
    })
    expect(answer([few], stream(frame('lsm', 'a\nb\n'))).facts.lsm).not.toHaveProperty('degraded')
    const long = '/etc/hosts\u0000127.0.0.1 localhost\n'.repeat(20_000)
    expect(answer([hosts], stream(frame('files', long))).facts.trustAnchors).toMatchObject({
      status: 'ok',
      degraded: 'could not read all of /etc/hosts',
    })
  })

  it('hashes the files that a fact was made from', () => {
    const read = answer([hosts], stream(frame('files', '/etc/hosts\u0000127.0.0.1 localhost\n')))
    const raw = '/etc/hosts\u0000127.0.0.1 localhost\n'
    expect(read.facts.trustAnchors?.source).toMatchObject({
      sha256: hash(Buffer.from(raw)),
      bytes: raw.length,
    })
  })

  it.each([
    ['a section that never came', [], 'lost'],
    ['a section that ran out of time', [frame('lsm', 'a', '124 timeout')], 'timeout'],
    ['a section that was cut', [frame('lsm', 'a', '0 bytes')], 'too-large'],
  ])('reports %s as a gap and the answer as not complete', (_, frames, reason) => {
    const read = answer([lsm, hosts], stream(frame('files', '/etc/hosts\0x\n'), ...frames))
    expect(read.facts.lsm).toMatchObject({ status: 'unavailable', reason })
    expect(read.status).toBe('partial')
  })

  it('has failed when nothing is usable', () => {
    expect(answer([lsm], Buffer.from('sudo: a password is required\n'))).toMatchObject({
      status: 'failed',
      privilege: 'user',
      problems: ['no frame of this run was found', 'the output stops before its end frame'],
    })
  })

  it('makes a gap of a parser that throws, and of a value without the form of the fact', () => {
    const thrower: Collector = {
      ...lsm,
      parse: () => {
        throw new TypeError('cannot read it')
      },
    }
    const gap: Collector = {
      ...lsm,
      parse: () => {
        throw new FactGap('permission-denied', 'only root')
      },
    }
    const wrong = { ...lsm, parse: () => ({ active: [1] }) } as unknown as Collector
    const bytes = stream(frame('lsm', 'a'))
    expect(answer([thrower], bytes).facts.lsm).toMatchObject({
      reason: 'unparsable',
      message: 'cannot read it',
    })
    expect(answer([gap], bytes).facts.lsm).toMatchObject({
      reason: 'permission-denied',
      message: 'only root',
    })
    expect(answer([wrong], bytes).facts.lsm).toMatchObject({ status: 'unavailable', reason: 'unparsable' })
  })

  it('is complete although a tool is not installed', () => {
    const missing: Collector = {
      ...lsm,
      parse: () => {
        throw new FactGap('command-missing', 'bpftool is not installed')
      },
    }
    const bytes = stream(frame('files', '/etc/hosts\0x\n'), frame('lsm', '', '127 -'))
    expect(answer([missing, hosts], bytes).status).toBe('complete')
  })

  it('says of facts of a larger set that nobody asked for them', () => {
    const full: Collector = { ...lsm, set: 'full' }
    const basic = answerOf([full, hosts], Buffer.concat([frame('files', '/etc/hosts\0x\n')]), {
      ...options,
      set: 'basic',
    })
    expect(basic.facts.lsm).toMatchObject({ status: 'unavailable', reason: 'not-collected' })
    expect(basic.status).toBe('complete')
  })

  it('keeps facts of files before a cut and gives up those behind it', () => {
    const later: Collector = {
      ...hosts,
      fact: 'versionlock',
      files: ['/etc/z.conf'],
      parse: () => ({ entries: [] }),
    }
    const first: Collector = { ...hosts, files: ['/etc/hosts'] }
    const body = '/etc/hosts\0one\n/etc/y.conf\0flood\n'
    const other: Collector = {
      ...later,
      fact: 'csi',
      files: ['/etc/y.conf'],
      parse: () => ({ sockets: [], drivers: [] }),
    }
    const read = answer([first, other, later], stream(frame('files', body, '0 bytes')))
    expect(read.facts.trustAnchors).toMatchObject({ status: 'ok', value: { files: ['one '] } })
    expect(read.facts.csi).toMatchObject({ status: 'unavailable', reason: 'too-large' })
    expect(read.facts.versionlock).toMatchObject({ status: 'unavailable', reason: 'too-large' })
  })

  it('tells denied files from missing ones', () => {
    const body = 'grep: /etc/hosts: Permission denied\ngrep: /etc/hosts.d/*: No such file or directory\n'
    expect(answer([hosts], stream(frame('files', body))).facts.trustAnchors).toMatchObject({
      status: 'unavailable',
      reason: 'permission-denied',
    })
    const missing = answer(
      [hosts],
      stream(frame('files', body.replace('Permission denied', 'No such file or directory'))),
    )
    expect(missing.facts.trustAnchors).toMatchObject({ status: 'ok', value: { files: ['none'] } })
  })

  it('lets no control character, escape sequence or direction change into a fact', () => {
    const hostile = 'a\u001b[31mred\u001b]0;title\u0007\u0085\u202eb\u0000\nok\u2066\n'
    const invalid = Buffer.concat([Buffer.from(hostile), Buffer.from([0xff, 0xfe, 0x0a])])
    const read = answer([lsm], stream(frame('lsm', invalid)))
    expect(read.facts.lsm).toMatchObject({ value: { active: ['aredb', 'ok', '\ufffd\ufffd'] } })
  })

  it('redacts secrets in values, keys and notes', () => {
    const noted: Collector = {
      ...lsm,
      parse: ({ stdout }) => ({ value: { active: [stdout] }, degraded: 'tried --token abcdefgh' }),
    }
    const read = answer([noted], stream(frame('lsm', 'curl https://u:hunter2@h/ password=hunter2')))
    expect(JSON.stringify(read)).not.toMatch(/hunter2|abcdefgh/)
    expect(read.facts.lsm).toMatchObject({ degraded: 'tried --token ***' })
  })

  it('reports sections that nobody asked for, and a script that is too new', () => {
    expect(answer([lsm], stream(frame('lsm', 'a'), frame('evil', 'b'))).problems).toEqual([
      'section evil was not asked for',
    ])
    const newer = Buffer.from(
      stream(frame('lsm', 'a')).toString('latin1').replace('version=1', 'version=9'),
      'latin1',
    )
    expect(answer([lsm], newer)).toMatchObject({
      status: 'failed',
      problems: [expect.stringContaining('newer')],
    })
  })

  it('takes privilege from the header, unless the caller knows better', () => {
    const bytes = stream(frame('lsm', 'a'))
    const sudo = Buffer.from(
      bytes
        .toString('latin1')
        .replace(/- 0 - (\d+)/, (_, n: string) => `- 0 - ${Number(n) + 3}`)
        .replace('sudo=', 'sudo=yes'),
      'latin1',
    )
    expect(answer([lsm], bytes).privilege).toBe('root')
    expect(answer([lsm], sudo).privilege).toBe('sudo')
    expect(answer([lsm], bytes, { privilege: 'user' }).privilege).toBe('user')
  })

  it('reads a bundle by the nonce and the set of its own header', () => {
    const read = answer([lsm], stream(frame('lsm', 'a')), {
      nonce: null,
      set: 'basic',
      receivedAtSeconds: null,
    })
    expect(read).toMatchObject({ status: 'complete', set: 'full' })
  })
})
