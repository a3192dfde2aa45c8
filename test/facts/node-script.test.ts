import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kubelet } from '../../src/facts/kubelet.ts'
import { nodeScript } from '../../src/facts/node-script.ts'
import { collectorInput } from '../support/collector-input.ts'
import { runScript } from '../support/run-script.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'osferry-node-'))
  write('proc/1/comm', 'systemd\n')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Runs the script with all its paths below the temporary root; the parts are separated by `@`. */
function ask(): string {
  const below = nodeScript.replaceAll(
    /(?<![\w*$}])\/(?=(?:etc|usr|var\/lib|opt|proc|sys|run)\/)/g,
    `${root}/`,
  )
  return runScript(below).stdout.replaceAll('\u001e', '@').replaceAll(root, '')
}

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  chmodSync(join(root, path), mode)
}

function program(path: string, says: string): void {
  write(path, `#!/bin/sh\n: >${root}/started\necho '${says}'\n`, 0o755)
}

function process(
  pid: number,
  name: string,
  given: { cgroup?: string; exe?: string; words?: string[]; uid?: number },
): void {
  write(`proc/${pid}/comm`, `${name}\n`)
  write(`proc/${pid}/cgroup`, `${given.cgroup ?? `0::/system.slice/${name}.service`}\n`)
  const uid = given.uid ?? 0
  write(`proc/${pid}/status`, `Name:\t${name}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n`)
  write(`proc/${pid}/cmdline`, (given.words ?? [name]).map((word) => `${word}\0`).join(''))
  if (given.exe !== undefined) symlinkSync(join(root, given.exe), join(root, `proc/${pid}/exe`))
}

describe('programs of a node', () => {
  it('follows a unit to a program in any directory', () => {
    program('data/kube/bin/kubelet', 'Kubernetes v1.22.1')
    write(
      'etc/systemd/system/kubelet.service',
      `[Service]\nExecStartPre=/bin/true\nExecStart=\n ExecStart = -"${root}/data/kube/bin/kubelet" --v=2\n`,
    )
    const said = ask()
    expect(said).toContain('@binaries\n/data/kube/bin/kubelet\n')
    expect(said).toContain('@version kubelet\nKubernetes v1.22.1\n')
  })

  it('takes the program of a unit before one of the same name in a usual directory', () => {
    program('data/kubelet', 'Kubernetes v1.22.1')
    program('usr/bin/kubelet', 'Kubernetes v1.18.0')
    write('usr/lib/systemd/system/kubelet.service', `ExecStart=${root}/usr/bin/kubelet\n`)
    write('etc/systemd/system/kubelet.service.d/own.conf', `ExecStart=\nExecStart=${root}/data/kubelet\n`)
    expect(ask()).toMatch(/@binaries\n\/data\/kubelet\n(?!.*\/usr\/bin\/kubelet)/)
  })

  it.each(['kubelet', 'containerd'])(
    'names a %s of an ordinary user, and reads nothing that its words name',
    (name) => {
      write('etc/secret.json', '{"cgroupDriver":"systemd","leak":"ROOTONLY"}\n', 0o600)
      process(77, name, { words: [name, `--config=${root}/etc/secret.json`], uid: 1000 })
      const said = ask()
      expect(said).toContain(`@processes\n77 ${name}\n`)
      expect(said).not.toContain('secret.json')
      expect(said).not.toContain('ROOTONLY')
    },
  )

  it('reads no configuration that is a pipe or a device', () => {
    process(77, 'kubelet', { words: ['kubelet', '--config=/dev/zero'] })
    expect(ask()).not.toContain('@kubelet config /dev/zero')
  })

  it('names the program of a process, and does not start it: anybody may run one of that name', () => {
    program('odd/bin/kubelet', 'Kubernetes v9')
    process(77, 'kubelet', { exe: 'odd/bin/kubelet', words: ['kubelet', '--config', '/k.yaml'] })
    const said = ask()
    expect(said).toContain('@processes\n77 kubelet\n@program kubelet /odd/bin/kubelet\n')
    expect(said).toContain('@kubelet process\nkubelet\n--config\n/k.yaml\n')
    expect(existsSync(join(root, 'started'))).toBe(false)
  })

  it('leaves out processes of pods', () => {
    process(78, 'dockerd', { cgroup: '5:cpu:/kubepods/besteffort/pod1/abc', exe: 'gone' })
    expect(ask()).not.toContain('dockerd')
  })

  it('gives the command line of containerd, which names its configuration', () => {
    process(79, 'containerd', { words: ['containerd', '-c', '/x.toml'] })
    expect(ask()).toContain('@containerd process 79\ncontainerd\n-c\n/x.toml\n')
  })

  it('says when processes may be hidden', () => {
    rmSync(join(root, 'proc'), { recursive: true })
    expect(ask()).toContain('@processes unread\n')
  })
})

