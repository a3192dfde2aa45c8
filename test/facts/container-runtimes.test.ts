import { describe, expect, it } from 'vitest'
import { containerRuntimes } from '../../src/facts/container-runtimes.ts'
import { fromCri, fromCtr, fromDocker } from '../../src/facts/image-lists.ts'
import { images } from '../../src/facts/images.ts'
import { collectorInput } from '../support/collector-input.ts'

const containerdV2 = `version = 2
root = "/data/containerd"
imports = ["/etc/containerd/conf.d/*.toml"]

[plugins]
  [plugins."io.containerd.grpc.v1.cri"]
    sandbox_image = "registry.aliyuncs.com/google_containers/pause:3.5" # pinned
    [plugins."io.containerd.grpc.v1.cri".containerd]
      snapshotter = "nydus"
      default_runtime_name = "runc"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
        runtime_type = "io.containerd.runc.v2"
        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
          SystemdCgroup = true
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.kata]
        runtime_type = "io.containerd.kata.v2"
    [plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]
      endpoint = [
        "https://mirror.example.com", # "first]"
      ]
    [plugins."io.containerd.grpc.v1.cri".registry.configs."harbor.example.com".auth]
      username = "robot"
      password = "hunter2"
[proxy_plugins]
  [proxy_plugins.nydus]
    type = "snapshot"
    address = "/run/containerd-nydus/containerd-nydus-grpc.sock"
`
const containerdV3 = `version = 3
[plugins.'io.containerd.cri.v1.images']
  snapshotter = 'overlayfs'
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = 'registry.k8s.io/pause:3.10'
  [plugins.'io.containerd.cri.v1.images'.registry]
    config_path = '/etc/containerd/certs.d'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'
`
const daemon = JSON.stringify({
  'exec-opts': ['native.cgroupdriver=systemd'],
  'storage-driver': 'overlay2',
  'data-root': '/data/docker',
  'registry-mirrors': ['https://user:hunter2@mirror.example.com'],
  'insecure-registries': ['10.0.0.1:5000'],
  'live-restore': true,
  'log-opts': { 'splunk-token': 'hunter2' },
  runtimes: { nvidia: { path: 'nvidia-container-runtime' } },
})

