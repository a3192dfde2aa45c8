import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BmcLogin } from '../../src/provision/redfish-client.ts'
import { createAuthority } from '../support/control-plane/certificates.ts'

interface Request {
  method: string
  path: string
  headers: https.RequestOptions['headers'] & Record<string, string | undefined>
  body: string
}

interface Answer {
  status: number
  headers?: Record<string, string>
  body?: unknown
}

/** `cut` = it was not done, `lost` = it was, and nobody is told. */
type Fault = Answer | 'cut' | 'lost' | 'silence'

/** A BMC of one machine with what the emulator of sushy-tools has not: sessions, versions, overrides for once. */
export interface BmcHere {
  login: BmcLogin
  seen: Request[]
  /** As it is answered and changed; tests write into it. */
  system: Record<string, unknown> & { Boot: Record<string, unknown>; PowerState: string }
  /** Types of the restarts that it has done. */
  resets: string[]
  openSessions: Set<string>
  /** What is answered instead. */
  fault: (request: Request) => Fault | undefined
  close(): Promise<void>
}

export const uuid = '4c4c4544-0043-3510-8052-b4c04f564433'
export const password = 'CANARY-bmc-password'
export const systemPath = '/redfish/v1/Systems/1'
const sessions = '/redfish/v1/SessionService/Sessions'
const resetPath = `${systemPath}/Actions/ComputerSystem.Reset`

export interface BmcCertificate {
  /** Of its authority: PEM. */
  ca: string
  cert: string
  key: string
  remove(): Promise<void>
}

/** A certificate for 127.0.0.1 of an authority of its own. */
export async function bmcCertificate(): Promise<BmcCertificate> {
  const directory = await mkdtemp(join(tmpdir(), 'osferry-bmc-'))
  const authority = createAuthority(directory)
  const pair = authority.server('bmc', ['IP:127.0.0.1'])
  const [ca, cert, key] = [authority.certificate, pair.certificate, pair.key].map((file) =>
    readFileSync(file, 'utf8'),
  )
  return { ca: ca!, cert: cert!, key: key!, remove: async () => await rm(directory, { recursive: true }) }
}

/** Starts it on loopback. */
export async function bmcHere({ ca, cert, key }: BmcCertificate): Promise<BmcHere> {
  let version = 1
  const server = https.createServer({ cert, key }, (message, response) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk))
    message.on('end', () => {
      const { method = '', url: path = '' } = message
      const headers = message.headers as Request['headers']
      const request = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') }
      bmc.seen.push(request)
      const fault = bmc.fault(request)
      if (fault === 'silence') return
      if (fault === 'lost') answer(request)
      if (fault === 'cut' || fault === 'lost') {
        message.socket.destroy()
        return
      }
      const { status, headers: told = {}, body } = fault ?? answer(request)
      const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
      response.writeHead(status, { 'content-type': 'application/json', ...told }).end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const bmc: BmcHere = {
    login: {
      url,
      auth: 'session',
      username: 'operator',
      password,
      ca,
      fingerprint: undefined,
    },
    seen: [],
    system: {
      Id: '1',
      UUID: uuid,
      PowerState: 'On',
      Boot: { BootSourceOverrideEnabled: 'Disabled', BootSourceOverrideTarget: 'None' },
      Actions: {
        '#ComputerSystem.Reset': {
          target: resetPath,
          'ResetType@Redfish.AllowableValues': ['On', 'ForceOff', 'ForceRestart', 'GracefulRestart'],
        },
      },
    },
    resets: [],
    openSessions: new Set(),
    fault: () => undefined,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return bmc

  function answer(request: Request): Answer {
    const { method, path, headers } = request
    if (method === 'GET' && path === '/redfish/v1/')
      return {
        status: 200,
        body: {
          Systems: { '@odata.id': '/redfish/v1/Systems' },
          Links: { Sessions: { '@odata.id': sessions } },
        },
      }
    if (method === 'POST' && path === sessions) return login(request)
    const token = headers['x-auth-token'] ?? ''
    if (!bmc.openSessions.has(token)) return { status: 401 }
    if (method === 'DELETE' && path === `${sessions}/${token}`) {
      bmc.openSessions.delete(token)
      return { status: 204 }
    }
    if (method === 'GET' && path === '/redfish/v1/Systems')
      return { status: 200, body: { Members: [{ '@odata.id': systemPath }] } }
    if (path === systemPath) return method === 'PATCH' ? patch(request) : readSystem()
    if (method === 'POST' && path === resetPath) return reset(request)
    return { status: 404 }
  }

  function login({ body }: Request): Answer {
    const given = JSON.parse(body) as Record<string, unknown>
    if (given['UserName'] !== 'operator' || given['Password'] !== password) return { status: 401 }
    const token = `CANARYtoken${bmc.seen.length}`
    bmc.openSessions.add(token)
    return { status: 201, headers: { 'x-auth-token': token, location: `${url}${sessions}/${token}` } }
  }

  function readSystem(): Answer {
    return { status: 200, headers: { etag: `W/"${version}"` }, body: bmc.system }
  }

  function patch({ headers, body }: Request): Answer {
    if (headers['if-match'] === undefined) return { status: 428 }
    if (headers['if-match'] !== `W/"${version}"`) return { status: 412 }
    version += 1
    Object.assign(bmc.system.Boot, (JSON.parse(body) as { Boot: object }).Boot)
    return { status: 200, body: bmc.system }
  }

  /** Firmware takes an override for once away when it starts from it. */
  function reset({ body }: Request): Answer {
    const { ResetType } = JSON.parse(body) as { ResetType: string }
    bmc.resets.push(ResetType)
    bmc.system.PowerState = 'On'
    if (bmc.system.Boot['BootSourceOverrideEnabled'] === 'Once')
      Object.assign(bmc.system.Boot, {
        BootSourceOverrideEnabled: 'Disabled',
        BootSourceOverrideTarget: 'None',
      })
    return { status: 204 }
  }
}