describe('static pods of a node', () => {
  it.each([
    ['a configuration in YAML', 'staticPodPath: "/etc/k8s/pods/" # own\n', []],
    ['a configuration in JSON', '{"staticPodPath":"/etc/k8s/pods","port":1}\n', []],
    ['a flag', 'staticPodPath: /elsewhere\n', ['--pod-manifest-path=/etc/k8s/pods']],
    ['a flag with a value of its own', '', ['--pod-manifest-path', '/etc/k8s/pods', '--v=2']],
  ])('are listed where %s says', (_, config, words) => {
    const own = (text: string): string => text.replace('/etc/k8s', `${root}/etc/k8s`)
    write('var/lib/kubelet/config.yaml', own(config))
    process(77, 'kubelet', { words: ['kubelet', ...words.map(own)] })
    write('etc/k8s/pods/haproxy', 'kind: Pod\n')
    write('etc/k8s/pods/.hidden.yaml', 'kind: Pod\n')
    expect(ask()).toMatch(/@static pods \/etc\/k8s\/pods\n\/etc\/k8s\/pods\/haproxy\n@/)
  })

  it('are not said to be listed where nothing names a directory', () => {
    process(77, 'kubelet', {})
    expect(ask()).not.toContain('static pods')
  })

  it('end with a mark when there are too many', () => {
    write('var/lib/kubelet/config.yaml', `staticPodPath: ${root}/pods\n`)
    for (let number = 0; number < 201; number++) write(`pods/${number}.yaml`, '')
    expect(ask()).toContain('@static pods cut\n')
  })
})

describe('certificates of a node', () => {
  it.each([
    [100, false],
    [101, true],
  ])('of %i files say whether some were left out: %s', (count, isCut) => {
    for (let number = 0; number < count; number++) write(`etc/kubernetes/pki/${number}.crt`, 'x\n')
    expect(/@certificates cut \/etc\/kubernetes\/pki\/\d+\.crt\n/.test(ask())).toBe(isCut)
  })
})

describe('state of a cluster on a node', () => {
  it.each([
    ['var/lib/rancher/k3s/server/db/etcd/member/wal', '/var/lib/rancher/k3s/server/db/etcd'],
    ['var/lib/rancher/rke2/server/db/etcd/member/wal', '/var/lib/rancher/rke2/server/db/etcd'],
    ['var/lib/rancher/k3s/server/db/state.db', '/var/lib/rancher/k3s/server/db/state.db'],
  ])('is found in %s', (path, where) => {
    write(path, 'x')
    expect(ask()).toMatch(new RegExp(`@etcd data ${where}\n\\d+\t${where}\n`))
  })
})

describe('a kubelet in a directory of its own', () => {
  it('is installed, with its version', () => {
    program('opt/kube/bin/kubelet', 'Kubernetes v1.22.1')
    expect(kubelet.parse(collectorInput({ stdout: ask().replaceAll('@', '\u001e') }))).toMatchObject({
      installed: true,
      version: '1.22.1',
    })
  })
})
