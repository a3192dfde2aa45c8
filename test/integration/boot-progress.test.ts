import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bootStages } from '../../src/provision/boot-progress.ts'
import { newBootToken } from '../../src/provision/boot-token.ts'
import { bootUrlsIn } from '../../src/provision/boot-urls.ts'
import { startBootProgram, type BootProgram } from '../support/boot-program.ts'
import { osferry } from '../support/osferry.ts'

const config = '{"ignition":{"version":"3.3.0"}}\n'
const hour = 3_600_000
const stage = (name: string): string => JSON.stringify({ stage: name })

let directory = ''
const ends: (() => Promise<unknown>)[] = []
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'osferry-progress-'))
  mkdirSync(join(directory, '.osferry/boot/urls'), { recursive: true })
  writeFileSync(join(directory, 'worker-1.ign'), config)
})
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  rmSync(directory, { recursive: true })
})

async function serve(): Promise<BootProgram> {
  const program = await startBootProgram([], directory)
  ends.push(() => program.end())
  writeFileSync(join(directory, 'ca.pem'), program.certificateAuthority)
  return program
}

/** Sends a body there with curl: what comes back, and its status. */
async function tell(url: string, body: string, ...more: string[]): Promise<string> {
  const words = ['-s', '-w', '%{http_code}', '--cacert', join(directory, 'ca.pem'), '--data-binary', body]
  return (await promisify(execFile)('curl', [...words, ...more, url])).stdout
}

const kept = (): string => join(directory, '.osferry/boot/urls')

/** An address of a machine; gives the tokens for its configuration and its progress. */
async function mint(validMs = hour): Promise<{ id: string; ignition: string; progress: string }> {
  const { id, text: ignition, verifier } = newBootToken()
  const progress = newBootToken(id)
  await bootUrlsIn(kept()).add({
    schema: 'boot-url/v1',
    id,
    verifier,
    progress: progress.verifier,
    node: 'worker-1',
    config: { path: join(directory, 'worker-1.ign'), sha256: '0'.repeat(64) },
    mintedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + validMs).toISOString(),
    machine: { macs: ['52:54:00:12:34:56'], uuid: null, serial: null, machineId: null },
    network: null,
  })
  return { id, ignition, progress: progress.text }
}