describe('containerRuntimes', () => {
  it('reads a containerd 1.x node with drop-ins, and no credential', () => {
    const value = containerRuntimes.parse(
      collectorInput({
        stdout:
          '\u001ebinaries\n/usr/bin/containerd\n/usr/bin/podman\n\u001eowners\npackage containerd.io 1.4.13\npackage podman 3.3.1\n\u001eunits\ncontainerd.service loaded active running containerd\n',
        files: {
          '/etc/containerd/config.toml': containerdV2,
          '/etc/containerd/conf.d/10-root.toml': 'root = "/fast/containerd"\n',
        },
        links: { '/etc/systemd/system/multi-user.target.wants/containerd.service': '/usr/lib/x' },
        paths: { '/etc/containerd/certs.d/ghcr.io': 'directory' },
      }),
    )
    expect(value).toEqual({
      docker: null,
      crio: null,
      podmanVersion: '3.3.1',
      containerd: {
        version: '1.4.13',
        active: true,
        enabled: true,
        configPath: '/etc/containerd/config.toml',
        configVersion: 2,
        root: '/fast/containerd',
        snapshotter: 'nydus',
        proxyPlugins: ['nydus'],
        runtimes: [
          { name: 'runc', type: 'io.containerd.runc.v2' },
          { name: 'kata', type: 'io.containerd.kata.v2' },
        ],
        systemdCgroup: true,
        registryConfigPath: null,
        registries: ['docker.io', 'harbor.example.com', 'ghcr.io'],
        sandboxImage: 'registry.aliyuncs.com/google_containers/pause:3.5',
      },
    })
  })

  it('reads the plugin names of containerd 2, and leaves its cgroup driver open when nothing is said', () => {
    const value = containerRuntimes.parse(
      collectorInput({
        stdout:
          '\u001ebinaries\n/usr/local/bin/containerd\n\u001eversion containerd\ncontainerd github.com/containerd/containerd/v2 v2.0.1 88aa2f531d6c2922003cc7929e51daf1c14caa0a\n',
        files: { '/etc/containerd/config.toml': containerdV3 },
      }),
    )
    expect(value).toMatchObject({
      containerd: {
        version: '2.0.1',
        active: false,
        configVersion: 3,
        root: '/var/lib/containerd',
        snapshotter: 'overlayfs',
        systemdCgroup: null,
        registryConfigPath: '/etc/containerd/certs.d',
        sandboxImage: 'registry.k8s.io/pause:3.10',
      },
    })
  })

  it('reads docker from its file, its unit and its directory, without asking the daemon', () => {
    const value = containerRuntimes.parse(
      collectorInput({
        stdout:
          '\u001ebinaries\n/usr/bin/dockerd\n\u001eversion dockerd\nDocker version 20.10.7, build b0f5bc3\n',
        files: { '/etc/docker/daemon.json': daemon },
      }),
    )
    expect(value).toMatchObject({
      docker: {
        version: '20.10.7',
        storageDriver: 'overlay2',
        dataRoot: '/data/docker',
        cgroupDriver: 'systemd',
        liveRestore: true,
        registryMirrors: ['https://mirror.example.com'],
        insecureRegistries: ['10.0.0.1:5000'],
        runtimes: ['nvidia'],
      },
    })
    expect(JSON.stringify(value)).not.toContain('hunter2')
    const unit =
      '[Service]\nExecStart=/usr/bin/dockerd -H fd:// \\\n  --exec-opt native.cgroupdriver=systemd --insecure-registry=a:1 --insecure-registry b:2\n'
    expect(
      containerRuntimes.parse(
        collectorInput({
          stdout: '\u001ebinaries\n/usr/bin/dockerd\n\u001eowners\npackage docker-ce 20.10.7\n',
          files: { '/usr/lib/systemd/system/docker.service': unit },
          paths: { '/var/lib/docker/image/devicemapper': 'directory' },
        }),
      ),
    ).toMatchObject({
      docker: {
        version: '20.10.7',
        storageDriver: 'devicemapper',
        dataRoot: '/var/lib/docker',
        cgroupDriver: 'systemd',
        insecureRegistries: ['a:1', 'b:2'],
        liveRestore: false,
      },
    })
  })

  it('says so when daemon.json is broken instead of taking it for empty', () => {
    const stdout = '\u001ebinaries\n/usr/bin/dockerd\n'
    const files = { '/etc/docker/daemon.json': '{"data-root": "/x",}' }
    expect(containerRuntimes.parse(collectorInput({ stdout, files }))).toMatchObject({
      value: { docker: { cgroupDriver: null, storageDriver: null, liveRestore: null } },
      degraded: /not a JSON object/,
    })
  })

  it('knows no defaults of docker where daemon.json may not be read', () => {
    const stdout = '\u001ebinaries\n/usr/bin/dockerd\n'
    const files = {
      '/etc/docker/daemon.json': { status: 'denied' },
      '/usr/lib/systemd/system/docker.service': '[Service]\nExecStart=/usr/bin/dockerd\n',
    } as const
    expect(containerRuntimes.parse(collectorInput({ stdout, files }))).toMatchObject({
      value: { docker: { cgroupDriver: null, storageDriver: null, liveRestore: null } },
      degraded: 'not allowed to read /etc/docker/daemon.json',
    })
  })

  it('reads CRI-O with drop-ins and the storage configuration', () => {
    const files = {
      '/etc/crio/crio.conf': '[crio.runtime]\ncgroup_manager = "systemd"\n',
      '/etc/crio/crio.conf.d/01.conf': '[crio.runtime]\ncgroup_manager = "cgroupfs"\n',
      '/etc/containers/storage.conf': '[storage]\ndriver = "overlay"\n',
    }
    const stdout = '\u001ebinaries\n/usr/bin/crio\n\u001eowners\npackage cri-o 1.20.2\n'
    expect(containerRuntimes.parse(collectorInput({ stdout, files }))).toMatchObject({
      crio: { version: '1.20.2', cgroupManager: 'cgroupfs', storageDriver: 'overlay' },
    })
  })
})

