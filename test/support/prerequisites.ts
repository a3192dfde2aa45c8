import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'

/** Debian packages that the tests use, each with a file that proves it is there. */
const packages: Readonly<Record<string, string>> = {
  'openssh-server': '/usr/sbin/sshd',
  'openssh-client': '/usr/bin/ssh',
  rpm: '/usr/bin/rpm',
  gawk: '/usr/bin/gawk',
  sudo: '/usr/bin/sudo',
  openssl: '/usr/bin/openssl',
  sqlite3: '/usr/bin/sqlite3',
  kmod: '/usr/bin/kmod',
  tmux: '/usr/bin/tmux',
  'ansible-core': '/usr/bin/ansible',
  chromium: '/usr/bin/chromium',
  'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  bsdutils: '/usr/bin/script',
  iproute2: '/usr/bin/ip',
  'util-linux': '/usr/bin/unshare',
  // What Kubernetes' own build calls; compilers and etcd are unpacked into the cache instead of being installed.
  make: '/usr/bin/make',
  rsync: '/usr/bin/rsync',
  jq: '/usr/bin/jq',
  'xz-utils': '/usr/bin/xz',
  // Trees with attributes, parked with and without zstd.
  attr: '/usr/bin/setfattr',
  zstd: '/usr/bin/zstd',
  // Images that are kept and put back.
  'docker-registry': '/usr/bin/docker-registry',
  skopeo: '/usr/bin/skopeo',
  containerd: '/usr/bin/containerd',
  // The Redfish emulator is a program of Python.
  'python3-venv': '/usr/share/doc/python3-venv',
  // Says whether the configurations that are made for new systems are valid, and writes them into directories.
  ignition: '/usr/bin/ignition-validate',
  // A machine that boots from the network with the real iPXE, and what unpacks an archive for an initramfs.
  'qemu-system-x86': '/usr/bin/qemu-system-x86_64',
  'ipxe-qemu': '/usr/lib/ipxe/qemu/pxe-virtio.rom',
  cpio: '/usr/bin/cpio',
}

const missing = Object.entries(packages).flatMap(([name, file]) => (fs.existsSync(file) ? [] : [name]))
const isDebian = fs.existsSync('/etc/debian_version')
const isRoot = process.getuid?.() === 0

if (!isRoot) {
  refuse('The tests start real SSH servers in mount namespaces of their own and need root.')
} else if (missing.length > 0 && !isDebian) {
  refuse('The tests need programs that are not here, and this is not Debian.')
} else if (missing.length > 0) {
  install(missing)
}

function install(names: readonly string[]): void {
  console.log(`installing for the tests: ${names.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env })
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], {
    stdio: 'inherit',
    env,
  })
  const probe = spawnSync('unshare', ['--mount', '--pid', '--fork', 'true'])
  if (probe.status !== 0) refuse('This machine does not allow mount and pid namespaces.')
}

function refuse(reason: string): void {
  console.error(reason)
  console.error(
    'Run them as root on Debian 12 or newer, or install the programs of these Debian packages yourself:',
  )
  for (const [name, file] of Object.entries(packages)) console.error(`  ${name.padEnd(18)} ${file}`)
  process.exitCode = 1
}
