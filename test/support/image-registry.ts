import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './sshd.ts'

/** A real registry on loopback, and what skopeo needs to be told to reach it. */
export interface TestRegistry {
  /** `127.0.0.1:5000`. */
  name: string
  /** Environment of a skopeo that takes its plain HTTP. */
  variables: Readonly<Record<string, string | undefined>>
  /** The same with these credentials. */
  withLogin(user: string, password: string): Readonly<Record<string, string | undefined>>
  stop(): Promise<void>
}

/** bcrypt of `canary-registry-7f3a`, made with Python's crypt. */
const passwordHash = '$2b$04$LybwvmgBHOMzSxIaeK3TXeX5.Y./GrqQ2jdMz0RcTmSOaCPbc.gJy'

/** Starts one in a directory; with `login` it asks for the user `pusher` and its password. */
export async function startRegistry(
  directory: string,
  { login = false }: { login?: boolean } = {},
): Promise<TestRegistry> {
  const port = await freePort('127.0.0.1')
  const name = `127.0.0.1:${port}`
  const own = join(directory, `registry-${port}`)
  mkdirSync(join(own, '.config/containers'), { recursive: true })
  writeFileSync(join(own, 'htpasswd'), `pusher:${passwordHash}\n`)
  const auth = login ? `auth:\n  htpasswd:\n    realm: test\n    path: ${own}/htpasswd\n` : ''
  writeFileSync(
    join(own, 'config.yml'),
    `version: 0.1\nlog:\n  level: warn\nstorage:\n  filesystem:\n    rootdirectory: ${own}/data\n${auth}http:\n  addr: ${name}\n`,
  )
  writeFileSync(
    join(own, '.config/containers/registries.conf'),
    `[[registry]]\nlocation = "${name}"\ninsecure = true\n`,
  )
  const child = spawn('docker-registry', ['serve', join(own, 'config.yml')], { stdio: 'ignore' })
  for (let attempt = 0; ; attempt += 1) {
    if (child.exitCode !== null || attempt === 600) throw new Error('docker-registry does not start')
    const answer = await fetch(`http://${name}/v2/`).catch(() => undefined)
    if (answer !== undefined) break
    await sleep(100)
  }
  const variables = { PATH: process.env['PATH'], HOME: own }
  return {
    name,
    variables,
    withLogin(user, password) {
      const file = join(own, 'auth.json')
      const auth = Buffer.from(`${user}:${password}`).toString('base64')
      writeFileSync(file, JSON.stringify({ auths: { [name]: { auth } } }), { mode: 0o600 })
      return { ...variables, REGISTRY_AUTH_FILE: file }
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        await ended
      }
    },
  }
}
