import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { S3StoreOptions } from '../../src/artifacts/s3-place.ts'
import { createS3Store } from '../../src/artifacts/s3-store.ts'
import type { ArtifactStore } from '../../src/model/artifact-port.ts'
import { canariesIn } from '../support/canaries.ts'
import { createAuthority } from '../support/control-plane/certificates.ts'
import { freePorts } from '../support/control-plane/free-ports.ts'
import { gathered } from '../support/gathered.ts'
import { startS3FaultProxy, type Fault, type S3FaultProxy } from '../support/s3-server/fault-proxy.ts'
import { startS3Server, type S3Server } from '../support/s3-server/start.ts'

const { signal } = new AbortController()
const mebibyte = 1024 * 1024
let server: S3Server
let proxy: S3FaultProxy
let prefixes = 0
let prefix = ''

beforeAll(async () => {
  server = await startS3Server()
  proxy = await startS3FaultProxy(server.endpoint)
})
afterAll(async () => {
  await proxy.close()
  await server.stop()
})
beforeEach(() => {
  prefix = `test-${++prefixes}`
  proxy.seen.length = 0
})
afterEach(() => {
  proxy.fault = () => undefined
})

function open(changes: Partial<S3StoreOptions> = {}): ArtifactStore {
  return createS3Store({
    endpoint: proxy.endpoint,
    region: server.region,
    bucket: server.bucket,
    prefix,
    pathStyle: true,
    credentials: () => Promise.resolve({ ...server.credentials, sessionToken: undefined }),
    ca: undefined,
    partBytes: 5 * mebibyte,
    env: {},
    ...changes,
  })
}

async function* chunksOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += mebibyte)
    yield await Promise.resolve(content.subarray(at, at + mebibyte))
}

async function readAll(store: ArtifactStore, key: string): Promise<Buffer> {
  return Buffer.concat(await gathered((await store.read(key, { signal }))!))
}

async function begunUploads(): Promise<(string | undefined)[]> {
  const answer = await server.client.send(new ListMultipartUploadsCommand({ Bucket: server.bucket }))
  return (answer.Uploads ?? []).map(({ Key }) => Key).filter((key) => key?.startsWith(`${prefix}/`))
}

const isPut = ({ method, url }: { method: string; url: string }): boolean =>
  method === 'PUT' && !url.includes('partNumber')
const isComplete = ({ method, url }: { method: string; url: string }): boolean =>
  method === 'POST' && url.includes('uploadId')

describe('uploads in parts', () => {
  it('believes the checksums that the server keeps, and reads nothing back', async () => {
    const store = open()
    await store.write('run/a', chunksOf(randomBytes(12 * mebibyte)), { signal })
    await store.write('run/b', chunksOf(randomBytes(mebibyte)), { signal })
    expect(proxy.seen.filter(({ method, url }) => method === 'GET' && url.includes('/run/'))).toEqual([])
    expect(proxy.seen.filter(({ url }) => url.includes('partNumber')).length).toBe(3)
    expect(await begunUploads()).toEqual([])
  })

  it('ends an upload that fails, so that no part of it stays', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield* chunksOf(randomBytes(11 * mebibyte))
      throw new Error('the host is gone')
    }
    await expect(open().write('run/a', breaking(), { signal })).rejects.toThrow('the host is gone')
    expect(await begunUploads()).toEqual([])
  })

  it('ends at the next write what a killed one has begun, and nothing of other objects', async () => {
    for (const key of ['run/a', 'run/a.more', 'other']) {
      const place = { Bucket: server.bucket, Key: `${prefix}/${key}` }
      const { UploadId } = await server.client.send(new CreateMultipartUploadCommand(place))
      const part = { ...place, UploadId, PartNumber: 1, Body: randomBytes(1000) }
      await server.client.send(new UploadPartCommand(part))
    }
    await open().write('run/a', chunksOf(Buffer.from('whole')), { signal })
    expect(new Set(await begunUploads())).toEqual(new Set([`${prefix}/other`, `${prefix}/run/a.more`]))
  })

  it('needs no right to list uploads', async () => {
    const body = '<Error><Code>AccessDenied</Code></Error>'
    proxy.fault = ({ method, url }) =>
      method === 'GET' && url.includes('uploads') ? { status: 403, body } : undefined
    await open().write('run/a', chunksOf(Buffer.from('whole')), { signal })
    expect((await readAll(open(), 'run/a')).toString()).toBe('whole')
  })
})

