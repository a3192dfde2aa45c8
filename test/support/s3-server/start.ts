import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { freePorts } from '../control-plane/free-ports.ts'
import { logTails, startProcess, type ManagedProcess } from '../control-plane/managed-process.ts'
import { findS3Server } from './assets.ts'

/** A running S3 server with one bucket, and a user who may do nothing in it. */
export interface S3Server {
  endpoint: string
  region: string
  bucket: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  stranger: { accessKeyId: string; secretAccessKey: string }
  /** Where its files are. */
  directory: string
  /** A client of the test's own, to look past the store. */
  client: S3Client
  stop(): Promise<void>
}

const region = 'eu-test-1'
const bucket = 'parked-data'

/** Starts the real S3 server of the cache on a port of 127.0.0.1; with a certificate it speaks TLS. */
export async function startS3Server(tls?: {
  certFile: string
  keyFile: string
  ca: string
}): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'osferry-s3-'))
  const credentials = keyPair('root')
  const stranger = keyPair('stranger')
  await mkdir(join(directory, 'iam'), { mode: 0o700 })
  const account = { access: stranger.accessKeyId, secret: stranger.secretAccessKey, role: 'user' }
  await writeFile(
    join(directory, 'iam/users.json'),
    JSON.stringify({ accessAccounts: { [stranger.accessKeyId]: account } }),
  )
  const [port = 0] = await freePorts(1)
  const endpoint = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
  const environment = {
    ROOT_ACCESS_KEY: credentials.accessKeyId,
    ROOT_SECRET_KEY: credentials.secretAccessKey,
    REGION: region,
    ...(tls === undefined ? {} : { CERT_FILE: tls.certFile, KEY_FILE: tls.keyFile }),
  }
  const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const argv = ['env', ...settings, findS3Server(), directory, `127.0.0.1:${port}`]
  const server = startProcess('s3-server', argv, join(directory, 'log'))
  const client = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    ...(tls === undefined ? {} : { requestHandler: { httpsAgent: { ca: tls.ca } } }),
  })
  const stop = async (): Promise<void> => {
    client.destroy()
    await server.stop(5000)
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await makeBucket(client, server)
  } catch (error) {
    await stop()
    throw error
  }
  return { endpoint, region, bucket, credentials, stranger, directory, client, stop }
}

async function makeBucket(client: S3Client, server: ManagedProcess): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: bucket }))
      return
    } catch (error) {
      if (!server.isRunning() || attempt === 60) throw new Error(logTails([server]), { cause: error })
      await sleep(250)
    }
  }
}

/** Canaries: no message may hold them. */
function keyPair(name: string): { accessKeyId: string; secretAccessKey: string } {
  const part = (): string => randomBytes(8).toString('hex')
  return { accessKeyId: `CANARY${name}${part()}`, secretAccessKey: `CANARY-${name}-secret-${part()}` }
}
