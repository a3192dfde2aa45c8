import { execFile } from 'node:child_process'
import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { artifactRoute } from '../../src/provision/answer-artifact.ts'
import { closeArtifacts, openArtifacts } from '../../src/provision/boot-artifacts.ts'
import { bootRequests, type BootAccess } from '../../src/provision/boot-requests.ts'
import { startBootServer, usualBootLimits, type BootLimits } from '../../src/provision/boot-server.ts'
import { checksumMemory } from '../../src/provision/checksum-memory.ts'
import { startBootProgram, type BootProgram } from '../support/boot-program.ts'
import { osferry } from '../support/osferry.ts'

const mebibyte = 2 ** 20
const run = promisify(execFile)

let directory = ''
let content = Buffer.alloc(0)
let sha256 = ''
const ends: (() => Promise<unknown>)[] = []
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'osferry-boot-'))
  content = randomBytes(16 * mebibyte)
  sha256 = createHash('sha256').update(content).digest('hex')
  writeFileSync(join(directory, 'rootfs.img'), content)
  writeFileSync(join(directory, 'secret'), 'not to be served')
})
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})
afterAll(() => {
  rmSync(directory, { recursive: true })
})

async function program(...more: string[]): Promise<BootProgram> {
  const started = await startBootProgram(['--artifact', `rootfs.img=${sha256}`, ...more], directory)
  ends.push(() => started.end())
  return started
}

/** The server in this process, with limits that a test need not wait for. */
async function server(limits: Partial<BootLimits> = {}): Promise<{ port: number; accesses: BootAccess[] }> {
  const wanted = { name: 'rootfs.img', path: join(directory, 'rootfs.img'), sha256 }
  const memory = checksumMemory(undefined, () => Promise.resolve())
  const artifacts = await openArtifacts([wanted], { memory, signal: new AbortController().signal })
  const accesses: BootAccess[] = []
  const onRequest = bootRequests({
    routes: { artifacts: { methods: ['GET', 'HEAD'], answer: artifactRoute(artifacts) } },
    onAccess: (access) => accesses.push(access),
    onError: (error) => {
      throw error
    },
    clock: { now: () => new Date().toISOString(), monotonicMs: () => performance.now() },
  })
  const started = await startBootServer([{ host: '127.0.0.1', port: 0 }], {
    onRequest,
    limits: { ...usualBootLimits, ...limits },
  })
  ends.push(async () => {
    await started.close()
    await closeArtifacts(artifacts)
  })
  return { port: Number(new URL(started.urls[0]!).port), accesses }
}

async function socketTo(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** Sends bytes as they are and gives all of the answer, until the server closes. */
async function raw(port: number, text: string): Promise<string> {
  const socket = await socketTo(port)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(text)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}

const request = (target: string): string =>
  `GET ${target} HTTP/1.1\r\nHost: boot\r\nConnection: close\r\n\r\n`

describe('osferry boot serve', () => {
  it('serves over HTTPS with its own authority, to curl that knows it and to nobody else', async () => {
    const { urls, certificateAuthority, fingerprint } = await program()
    expect(new X509Certificate(certificateAuthority).fingerprint256).toBe(fingerprint)
    writeFileSync(join(directory, 'ca.pem'), certificateAuthority)
    const [https = '', http = ''] = urls
    const target = join(directory, 'got')
    await run('curl', ['-sf', '--cacert', 'ca.pem', '-o', target, `${https}/artifacts/rootfs.img`], {
      cwd: directory,
    })
    expect(readFileSync(target).equals(content)).toBe(true)
    await expect(run('curl', ['-sf', `${https}/artifacts/rootfs.img`])).rejects.toMatchObject({ code: 60 })
    await run('curl', ['-sf', '-o', target, `${http}/artifacts/rootfs.img`])
    expect(readFileSync(target).equals(content)).toBe(true)
  })

  it('keeps its authority over a restart', async () => {
    const first = await program()
    expect(await first.end()).toBe(0)
    expect((await program()).fingerprint).toBe(first.fingerprint)
  })

  it('lets curl go on with a download where it was cut off', async () => {
    const { urls, lines } = await program()
    const target = join(directory, 'part')
    writeFileSync(target, content.subarray(0, 5 * mebibyte))
    await run('curl', ['-sf', '-C', '-', '-o', target, `${urls[1]}/artifacts/rootfs.img`])
    expect(readFileSync(target).equals(content)).toBe(true)
    await expect.poll(() => lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      event: 'request',
      from: '127.0.0.1',
      isEncrypted: false,
      method: 'GET',
      route: 'artifacts',
      name: 'rootfs.img',
      status: 206,
      bytes: 11 * mebibyte,
      isWhole: true,
    })
  })

  it('opens no port for a file of another sha256', async () => {
    const { exitCode, stdout, stderr } = await osferry(
      ['boot', 'serve', '--https', '127.0.0.1:0', '--artifact', `secret=${sha256}`],
      { cwd: directory },
    )
    expect(exitCode).toBe(65)
    expect(stdout).toBe('')
    expect(stderr).toContain(`not ${sha256}`)
  })

  it('says so when an address is taken', async () => {
    const { urls } = await program()
    const { exitCode, stderr } = await osferry(['boot', 'serve', '--https', new URL(urls[0]!).host], {
      cwd: directory,
    })
    expect(exitCode).toBe(69)
    expect(stderr).toContain('EADDRINUSE')
  })

  it('holds little of 200 downloads side by side', async () => {
    const { urls, child } = await program('--per-address', '300')
    const url = `${urls[1]}/artifacts/rootfs.img`
    await download(url)
    const beforeKiB = highestKiB(child.pid!)
    const sizes = await Promise.all(Array.from({ length: 200 }, () => download(url)))
    expect(new Set(sizes)).toEqual(new Set([8 * mebibyte]))
    // All of them together are 1.6 GiB; a block of 128 KiB for each, read and in the socket, is 50 MiB.
    expect(highestKiB(child.pid!) - beforeKiB).toBeLessThan(200 * 1024)
  })
})