describe('answers that are lost or spoilt', () => {
  it.each([
    ['an object in one request', 1000, isPut],
    ['an object in parts', 12 * mebibyte, isComplete],
  ])('takes %s for written when only the answer was lost', async (_, bytes, isLast) => {
    let lost = 0
    proxy.fault = (request) => (isLast(request) && lost++ === 0 ? 'cut-after' : undefined)
    const content = randomBytes(bytes)
    await open().write('run/a', chunksOf(content), { signal })
    expect(lost).toBeGreaterThan(1)
    expect((await readAll(open(), 'run/a')).equals(content)).toBe(true)
  })

  it('asks first where the server does not know conditions', async () => {
    const body = '<Error><Code>NotImplemented</Code></Error>'
    proxy.fault = ({ headers }) => (headers['if-none-match'] === '*' ? { status: 501, body } : undefined)
    await open().write('run/a', chunksOf(Buffer.from('first')), { signal })
    await expect(open().write('run/a', chunksOf(Buffer.from('other')), { signal })).rejects.toMatchObject({
      code: 'ARTIFACT_EXISTS',
    })
    expect((await readAll(open(), 'run/a')).toString()).toBe('first')
  })

  it('writes nothing over that appears while it writes', async () => {
    let isThere = false
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield* chunksOf(randomBytes(6 * mebibyte))
      const Key = `${prefix}/run/a`
      await server.client.send(new PutObjectCommand({ Bucket: server.bucket, Key, Body: 'theirs' }))
      isThere = true
    }
    await expect(open().write('run/a', slow(), { signal })).rejects.toMatchObject({ code: 'ARTIFACT_EXISTS' })
    expect(isThere).toBe(true)
    expect((await readAll(open(), 'run/a')).toString()).toBe('theirs')
  })

  it('keeps nothing that arrives changed', async () => {
    proxy.fault = (request) => (isPut(request) ? 'flip-request' : undefined)
    const writing = open().write('run/a', chunksOf(randomBytes(1000)), { signal })
    await expect(writing).rejects.toMatchObject({
      code: 'ARTIFACT_STORE_FAILED',
      message: expect.stringContaining('the bytes arrived changed') as string,
    })
    proxy.fault = () => undefined
    expect(await gathered(open().list('', { signal }))).toEqual([])
  })

  it('reads everything back where the server keeps no checksums', async () => {
    proxy.fault = ({ method }) => (method === 'HEAD' ? 'no-checksum' : undefined)
    const content = randomBytes(12 * mebibyte)
    await open().write('run/a', chunksOf(content), { signal })
    expect(proxy.seen.filter(({ method, url }) => method === 'GET' && url.includes('/run/a?')).length).toBe(3)
  })

  it('takes away again what is not what was sent', async () => {
    proxy.fault = ({ method, url }) =>
      ['GET', 'HEAD'].includes(method) && !url.includes('uploads') ? 'flip-answer' : undefined
    await expect(open().write('run/a', chunksOf(randomBytes(1000)), { signal })).rejects.toMatchObject({
      code: 'ARTIFACT_STORE_FAILED',
      message: expect.stringContaining('what is there is not what was sent') as string,
    })
    proxy.fault = () => undefined
    expect(await gathered(open().list('', { signal }))).toEqual([])
  })

  it('goes on reading where an answer broke off', async () => {
    const content = randomBytes(20 * mebibyte)
    await open().write('run/a', chunksOf(content), { signal })
    let cuts = 0
    proxy.fault = ({ method, headers }) =>
      method === 'GET' && headers.range !== 'bytes=0-0' && cuts++ % 2 === 0 ? 'cut-body' : undefined
    expect((await readAll(open(), 'run/a')).equals(content)).toBe(true)
    expect(cuts).toBeGreaterThanOrEqual(6)
  })

  it('notices that an object was replaced while it is read', async () => {
    const store = open()
    await store.write('run/a', chunksOf(randomBytes(20 * mebibyte)), { signal })
    const reading = (async (): Promise<void> => {
      for await (const chunk of (await store.read('run/a', { signal }))!) {
        const Key = `${prefix}/run/a`
        const Body = randomBytes(chunk.length)
        await server.client.send(new PutObjectCommand({ Bucket: server.bucket, Key, Body }))
      }
    })()
    await expect(reading).rejects.toMatchObject({ code: 'ARTIFACT_STORE_FAILED' })
  })
})

