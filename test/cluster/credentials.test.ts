import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { credentialSource, type CredentialSource } from '../../src/cluster/credentials.ts'
import { loginOf, shellPlugin } from '../support/cluster-login.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'osferry-credentials-'))
})
afterEach(() => rm(folder, { recursive: true }))

const status = `{ "token": "t'$$'" }`

/** A login whose plugin gives another token each time, and writes down that it ran. */
async function withPlugin(): Promise<CredentialSource> {
  const answer = `{ "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": ${status} }`
  const exec = await shellPlugin(folder, `echo run >>'${folder}/runs'\nsleep 0.2\nprintf '%s' '${answer}'`)
  return credentialSource(loginOf({ exec }), { PATH: process.env['PATH'] })
}

async function runs(): Promise<number> {
  return (await readFile(join(folder, 'runs'), 'utf8')).split('\n').filter(Boolean).length
}

const { signal } = new AbortController()

describe('credentialSource', () => {
  it('runs the plugin once for all requests that come at once', async () => {
    const source = await withPlugin()
    const all = await Promise.all(Array.from({ length: 16 }, () => source.get({ signal })))
    expect(new Set(all).size).toBe(1)
    expect(await runs()).toBe(1)
  })

  it('renews once what many requests were refused with, and not what is newer already', async () => {
    const source = await withPlugin()
    const refused = await source.get({ signal })
    const all = await Promise.all(Array.from({ length: 8 }, () => source.get({ signal, refused })))
    const late = await source.get({ signal, refused })
    expect(new Set([...all, late]).size).toBe(1)
    expect(late.headers).not.toEqual(refused.headers)
    expect(await runs()).toBe(2)
  })

  it('lets one that gives up go, and the others wait on', async () => {
    const source = await withPlugin()
    const leaving = new AbortController()
    const left = source.get({ signal: leaving.signal })
    const stays = source.get({ signal })
    leaving.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    expect((await stays).headers).toHaveProperty('authorization')
  })

  it('ends the plugin when nobody waits any more, and starts it anew for the next', async () => {
    const source = await withPlugin()
    const leaving = new AbortController()
    const left = source.get({ signal: leaving.signal })
    leaving.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    expect((await source.get({ signal })).headers).toHaveProperty('authorization')
  })
})
