import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A temporary login whose sudo rights are `rule` (a sudoers line after the user name) and `defaults`. */
export interface SudoUser {
  name: string
  password: string
}

interface SudoUserOptions {
  password: string
  /** `ALL=(ALL) ALL`, `ALL=(ALL) NOPASSWD: ALL`, or null for no rule. */
  rule: string | null
  /** Options for `Defaults:<user>`. */
  defaults?: string
}

/** Temporary users with real sudo rights. Needs root; installs Debian's sudo when it is missing. */
export interface SudoUsers {
  add(name: string, options: SudoUserOptions): SudoUser
  close(): void
}

/** Makes the registry; `homes` is a directory for the users' homes. `close` removes users and rules again. */
export function createSudoUsers(homes: string): SudoUsers {
  if (process.geteuid?.() !== 0)
    throw new Error('the sudo tests make users and sudoers files: run them as root')
  ensureSudo()
  const names: string[] = []
  const rulesFile = (name: string): string => join('/etc/sudoers.d', name)
  return {
    add(name, { password, rule, defaults }) {
      mkdirSync(homes, { recursive: true, mode: 0o755 })
      remove(name)
      execFileSync('useradd', ['-M', '-d', join(homes, name), '-s', '/bin/sh', name])
      names.push(name)
      mkdirSync(join(homes, name), { recursive: true })
      execFileSync('chown', [name, join(homes, name)])
      execFileSync('chpasswd', { input: `${name}:${password}\n` })
      const lines = [
        ...(defaults === undefined ? [] : [`Defaults:${name} ${defaults}`]),
        ...(rule === null ? [] : [`${name} ${rule}`]),
        '',
      ]
      writeFileSync(rulesFile(name), lines.join('\n'), { mode: 0o440 })
      execFileSync('visudo', ['-cqf', rulesFile(name)])
      return { name, password }
    },
    close() {
      for (const name of names) {
        rmSync(rulesFile(name), { force: true })
        remove(name)
      }
    },
  }
}

function remove(name: string): void {
  rmSync(join('/run/sudo/ts', name), { force: true })
  try {
    execFileSync('userdel', ['-f', name], { stdio: 'ignore' })
  } catch {
    // It was not there.
  }
}

function ensureSudo(): void {
  if (['/usr/bin/sudo', '/bin/sudo'].some((path) => existsSync(path))) return
  try {
    execFileSync('apt-get', ['install', '-y', '-q', 'sudo'], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  } catch (error) {
    throw new Error('the sudo tests need sudo: install the Debian package sudo', { cause: error })
  }
}