async function download(url: string): Promise<number> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false, headers: { range: `bytes=0-${8 * mebibyte - 1}` } }, resolve).once(
      'error',
      reject,
    )
  })
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) bytes += chunk.length
  return bytes
}

/** The most memory that a process has had so far. */
function highestKiB(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

describe('the boot server, asked by who means no good', () => {
  it('answers requests for ranges as RFC 9110 says', async () => {
    const { port } = await server()
    const ask = (headers: Record<string, string>, method = 'GET'): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/artifacts/rootfs.img`, { headers, method })
    const part = await ask({ range: 'bytes=100-299' })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 100-299/${content.length}`)
    expect(part.headers.get('content-length')).toBe('200')
    expect(Buffer.from(await part.arrayBuffer()).equals(content.subarray(100, 300))).toBe(true)
    const beyond = await ask({ range: `bytes=${content.length}-` })
    expect(beyond.status).toBe(416)
    expect(beyond.headers.get('content-range')).toBe(`bytes */${content.length}`)
    const other = await ask({ range: 'bytes=0-0', 'if-range': '"of another file"' })
    expect(other.status).toBe(200)
    await other.body?.cancel()
    const same = await ask({ range: 'bytes=0-0', 'if-range': `"${sha256}"` })
    expect([same.status, same.headers.get('etag')]).toEqual([206, `"${sha256}"`])
    const head = await ask({ range: 'bytes=0-0' }, 'HEAD')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(content.length)])
    const post = await ask({}, 'POST')
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it.each([
    '/artifacts/../secret',
    '/artifacts/..%2fsecret',
    '/artifacts/%2e%2e/secret',
    '/artifacts//secret',
    '/artifacts/secret',
    '/artifacts/rootfs.img%00',
    '/artifacts/rootfs.img/',
    '/artifacts/./rootfs.img',
    '/artifacts/rootfs%2eimg',
    '/artifacts\\..\\secret',
    '/secret',
    '/constructor',
    '/artifacts/__proto__',
    'http://127.0.0.1/artifacts/rootfs.img',
    '*',
  ])('has nothing at %s', async (target) => {
    const { port, accesses } = await server()
    const answer = await raw(port, request(target))
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
    expect(answer).not.toContain('not to be served')
    await expect.poll(() => accesses).toHaveLength(1)
    // What was asked for may be a token that somebody has put into the wrong place.
    expect(JSON.stringify(accesses)).not.toContain('secret')
  })

  it('reads no more than 8 KiB of a head', async () => {
    const { port } = await server()
    const long = `GET /artifacts/rootfs.img HTTP/1.1\r\nHost: boot\r\nX: ${'x'.repeat(9000)}\r\n\r\n`
    expect(await raw(port, long)).toMatch(/^HTTP\/1\.1 431 /)
    expect(await raw(port, request(`/${'x'.repeat(9000)}`))).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('cuts off who sends the head of a request byte by byte', async () => {
    const { port } = await server({ headMs: 400 })
    const socket = await socketTo(port)
    const [answer, closed] = [once(socket, 'data'), once(socket, 'close')]
    socket.write('GET / HTTP/1.1\r\nX: ')
    const drip = setInterval(() => socket.write('x'), 50)
    expect(String(await answer)).toMatch(/^HTTP\/1\.1 408 /)
    await closed
    clearInterval(drip)
  })

  it('cuts off who says nothing at all, and who does not read', async () => {
    const { port, accesses } = await server({ idleMs: 500 })
    const silent = await socketTo(port)
    await once(silent.resume(), 'close')
    const lazy = await socketTo(port)
    lazy.write(request('/artifacts/rootfs.img'))
    lazy.pause()
    // Node.js looks twice before it takes a write for stuck.
    await expect.poll(() => accesses, { timeout: 5000 }).toHaveLength(1)
    expect(accesses[0]).toMatchObject({ status: 200, isWhole: false })
    expect(accesses[0]!.bytes).toBeLessThan(content.length)
    lazy.destroy()
  })

  it('closes connections of one address beyond its share, and takes others again when some have ended', async () => {
    const { port } = await server({ perAddress: 3 })
    const held = await Promise.all([1, 2, 3].map(() => socketTo(port)))
    const fourth = await socketTo(port)
    await once(fourth.resume(), 'close')
    for (const socket of held) socket.destroy()
    await expect
      .poll(async () => (await raw(port, request('/artifacts/none'))).split('\r\n')[0])
      .toBe('HTTP/1.1 404 Not Found')
  })

  it('serves a file no more that somebody has written to', async () => {
    const { port } = await server()
    writeFileSync(join(directory, 'rootfs.img'), content)
    expect(await raw(port, request('/artifacts/rootfs.img'))).toMatch(/^HTTP\/1\.1 503 /)
  })
})
