import { MigrationError } from '../model/errors.ts'
import { printable } from './printable.ts'

/**
 * How a command becomes root's. sudo is told to print a prompt nobody else can know; the password is written only after
 * that prompt was seen, and the command's own stdin only after root's shell said that it runs. So the password can never
 * become the first line of a script (NOPASSWD, cached credentials), nor the script the answer to a prompt.
 */
export interface SudoDialogue {
  /** The words to run instead of the command. */
  argv: readonly string[]
  /** Printed on stderr by sudo when it wants the password. */
  prompt: string
  /** Printed on stderr, with a newline, by root's shell before it becomes the command. */
  ready: string
  /** True when the command's stdin has to wait for `ready`. */
  waits: boolean
}

/** Wraps `argv` in sudo. `nonce` must be fresh and hold only letters and digits. */
export function sudoDialogue(argv: readonly string[], nonce: string, hasPassword: boolean): SudoDialogue {
  const prompt = `[osferry-${nonce}-password]`
  const ready = `[osferry-${nonce}-ready]`
  // -k: never use or leave cached credentials. -n: never ask. sh gives "$0" the marker and runs the rest unchanged.
  const options = hasPassword ? ['-k', '-S', '-p', prompt] : ['-n']
  const script = 'printf "%s\\n" "$0" >&2; exec "$@"'
  return {
    argv: ['env', 'LC_ALL=C', 'LANGUAGE=C', 'sudo', ...options, '--', 'sh', '-c', script, ready, ...argv],
    prompt,
    ready,
    waits: hasPassword,
  }
}

/** Watches stderr for the markers and takes them out of it. */
export interface SudoWatcher {
  /** What is new: sudo asks, the command runs, or neither; `rest` is the command's own stderr. */
  feed(chunk: Uint8Array): { prompts: number; ready: boolean; rest: Uint8Array }
  isReady(): boolean
  /** What sudo said before the command ran, without the markers. */
  said(): string
}

/** Makes a watcher; it holds at most 64 KiB before the command runs. */
export function watchSudo({ prompt, ready }: SudoDialogue): SudoWatcher {
  let held = Buffer.alloc(0)
  let promptsSeen = 0
  let isReady = false
  const readyLine = `${ready}\n`
  return {
    isReady: () => isReady,
    said: () => held.toString('utf8').replaceAll(prompt, ''),
    feed(chunk) {
      if (isReady) return { prompts: 0, ready: false, rest: chunk }
      held = Buffer.concat([held, chunk]).subarray(-maxHeld)
      const at = held.indexOf(readyLine)
      const before = (at < 0 ? held : held.subarray(0, at)).toString('latin1')
      const prompts = before.split(prompt).length - 1 - promptsSeen
      promptsSeen += prompts
      if (at < 0) return { prompts, ready: false, rest: empty }
      const rest = held.subarray(at + readyLine.length)
      held = held.subarray(0, at)
      isReady = true
      return { prompts, ready: true, rest }
    },
  }
}

/** The error for a sudo that ended, or was ended, without running the command. */
export function sudoError(host: string, said: string, hadPassword: boolean): MigrationError {
  const row = refusals.find(({ says }) => says.test(said)) ?? refusals.at(-1)
  const needsPassword = row?.code === 'HOST_SUDO_PASSWORD'
  const what =
    needsPassword && hadPassword ? 'the sudo password was not accepted' : (row?.what ?? 'sudo refused')
  const hint = needsPassword
    ? hadPassword
      ? 'Check the secret that ssh.becomePassword points to.'
      : 'Set ssh.becomePassword to env:NAME, file:PATH or exec:COMMAND, or allow NOPASSWD for this user.'
    : 'Check with `sudo -l` on the host; set ssh.become to none to go on with fewer facts.'
  const quoted = printable(said, 200)
  return new MigrationError(
    row?.code ?? 'HOST_SUDO_REFUSED',
    `${host}: ${what}${quoted === '' ? '' : `: ${quoted}`}`,
    {
      hint,
      details: { host },
    },
  )
}

/** HOST_TIMEOUT: sudo neither ran the command nor ended, for instance because PAM asks something else. */
export function sudoSilent(host: string, timeoutMs: number, said: string): MigrationError {
  const quoted = printable(said, 200)
  return new MigrationError(
    'HOST_TIMEOUT',
    `${host}: sudo did not run the command within ${timeoutMs} ms${quoted === '' ? '' : `; it said: ${quoted}`}`,
    {
      hint: 'Run `sudo -k true` on the host: it may ask for a second factor or wait for a directory.',
      details: { host },
    },
  )
}

const maxHeld = 64 * 1024
const empty = new Uint8Array()

/** What sudo says in the C locale: sudo 1.8 (CentOS 8) and 1.9, plugins/sudoers/{auth,check,logging}.c and src/tgetpass.c. */
const refusals: readonly {
  says: RegExp
  code: 'HOST_SUDO_REFUSED' | 'HOST_SUDO_PASSWORD'
  what: string
}[] = [
  {
    says: /must have a tty/,
    code: 'HOST_SUDO_REFUSED',
    what: 'sudo wants a terminal (requiretty in sudoers)',
  },
  {
    says: /not in the sudoers|may not run sudo|not allowed to (execute|run|preserve)/,
    code: 'HOST_SUDO_REFUSED',
    what: 'sudo does not allow it to this user',
  },
  {
    says: /sudo.{0,20}(not found|No such file)/,
    code: 'HOST_SUDO_REFUSED',
    what: 'sudo is not installed',
  },
  {
    says: /password is required|terminal is required|no tty present|no askpass|try again|incorrect password|no password was provided|maximum 3/i,
    code: 'HOST_SUDO_PASSWORD',
    what: 'sudo needs a password',
  },
  { says: /(?:)/, code: 'HOST_SUDO_REFUSED', what: 'sudo did not run the command' },
]