describe('a list in pages', () => {
  const page = (key: string, goesOn: string): Fault => ({
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${server.bucket}</Name>
<Contents><Key>${prefix}/${key}</Key><Size>1</Size></Contents>${goesOn}</ListBucketResult>`,
  })
  const cut = '<IsTruncated>true</IsTruncated>'
  const cutAt = (token: string): string => `${cut}<NextContinuationToken>${token}</NextContinuationToken>`
  const end = '<IsTruncated>false</IsTruncated>'
  const give = (pages: readonly Fault[]): void => {
    const left = [...pages]
    proxy.fault = ({ url }) => (url.includes('list-type=2') ? left.shift() : undefined)
  }
  const listed = async (): Promise<string[]> =>
    (await gathered(open().list('', { signal }))).map(({ key }) => key)

  it('is read to its end', async () => {
    give([page('run/a', cutAt('one')), page('run/b', cutAt('two')), page('run/c', end)])
    expect(await listed()).toEqual(['run/a', 'run/b', 'run/c'])
    expect(proxy.seen.map(({ url }) => /continuation-token=(\w+)/.exec(url)?.[1])).toEqual([
      undefined,
      'one',
      'two',
    ])
  })

  it.each([
    ['that does not say where it goes on', [cut]],
    ['that goes on where it was', [cutAt('one'), cutAt('one'), end]],
    ['that goes round', [cutAt('one'), cutAt('two'), cutAt('one'), end]],
  ])('is never half a one: %s', async (_, ends) => {
    give(ends.map((goesOn) => page('run/a', goesOn)))
    await expect(listed()).rejects.toMatchObject({
      code: 'ARTIFACT_STORE_FAILED',
      message: `s3://${server.bucket}/${prefix} could not list its objects: ${proxy.endpoint} gave a list that is cut and does not say where it goes on`,
    })
  })
})

