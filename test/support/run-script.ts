import { spawnSync } from 'node:child_process'

/** Runs a collector's script the way a host does: `sh` from stdin, locale C; optionally below another root. */
export function runScript(
  script: string,
  options: { root?: string; env?: Readonly<Record<string, string>> } = {},
): { stdout: string; stderr: string; exitCode: number } {
  const command = options.root === undefined ? ['sh', '-s'] : ['chroot', options.root, 'sh', '-s']
  const done = spawnSync(command[0] ?? 'sh', command.slice(1), {
    input: `(\n${script}\n) </dev/null\n`,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', ...options.env },
  })
  return { stdout: done.stdout, stderr: done.stderr, exitCode: done.status ?? -1 }
}
