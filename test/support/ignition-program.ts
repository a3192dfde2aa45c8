import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a program has said. */
export interface Answer {
  exit: number
  text: string
}

/** What the real ignition-validate (2.14, Debian package ignition) says of a configuration. */
export async function ignitionValidate(text: string): Promise<Answer> {
  return run('/usr/bin/ignition-validate', ['-'], { input: text })
}

/** The real ignition writes a configuration into a directory: files, links and units, no disks and no users. */
export async function ignitionApply(text: string, root: string): Promise<Answer> {
  const work = mkdtempSync(join(tmpdir(), 'osferry-ignition-'))
  try {
    // The program takes its role from its name, and works outside of an initramfs in containers only.
    const program = join(work, 'ignition-apply')
    symlinkSync('/usr/lib/dracut/modules.d/30ignition/ignition', program)
    const config = join(work, 'config.ign')
    writeFileSync(config, text)
    mkdirSync(join(root, 'etc'), { recursive: true })
    const words = [`--root=${root}`, '--ignore-unsupported', '--offline', config]
    return await run(program, words, { env: { ...process.env, container: 'test' } })
  } finally {
    rmSync(work, { recursive: true })
  }
}

interface RunOptions {
  input?: string
  env?: NodeJS.ProcessEnv
}

function run(program: string, words: readonly string[], { input = '', env }: RunOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, words, { env, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') return reject(error)
      resolve({ exit: error === null ? 0 : Number(error.code), text: `${stdout}${stderr}` })
    })
    child.stdin?.end(input)
  })
}

/**
 * What the real ignition makes of a configuration with everything that it merges, as it would go on with it; `authorities` = a
 * directory of certificates that count beside those of this machine.
 */
export async function ignitionFetch(
  text: string,
  authorities = '/none',
): Promise<Answer & { config: unknown }> {
  const work = mkdtempSync(join(tmpdir(), 'osferry-ignition-'))
  try {
    const config = join(work, 'config.ign')
    writeFileSync(config, text)
    const cache = join(work, 'cache.json')
    const words = [
      '-platform=file',
      '-stage=fetch',
      `-root=${work}`,
      `-config-cache=${cache}`,
      `-state-file=${join(work, 'state')}`,
      `-neednet=${join(work, 'neednet')}`,
      '-log-to-stdout',
    ]
    const env = {
      ...process.env,
      IGNITION_CONFIG_FILE: config,
      IGNITION_SYSTEM_CONFIG_DIR: '/none',
      SSL_CERT_DIR: authorities,
    }
    const answer = await run('/usr/lib/dracut/modules.d/30ignition/ignition', words, { env })
    return { ...answer, config: answer.exit === 0 ? JSON.parse(readFileSync(cache, 'utf8')) : undefined }
  } finally {
    rmSync(work, { recursive: true })
  }
}