describe('what keeps it from working', () => {
  const secret = {
    accessKeyId: 'CANARY-id-1',
    secretAccessKey: 'CANARY-secret-1',
    sessionToken: 'CANARY-token-1',
  }
  type Change = () => Partial<S3StoreOptions> | Promise<Partial<S3StoreOptions>>
  it.each<[string, Change, string, RegExp]>([
    ['no such bucket', () => ({ bucket: 'nowhere' }), 'FAILED', /there is no bucket nowhere at http:/],
    [
      'the wrong region',
      () => ({ region: 'eu-other-9' }),
      'FAILED',
      /eu-other-9 is the wrong region: .*eu-test-1/,
    ],
    [
      'an unknown access key',
      () => ({ credentials: () => Promise.resolve({ ...secret, sessionToken: undefined }) }),
      'DENIED',
      /does not know the access key/,
    ],
    [
      'a wrong secret key',
      () => ({
        credentials: () =>
          Promise.resolve({ ...server.credentials, secretAccessKey: 'CANARY-x', sessionToken: undefined }),
      }),
      'DENIED',
      /signature is wrong/,
    ],
    [
      'no right',
      () => ({ credentials: () => Promise.resolve({ ...server.stranger, sessionToken: undefined }) }),
      'DENIED',
      /access denied/,
    ],
    [
      'nobody there',
      async () => ({ endpoint: `http://127.0.0.1:${(await freePorts(1))[0]}` }),
      'UNREACHABLE',
      /cannot be reached: connection refused/,
    ],
    [
      'a name that does not resolve',
      () => ({ endpoint: 'http://s3.osferry.invalid' }),
      'UNREACHABLE',
      /cannot be reached: its name does not resolve/,
    ],
    ['something else that answers', () => answering(200, '<html>Log in</html>'), 'FAILED', /no S3 API/],
    ['a web server', () => answering(404, '<html>Not Found</html>'), 'FAILED', /answered 404|no S3 API/],
    ['a server that is out of order', () => answering(503, 'CANARY'), 'UNREACHABLE', /goes on answering 503/],
    [
      'a full store',
      () => answering(507, '<Error><Code>XMinioStorageFull</Code></Error>'),
      'FAILED',
      /the store is full/,
    ],
    [
      'an old token',
      async () => ({
        ...(await answering(400, '<Error><Code>ExpiredToken</Code></Error>')),
        credentials: () => Promise.resolve(secret),
      }),
      'DENIED',
      /session token has expired/,
    ],
    [
      'an answer that repeats what was sent',
      async () => ({ ...(await answering(418, 'echo')), credentials: () => Promise.resolve(secret) }),
      'FAILED',
      /answered 418/,
    ],
  ])('says so: %s', async (...[, change, code, message]) => {
    const changes = await change()
    for (const work of [
      (store: ArtifactStore) => store.write('run/a', chunksOf(Buffer.from('x')), { signal }),
      (store: ArtifactStore) => gathered(store.list('', { signal })),
      (store: ArtifactStore) => store.read('run/a', { signal }),
    ]) {
      const error: unknown = await work(open(changes)).catch((error: unknown) => error)
      expect(error).toMatchObject({
        code: `ARTIFACT_STORE_${code}`,
        message: expect.stringMatching(message) as string,
      })
      expect(canariesIn(inspect(error, { depth: 10, showHidden: true }))).toEqual([])
    }
  })

  it('trusts a certificate only with its authority', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'osferry-s3-tls-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    const authority = createAuthority(directory)
    const pair = authority.server('s3', ['IP:127.0.0.1'])
    const ca = readFileSync(authority.certificate, 'utf8')
    const secure = await startS3Server({ certFile: pair.certificate, keyFile: pair.key, ca })
    onTestFinished(() => secure.stop())
    const credentials = (): Promise<Awaited<ReturnType<S3StoreOptions['credentials']>>> =>
      Promise.resolve({ ...secure.credentials, sessionToken: undefined })
    const { endpoint } = secure
    await expect(gathered(open({ endpoint, credentials }).list('', { signal }))).rejects.toMatchObject({
      code: 'ARTIFACT_STORE_FAILED',
      message: expect.stringMatching(/the certificate of https:.* is not trusted/) as string,
    })
    const store = open({ endpoint, credentials, ca })
    await store.write('run/a', chunksOf(Buffer.from('whole')), { signal })
    expect((await readAll(store, 'run/a')).toString()).toBe('whole')
  })

  /** A web server that is none of S3. */
  async function answering(status: number, body: string): Promise<Partial<S3StoreOptions>> {
    const web = http.createServer((request, response) => {
      const text =
        body === 'echo'
          ? `<Error><Code>Teapot</Code><Message>${JSON.stringify(request.headers)}</Message></Error>`
          : body
      response.writeHead(status).end(text)
    })
    web.listen(0, '127.0.0.1')
    await once(web, 'listening')
    onTestFinished(async () => {
      web.closeAllConnections()
      web.close()
      await once(web, 'close')
    })
    return { endpoint: `http://127.0.0.1:${(web.address() as AddressInfo).port}` }
  }
})