describe('progress of a machine', () => {
  it('is told by the address in its pointer, kept beside it, and listed', async () => {
    const program = await serve()
    const [https = ''] = program.urls
    const words = ['boot', 'url', 'worker-1', 'worker-1.ign', '--server', https, '--any-machine']
    const made = await osferry([...words, '--progress', '/etc/osferry-progress'], { cwd: directory })
    const { storage } = JSON.parse(made.stdout) as {
      storage: { files: { path: string; mode: number; contents: { source: string } }[] }
    }
    expect(storage.files).toMatchObject([{ path: '/etc/osferry-progress', mode: 0o600 }])
    const url = decodeURIComponent(storage.files[0]!.contents.source.slice('data:,'.length)).trim()
    expect(await tell(url, stage('first-boot'))).toBe('noted\n200')
    expect(await tell(url, stage('joined'))).toBe('noted\n200')
    await expect.poll(() => program.lines).toHaveLength(4)
    const progress = { event: 'progress', node: 'worker-1', from: '127.0.0.1' }
    expect(program.lines).toMatchObject([
      { ...progress, stage: 'first-boot' },
      { event: 'request', method: 'POST', route: 'progress', name: 'worker-1', status: 200 },
      { ...progress, stage: 'joined' },
      { event: 'request' },
    ])
    const listed = await osferry(['boot', 'list', '-o', 'json'], { cwd: directory })
    expect(listed.stdout).toContain('"worker-1"')
    expect(JSON.parse(listed.stdout)).toHaveProperty('items', [
      expect.objectContaining({
        node: 'worker-1',
        state: 'open',
        network: null,
        stages: [
          expect.objectContaining({ stage: 'first-boot' }),
          expect.objectContaining({ stage: 'joined' }),
        ],
      }),
    ])
    expect((await osferry(['boot', 'list'], { cwd: directory })).stdout).toMatch(/worker-1.*open.*joined/)
    const secret = url.split('.').at(-1)!
    for (const file of readdirSync(kept())) {
      expect(readFileSync(join(kept(), file), 'utf8')).not.toContain(secret)
      expect(statSync(join(kept(), file)).mode & 0o777).toBe(0o600)
    }
    expect(program.said() + JSON.stringify(program.lines)).not.toContain(secret)
  })

  it('is one of the known stages, and nothing beside it', async () => {
    const { urls } = await serve()
    const { id, progress } = await mint()
    const url = `${urls[0]}/progress/${progress}`
    const bodies = ['', 'x', '[]', 'null', stage('rendered'), stage(''), '{"stage":["ready"]}']
    const strange = ['{"stage":"ready","note":"x"}', '{"__proto__":{"stage":"ready"}}']
    for (const body of [...bodies, ...strange]) expect(await tell(url, body)).toMatch(/400$/)
    expect(await tell(url, `${stage('ready')}${' '.repeat(1024)}`)).toMatch(/413$/)
    expect(await bootUrlsIn(kept()).stages(id)).toEqual([])
    for (const name of bootStages) expect(await tell(url, stage(name))).toMatch(/200$/)
    expect((await bootUrlsIn(kept()).stages(id)).map((one) => one.stage)).toEqual([...bootStages])
  })

  it('has a secret of its own, which is good for nothing else, over HTTPS and for that machine', async () => {
    const { urls, lines } = await serve()
    const [https = '', http = ''] = urls
    const { ignition, progress } = await mint()
    const body = stage('ready')
    expect(await tell(`${https}/progress/${ignition}`, body)).toMatch(/404$/)
    expect(await tell(`${https}/ignition/${progress}`, body, '-X', 'GET')).toMatch(/404$/)
    expect(await tell(`${http}/progress/${progress}`, body)).toMatch(/403$/)
    expect(await tell(`${https}/progress/${progress}?mac=52:54:00:00:00:00`, body)).toMatch(/404$/)
    expect(await tell(`${https}/progress/${progress}`, body, '-X', 'GET')).toMatch(/405$/)
    expect(await tell(`${https}/progress/${progress}?mac=52:54:00:12:34:56`, body)).toMatch(/200$/)
    const over = await mint(-1)
    expect(await tell(`${https}/progress/${over.progress}`, body)).toMatch(/410$/)
    expect(lines.filter(({ event }) => event === 'progress')).toHaveLength(1)
    for (let count = 0; count < 7; count += 1) await tell(`${https}/progress/nothing`, body)
    expect(await tell(`${https}/progress/${ignition}`, body)).toMatch(/404$/)
    expect(await tell(`${https}/progress/${ignition}`, body)).toMatch(/429$/)
  })

  it('is told thirty times in a minute at most', async () => {
    const { urls } = await serve()
    const { id, progress } = await mint()
    const answers = await Promise.all(
      Array.from({ length: 33 }, () => tell(`${urls[0]}/progress/${progress}`, stage('verified'))),
    )
    expect(answers.filter((answer) => answer.endsWith('200'))).toHaveLength(30)
    expect(answers.filter((answer) => answer.endsWith('429'))).toHaveLength(3)
    expect(await bootUrlsIn(kept()).stages(id)).toHaveLength(30)
  })

  it('does not wait for who sends a body without an end, and survives who goes amid one', async () => {
    const { urls, lines, said, certificateAuthority: ca } = await serve()
    const { id, progress } = await mint()
    const open = (): ReturnType<typeof request> =>
      request(`${urls[0]}/progress/${progress}`, { method: 'POST', ca, agent: false }).on(
        'error',
        () => undefined,
      )
    const endless = open()
    const answered = once(endless, 'response') as Promise<[{ statusCode: number }]>
    endless.write('x'.repeat(2000))
    expect((await answered)[0].statusCode).toBe(413)
    const leaving = open()
    await new Promise((resolve) => leaving.write('{"stage"', resolve))
    leaving.destroy()
    await expect.poll(() => lines.filter(({ event }) => event === 'request')).toHaveLength(2)
    expect(await tell(`${urls[0]}/progress/${progress}`, stage('ready'))).toMatch(/200$/)
    expect(await bootUrlsIn(kept()).stages(id)).toHaveLength(1)
    expect(said()).toBe('')
  })
})
