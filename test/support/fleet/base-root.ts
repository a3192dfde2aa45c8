import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/** What a CentOS 8 minimal install has and the collectors may use; taken from this machine's Debian packages. */
const programs = [
  'bash',
  'gawk',
  'sed',
  'grep',
  'find',
  'xargs',
  'rpm',
  'sshd',
  'ssh-keygen',
  'sudo',
  'openssl',
  'gzip',
  'xz',
  // coreutils
  'cat',
  'head',
  'tail',
  'cut',
  'tr',
  'sort',
  'uniq',
  'wc',
  'od',
  'ls',
  'stat',
  'readlink',
  'realpath',
  'dirname',
  'basename',
  'date',
  'env',
  'id',
  'nice',
  'timeout',
  'sleep',
  'true',
  'yes',
  'false',
  'test',
  'printf',
  'echo',
  'expr',
  'mkdir',
  'rm',
  'mv',
  'cp',
  'ln',
  'chmod',
  'chown',
  'touch',
  'mktemp',
  'du',
  'df',
  'sync',
  'uname',
  'nproc',
  'sha256sum',
  'md5sum',
  'base64',
  'seq',
  'tee',
  'paste',
  'comm',
  'join',
  'fold',
  'dd',
  'whoami',
  'tty',
  'kill',
  'pwd',
  'stty',
  // util-linux, procps, hostname
  'renice',
  'ionice',
  'hostname',
  'getent',
  'getconf',
  'setsid',
  'logger',
  'more',
  'lsblk',
  'findmnt',
  'blkid',
] as const

/** Extra directories that those programs load at run time. */
const trees = [
  '/usr/lib/rpm',
  '/usr/libexec/sudo',
  '/usr/lib/x86_64-linux-gnu/security',
  '/usr/lib/x86_64-linux-gnu/gconv',
] as const
const libraries = ['libnss_files.so.2', 'libnss_compat.so.2', 'libnss_dns.so.2'] as const

/**
 * Makes the lowest layer of every test host in `directory`: programs and their libraries, device nodes, accounts.
 * Python, perl, dnf and docker are not there, as on a CentOS 8 minimal install (dnf's python is not for us).
 */
export function buildBaseRoot(directory: string): void {
  for (const folder of [
    'usr/bin',
    'usr/sbin',
    'usr/lib',
    'usr/lib64',
    'etc',
    'var/lib',
    'var/log',
    'var/tmp',
    'run/sshd',
    'run/realproc',
    'root',
    'home',
    'dev',
    'proc',
    'sys',
    'tmp',
    'opt',
    'srv',
    'mnt',
    'boot',
  ]) {
    fs.mkdirSync(path.join(directory, folder), { recursive: true })
  }
  for (const name of ['bin', 'sbin', 'lib', 'lib64'])
    fs.symlinkSync(`usr/${name}`, path.join(directory, name))
  fs.symlinkSync('../run', path.join(directory, 'var/run'))
  fs.chmodSync(path.join(directory, 'run/sshd'), 0o755)
  copyPrograms(directory)
  for (const [name, major, minor] of devices) {
    execFileSync('mknod', ['-m', '666', path.join(directory, 'dev', name), 'c', String(major), String(minor)])
  }
  for (const [name, text] of Object.entries(accountFiles)) {
    const file = path.join(directory, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text, { mode: /shadow|sudoers/.test(name) ? 0o440 : 0o644 })
  }
}

const devices = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
  ['ptmx', 5, 2],
] as const

function copyPrograms(directory: string): void {
  const found = programs.map((name) => [name, locate(name)] as const)
  const missing = found.filter(([, file]) => file === undefined).map(([name]) => name)
  if (missing.length > 0)
    throw new Error(`the fleet needs these programs on this machine: ${missing.join(', ')}`)
  const files = found.flatMap(([, file]) => (file === undefined ? [] : [file]))
  fs.symlinkSync('bash', path.join(directory, 'usr/bin/sh'))
  fs.symlinkSync('gawk', path.join(directory, 'usr/bin/awk'))
  for (const tree of trees) {
    if (fs.existsSync(tree))
      fs.cpSync(tree, path.join(directory, tree), { recursive: true, dereference: true })
  }
  const plugins = trees.flatMap((tree) => (fs.existsSync(tree) ? sharedObjectsBelow(tree) : []))
  copyWithLibraries(directory, files, plugins)
}

