import { constants } from 'node:fs'
import { mkdir, open, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { MigrationError } from '../model/errors.ts'
import { askpassScript } from './password-prompt.ts'
import type { Secret } from './secrets.ts'

/** Answers for ssh's questions; the variables tell ssh where to ask. */
export interface Askpass {
  variables: Readonly<Record<string, string>>
  close(): Promise<void>
}

/**
 * Hands secrets to ssh through its askpass hook (ssh(1), SSH_ASKPASS) and named pipes in a directory of ours (0700): they
 * are in no argument, no environment and no file; the pipe's content goes away with `close`. The pipes are made by a program
 * that is given `variables`, PATH among them.
 */
export async function openAskpass(
  dir: string,
  answers: { password: Secret | null; passphrase: Secret | null },
  variables: Readonly<Record<string, string>>,
): Promise<Askpass> {
  await mkdir(dir, { mode: 0o700 })
  const pipes: FileHandle[] = []
  for (const [name, secret] of Object.entries(answers)) {
    if (secret !== null) pipes.push(await fillPipe(join(dir, name), secret, variables))
  }
  const program = join(dir, 'askpass')
  await writeFile(program, askpassScript, { mode: 0o700, flag: 'wx' })
  return {
    // SSH_ASKPASS_REQUIRE came with OpenSSH 8.4; older ones want DISPLAY and no terminal.
    variables: { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0', OSFERRY_ASKPASS: dir },
    async close() {
      await Promise.all(pipes.map((pipe) => pipe.close()))
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** ssh may ask more than once (several keys with one passphrase; password, then keyboard-interactive). */
const copies = 8
const maxSecretBytes = 4000

async function fillPipe(
  path: string,
  secret: Secret,
  variables: Readonly<Record<string, string>>,
): Promise<FileHandle> {
  const line = `${secret.reveal()}\n`
  if (line.slice(0, -1).includes('\n') || Buffer.byteLength(line) > maxSecretBytes) {
    throw new MigrationError(
      'SECRET_UNAVAILABLE',
      'A password for ssh must be one line of at most 4000 bytes',
    )
  }
  // Whatever else is in our environment, secrets among it, is not its business.
  await execa('mkfifo', ['-m', '600', '--', path], { env: variables, extendEnv: false })
  // Read and write, so that neither this open nor the write waits for a reader (fifo(7)).
  const pipe = await open(path, constants.O_RDWR | constants.O_NONBLOCK)
  await pipe.write(line.repeat(copies))
  return pipe
}
