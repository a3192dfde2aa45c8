import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeKey, lookUpKeys, storeKey, type Endpoint } from '../../src/hosts/host-keys.ts'
import { createKnownHostsFiles } from '../../src/hosts/known-hosts-files.ts'
import type { Log } from '../../src/model/ports.ts'

const dir = mkdtempSync(join(tmpdir(), 'osferry-host-keys-'))
const file = join(dir, 'known_hosts')
const keys: Record<string, string> = {}
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {} }

beforeAll(() => {
  for (const name of ['stolen', 'own', 'other']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(dir, name)])
    keys[name] = readFileSync(join(dir, `${name}.pub`), 'utf8').trim()
  }
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

function blobOf(name: string): Buffer {
  return Buffer.from(keys[name]?.split(' ')[1] ?? '', 'base64')
}

function endpoint(hostKeys: 'strict' | 'accept-new'): Endpoint {
  return {
    name: 'node1',
    address: '10.0.0.5',
    ssh: { port: 22, hostKeys, knownHostsFiles: [file] },
  } as unknown as Endpoint
}

async function judged(hostKeys: 'strict' | 'accept-new', shown: string, lines: string): Promise<string> {
  writeFileSync(file, lines)
  const place = { files: createKnownHostsFiles(silent), home: dir, systemFiles: [] }
  const result = judgeKey(await lookUpKeys(endpoint(hostKeys), place), blobOf(shown))
  return typeof result === 'string' ? result : result.code
}

describe('a line that revokes a key for every name', () => {
  it.each([
    ['accept-new', 'other', 'HOST_KEY_CHANGED'],
    ['accept-new', 'stolen', 'HOST_KEY_REVOKED'],
    ['accept-new', 'own', 'known'],
    ['strict', 'own', 'known'],
    ['strict', 'other', 'HOST_KEY_CHANGED'],
  ] as const)(
    'does not hide the key of the host: %s, the host shows %s: %s',
    async (policy, shown, answer) => {
      expect(await judged(policy, shown, `@revoked * ${keys['stolen']}\nnode1 ${keys['own']}\n`)).toBe(answer)
    },
  )

  it('lets a new host in when asked to, and stores its key', async () => {
    writeFileSync(file, `@revoked * ${keys['stolen']}\n`)
    const files = createKnownHostsFiles(silent)
    const knowledge = await lookUpKeys(endpoint('accept-new'), { files, home: dir, systemFiles: [] })
    expect(judgeKey(knowledge, blobOf('own'))).toBe('new')
    expect(await storeKey(knowledge, blobOf('own'), files)).toBeNull()
    expect(readFileSync(file, 'utf8')).toContain(`10.0.0.5 ${keys['own']}`)
  })

  it('refuses a key that was revoked while the host was asked', async () => {
    writeFileSync(file, '')
    const files = createKnownHostsFiles(silent)
    const knowledge = await lookUpKeys(endpoint('accept-new'), { files, home: dir, systemFiles: [] })
    writeFileSync(file, `@revoked * ${keys['stolen']}\n`)
    expect(await storeKey(knowledge, blobOf('stolen'), files)).toMatchObject({ code: 'HOST_KEY_REVOKED' })
  })
})