/** Copies programs, and the shared libraries that they and their plugins load, to the same places below a directory. */
export function copyWithLibraries(
  directory: string,
  files: readonly string[],
  plugins: readonly string[],
): void {
  for (const file of [...files, ...librariesOf([...files, ...plugins])]) {
    copyFollowing(file, path.join(directory, normalize(file)))
  }
}

function locate(name: string): string | undefined {
  return ['/usr/bin', '/usr/sbin', '/bin', '/sbin']
    .map((folder) => `${folder}/${name}`)
    .find((file) => fs.existsSync(file))
}

/** /bin, /sbin, /lib are links to /usr on both systems. */
function normalize(file: string): string {
  return file.replace(/^\/(bin|sbin|lib|lib64)\//, '/usr/$1/')
}

function copyFollowing(from: string, to: string): void {
  fs.mkdirSync(path.dirname(to), { recursive: true })
  const real = fs.realpathSync(from)
  fs.copyFileSync(real, to)
  fs.chmodSync(to, fs.statSync(real).mode)
}

function sharedObjectsBelow(tree: string): string[] {
  return execFileSync('find', [tree, '-name', '*.so*', '-type', 'f'], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
}

function librariesOf(files: readonly string[]): Set<string> {
  const out = execFileSync('sh', ['-c', 'ldd "$@" 2>/dev/null || true', 'sh', ...files], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  const found = new Set([...out.matchAll(/(?:=> |^\s+)(\/\S+)/gm)].map((match) => match[1] ?? ''))
  for (const name of libraries) found.add(`/usr/lib/x86_64-linux-gnu/${name}`)
  return new Set([...found].filter((file) => file !== '' && !file.endsWith(':') && fs.existsSync(file)))
}

/** `deploy`'s password is `correct horse` (SHA-512 crypt, public: it protects nothing). */
const deployHash = execFileSync('openssl', ['passwd', '-6', '-salt', 'fleet', 'correct horse'], {
  encoding: 'utf8',
}).trim()

const accountFiles: Readonly<Record<string, string>> = {
  'etc/passwd': `root:x:0:0:root:/root:/bin/bash
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
nobody:x:65534:65534:Kernel Overflow User:/:/sbin/nologin
sshd:x:74:74:Privilege-separated SSH:/var/empty/sshd:/sbin/nologin
chrony:x:993:990::/var/lib/chrony:/sbin/nologin
ops:x:1000:1000:Operations:/home/ops:/bin/bash
deploy:x:1001:1001:Deployment:/home/deploy:/bin/bash
viewer:x:1002:1002:Read only:/home/viewer:/bin/bash
`,
  'etc/group': `root:x:0:
bin:x:1:
daemon:x:2:
wheel:x:10:ops
sshd:x:74:
chrony:x:990:
ops:x:1000:
deploy:x:1001:
viewer:x:1002:
nobody:x:65534:
`,
  'etc/shadow': `root:*:18900:0:99999:7:::
sshd:!!:18900::::::
ops:*:18900:0:99999:7:::
deploy:${deployHash}:18900:0:99999:7:::
viewer:*:18900:0:99999:7:::
`,
  'etc/sudoers': `Defaults !syslog, !pam_session, timestamp_type=global
root ALL=(ALL) ALL
ops ALL=(ALL) NOPASSWD: ALL
deploy ALL=(ALL) ALL
`,
  'etc/pam.d/sudo':
    'auth required pam_unix.so\naccount required pam_permit.so\nsession required pam_permit.so\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n',
  'etc/rpm/macros': '%_dbpath /var/lib/rpm\n',
  'etc/shells': '/bin/sh\n/bin/bash\n',
  'home/ops/.keep': '',
  'home/deploy/.keep': '',
  'home/viewer/.keep': '',
  'var/empty/sshd/.keep': '',
}
