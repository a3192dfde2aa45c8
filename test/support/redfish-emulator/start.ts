import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { createAuthority } from '../control-plane/certificates.ts'
import { freePorts } from '../control-plane/free-ports.ts'
import { logTails, startProcess } from '../control-plane/managed-process.ts'
import { findRedfishEmulator } from './assets.ts'

/** A machine of the emulator. */
export interface EmulatedMachine {
  uuid: string
  name: string
  power_state: 'On' | 'Off'
  nics: readonly { mac: string; ip: string }[]
}

/** The emulator of sushy-tools with its `fake` driver, over TLS and with its basic authentication. */
export interface RedfishEmulator {
  url: string
  /** PEM. */
  ca: string
  /** Of its own certificate: PEM. */
  certificate: string
  username: string
  password: string
  /** What it answers to a GET of an administrator. */
  get(path: string): Promise<Record<string, unknown>>
  /** What it has logged: each request with its status. */
  log(): string
  stop(): Promise<void>
}

/** Starts the emulator of the cache on a port of 127.0.0.1. */
export async function startRedfishEmulator(machines: readonly EmulatedMachine[]): Promise<RedfishEmulator> {
  const directory = await mkdtemp(join(tmpdir(), 'osferry-redfish-'))
  const bin = findRedfishEmulator()
  const authority = createAuthority(directory)
  const pair = authority.server('bmc', ['IP:127.0.0.1'])
  const username = 'admin'
  const password = 'CANARY-redfish-password-5f0c'
  const state = join(directory, 'state')
  await mkdir(state)
  const htpasswd = execFileSync(
    join(bin, 'python'),
    ['-c', 'import bcrypt,sys; print(bcrypt.hashpw(sys.stdin.buffer.read(), bcrypt.gensalt(4)).decode())'],
    { input: password, encoding: 'utf8' },
  )
  const auth = join(directory, 'htpasswd')
  await writeFile(auth, `${username}:${htpasswd.trim()}\n`)
  const [port = 0] = await freePorts(1)
  const settings = {
    SUSHY_EMULATOR_LISTEN_IP: '127.0.0.1',
    SUSHY_EMULATOR_LISTEN_PORT: port,
    SUSHY_EMULATOR_SSL_CERT: pair.certificate,
    SUSHY_EMULATOR_SSL_KEY: pair.key,
    SUSHY_EMULATOR_AUTH_FILE: auth,
    SUSHY_EMULATOR_STATE_DIR: state,
    SUSHY_EMULATOR_FAKE_SYSTEMS: machines,
  }
  const config = join(directory, 'emulator.conf')
  // JSON of strings, numbers, lists and maps is Python.
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
  await writeFile(config, `${lines.join('\n')}\nSUSHY_EMULATOR_FAKE_DRIVER = True\n`)
  const logFile = join(directory, 'log')
  const program = [join(bin, 'python'), join(bin, 'sushy-emulator'), '--config', config]
  const server = startProcess('redfish-emulator', ['env', `TMPDIR=${directory}`, ...program], logFile)
  const url = `https://127.0.0.1:${port}`
  const ca = readFileSync(authority.certificate, 'utf8')
  const emulator: RedfishEmulator = {
    url,
    ca,
    certificate: readFileSync(pair.certificate, 'utf8'),
    username,
    password,
    get: async (path) => await getJson(new URL(path, url), { ca, auth: `${username}:${password}` }),
    log: () => stripVTControlCharacters(readFileSync(logFile, 'utf8')),
    async stop() {
      await server.stop(5000)
      await rm(directory, { recursive: true, force: true })
    },
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      await emulator.get('/redfish/v1/')
      return emulator
    } catch (error) {
      const why = logTails([server])
      if (server.isRunning() && attempt < 120) {
        await sleep(250)
        continue
      }
      await emulator.stop()
      throw new Error(why, { cause: error })
    }
  }
}

async function getJson(url: URL, options: { ca: string; auth: string }): Promise<Record<string, unknown>> {
  return await new Promise((resolve, reject) => {
    const request = https.get(url, { ...options, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part))
      answer.on('end', () => {
        try {
          resolve(JSON.parse(text) as Record<string, unknown>)
        } catch (error) {
          reject(error)
        }
      })
    })
    request.once('error', reject)
  })
}