describe('images', () => {
  it('tells images that no registry has, for CRI', () => {
    const json = JSON.stringify({
      images: [
        { id: 'sha256:a', repoTags: ['local/app:1'], repoDigests: [], size: '1048576' },
        { id: 'sha256:b', repoTags: ['x:1'], repoDigests: ['x@sha256:b'], size: '1' },
        { id: 'sha256:c', repoTags: [], repoDigests: [], size: '1' },
      ],
    })
    expect(
      images.parse(collectorInput({ stdout: `\u001esocket containerd\n\u001econtainerd json\n${json}\n` })),
    ).toEqual({
      runtime: 'containerd',
      total: 3,
      stores: ['containerd'],
      localOnly: [{ id: 'sha256:a', tags: ['local/app:1'], sizeBytes: 1_048_576 }],
    })
    expect(fromCri('{"images": 3}')).toBeNull()
  })

  it('tells them for docker and for ctr', () => {
    expect(
      fromDocker([
        'sha256:a\tlocal/app\t1\t<none>\t133MB',
        'sha256:b\tx\t1\tsha256:ff\t1GB',
        'sha256:b\tretagged\t2\t<none>\t1GB',
        'sha256:c\t<none>\t<none>\t<none>\t5kB',
      ]),
    ).toEqual({ total: 3, localOnly: [{ id: 'sha256:a', tags: ['local/app:1'], sizeBytes: 133_000_000 }] })
    expect(
      fromCtr([
        'REF TYPE DIGEST SIZE PLATFORMS LABELS',
        'docker.io/library/x:1 application/vnd.oci sha256:aa 2.5 MiB linux/amd64 io.cri-containerd.image=managed',
        'docker.io/library/x@sha256:aa application/vnd.oci sha256:aa 2.5 MiB linux/amd64 -',
        'docker.io/local/y:1 application/vnd.oci sha256:bb 1.0 KiB linux/amd64 -',
        'sha256:ee application/vnd.oci sha256:bb 1.0 KiB linux/amd64 -',
      ]),
    ).toEqual({ total: 2, localOnly: [{ id: 'sha256:bb', tags: ['docker.io/local/y:1'], sizeBytes: 1024 }] })
  })

  it('joins two runtimes, and says which did not answer', () => {
    const docker = '\u001esocket docker\n\u001edocker table\nsha256:a\tapp\t1\t<none>\t1B\n'
    const stdout = `\u001esocket containerd\n${docker}`
    expect(images.parse(collectorInput({ stdout }))).toMatchObject({
      value: { runtime: 'docker', total: 1, localOnly: [{ tags: ['app:1'] }] },
      degraded: 'containerd did not list its images',
    })
  })

  it('does not take a stopped runtime for one without images', () => {
    for (const program of ['dockerd', 'containerd', 'k3s', 'crio']) {
      const stdout = `\u001einstalled ${program}\n\u001eno socket\n`
      expect(() => images.parse(collectorInput({ stdout }))).toThrow(/is installed but does not run/)
    }
    const stdout = '\u001esocket containerd\n\u001econtainerd json\n{"images":[]}\n\u001einstalled dockerd\n'
    expect(images.parse(collectorInput({ stdout }))).toMatchObject({
      value: { total: 0 },
      degraded: 'docker is installed but does not run: its images are not known',
    })
  })

  it('lists the images of k3s', () => {
    const json = '{"images":[{"id":"sha256:a","repoTags":["own:1"],"repoDigests":[],"size":"1"}]}'
    const stdout = `\u001esocket k3s\n\u001ek3s json\n${json}\n\u001einstalled k3s\n`
    expect(images.parse(collectorInput({ stdout }))).toMatchObject({
      runtime: 'containerd',
      localOnly: [{ tags: ['own:1'] }],
    })
  })

  it('is none without a socket, and a gap when no runtime answered', () => {
    expect(images.parse(collectorInput({ stdout: '\u001eno socket\n' }))).toMatchObject({ runtime: 'none' })
    expect(() => images.parse(collectorInput({ stdout: '\u001esocket docker\n' }))).toThrow(
      /docker did not list/,
    )
    expect(() => images.parse(collectorInput())).toThrow(/did not list/)
  })
})
