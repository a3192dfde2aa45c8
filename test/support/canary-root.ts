import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { isPattern } from '../../src/facts/glob.ts'
import { canaryText } from './canaries.ts'

/**
 * Runs a script in a root of its own: every file that the script asks for exists there and holds canaries. Programs
 * come from this machine (/usr, with planted files laid over it); /etc, /sys, /boot, /var, /opt are planted only, and
 * planted files lie over the real /proc. Needs root; the root is mounted read-only.
 */
export function runInCanaryRoot(
  script: string,
  files: readonly string[],
): { stdout: Uint8Array; planted: string[] } {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-canaries-'))
  try {
    const fake = path.join(base, 'fake')
    const planted = plant(fake, files)
    const done = spawnSync('unshare', ['-m', 'sh', '-s'], {
      input: mountScript(base, fake),
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', SCRIPT: script },
      maxBuffer: 64 * 1024 * 1024,
    })
    if (done.status !== 0) throw new Error(`The canary root failed: ${done.stderr.toString()}`)
    return { stdout: done.stdout, planted }
  } finally {
    fs.rmSync(base, { recursive: true, force: true })
  }
}

/** Files that the kernel or the shell itself needs as they are. */
const untouched = /^\/proc\/(?:\[|self\/|sys\/kernel\/(?:osrelease|hostname)|cgroups)|ld\.so\.preload$/

function plant(fake: string, files: readonly string[]): string[] {
  for (const name of ['etc', 'usr', 'sys', 'boot', 'var', 'opt', 'proc', 'run', 'srv', 'root', 'home']) {
    fs.mkdirSync(path.join(fake, name), { recursive: true })
  }
  const names = files
    .filter((file) => !untouched.test(file))
    .map((file) => (isPattern(file) ? file.replace(/\[[^\]]*\]/g, '3').replace(/\*/g, 'canary') : file))
  for (const name of names) {
    if (name.startsWith('/proc/') && !fs.existsSync(name)) continue
    const target = path.join(fake, name)
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.writeFileSync(target, canaryText(name))
  }
  return names
}

function mountScript(base: string, fake: string): string {
  const root = path.join(base, 'root')
  const procFiles = listFiles(path.join(fake, 'proc'))
  return [
    'set -e',
    `mkdir -p ${root}`,
    `mount -t tmpfs tmpfs ${root}`,
    `cd ${root}`,
    'mkdir usr proc dev tmp',
    'for name in bin sbin lib lib64; do ln -s usr/$name $name; done',
    `for name in etc sys boot var opt run srv root home; do mkdir $name; mount --bind ${fake}/$name $name; done`,
    `[ ! -d /etc/alternatives ] || cp -a /etc/alternatives ${fake}/etc/`,
    `mount -t overlay overlay -o ro,lowerdir=${fake}/usr:/usr usr`,
    'mount --rbind /proc proc',
    'mount --bind /dev dev',
    ...procFiles.map((file) => `mount --bind ${path.join(fake, 'proc', file)} proc/${file}`),
    'for name in etc sys boot var opt run srv root home; do mount -o remount,bind,ro $name; done',
    'mount -o remount,ro .',
    'printf %s "$SCRIPT" | env -u SCRIPT chroot . sh -s',
  ].join('\n')
}

function listFiles(directory: string): string[] {
  return fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
}
