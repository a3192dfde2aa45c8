import { createHash } from 'node:crypto'
import { collectors } from '../../src/facts/index.ts'
import type { FactMap, HostFacts } from '../../src/model/facts.ts'
import { factsWith, hostFacts, without, type FactOverrides } from './facts-fixture.ts'
import { disk, nic } from './healthy-node.ts'
import { rpm, unit } from './healthy-system.ts'
import { healthyWorker } from './healthy-worker.ts'

/** A small fleet as a team has one: most workers are alike, and a few hosts carry what makes moves hard. */
export function sampleFleet(): HostFacts[] {
  return [
    sampleHost('worker-01', 'worker', {}),
    sampleHost('worker-03', 'worker', spaceShort()),
    sampleHost('docker-01', 'worker', dockerNode()),
    sampleHost('gpu-01', 'gpu', gpuNode()),
    sampleHost('storage-01', 'storage', storageNode()),
    sampleHost('master-01', 'control-plane', controlPlane()),
    sampleHost('edge-01', 'edge', bondedNode()),
    partialHost(),
    unreachableHost(),
  ]
}

function sampleHost(name: string, role: string, overrides: FactOverrides): HostFacts {
  const index = Number(/\d+$/.exec(name)?.[0] ?? 0) + name.charCodeAt(0) - 90
  const base = hostFacts({
    host: {
      name: `${name}.prod.example.com`,
      address: `10.20.4.${index}`,
      groups: [role === 'control-plane' ? 'masters' : 'workers'],
      labels: { role, zone: `cn-hangzhou-${'abc'.charAt(index % 3)}`, owner: 'platform' },
    },
  })
  return withCommands(factsWith(overrides, base))
}

/** Evidence names the collector's own command and a hash of its own, as in facts read from a host. */
function withCommands(document: HostFacts): HostFacts {
  const commands = new Map<string, string>(collectors.map(({ fact, command }) => [fact, command]))
  const facts = Object.entries(document.facts).map(([name, fact]) => {
    const text = JSON.stringify(fact)
    const command = commands.get(name) ?? fact.source.command
    const sha256 = createHash('sha256').update(text).digest('hex')
    return [name, { ...fact, source: { ...fact.source, command, sha256, bytes: text.length } }]
  })
  return { ...document, facts: Object.fromEntries(facts) as FactMap }
}

function spaceShort(): FactOverrides {
  const [root, boot] = healthyWorker.space.filesystems
  if (root === undefined || boot === undefined) throw new Error('the healthy worker has / and /boot')
  return {
    space: {
      filesystems: [
        { ...root, availableKiB: 1_260_000 },
        { ...boot, availableKiB: 41_000 },
      ],
    },
  }
}

function dockerNode(): FactOverrides {
  return {
    containerRuntimes: {
      docker: {
        version: '19.03.15',
        active: true,
        enabled: true,
        storageDriver: 'overlay2',
        dataRoot: '/data/docker',
        cgroupDriver: 'cgroupfs',
        liveRestore: false,
        registryMirrors: ['https://mirror.example.com'],
        insecureRegistries: ['10.20.0.5:5000'],
        runtimes: ['runc'],
      },
      containerd: null,
    },
    images: {
      runtime: 'docker',
      total: 31,
      localOnly: [{ id: 'sha256:4f1c', tags: ['billing/reports:hotfix-0311'], sizeBytes: 812_000_000 }],
    },
    kubelet: { version: '1.20.15', cgroupDriver: 'cgroupfs', runtimeEndpoint: null, args: [] },
    packages: {
      packages: [
        ...healthyWorker.packages.packages,
        rpm({
          name: 'docker-ce',
          version: '19.03.15',
          release: '3.el8',
          vendor: 'Docker',
          keyId: '8d81803c0ebfcd88',
        }),
      ],
    },
    units: { units: [...healthyWorker.units.units, unit({ name: 'docker.service' })], live: true },
  }
}

function gpuNode(): FactOverrides {
  const loaded = { sizeBytes: 39_000_000, useCount: 8, usedBy: ['nvidia_uvm'], taint: 'POE' }
  const path = '/lib/modules/4.18.0-348.7.1.el8_5.x86_64/extra/nvidia.ko'
  return {
    gpu: {
      devices: [{ slot: '0000:00:07.0', vendor: '10de', device: '1eb8', driver: 'nvidia' }],
      drivers: [{ name: 'nvidia', version: '470.57.02' }],
    },
    modules: { loaded: [...healthyWorker.modules.loaded, { name: 'nvidia', ...loaded }] },
    moduleFiles: {
      files: [...healthyWorker.moduleFiles.files, { name: 'nvidia', path, origin: 'extra' }],
      outOfTree: [
        {
          name: 'nvidia',
          path,
          origin: 'extra',
          version: '470.57.02',
          license: 'NVIDIA',
          signer: null,
          vermagic: '4.18.0-348.7.1.el8_5.x86_64 SMP mod_unload modversions',
          package: null,
          symbols: [
            { name: 'vmap', crc: '0x5ca30df0' },
            { name: 'ktime_get_raw_ts64', crc: '0x2c541e7b' },
          ],
        },
      ],
    },
    kernel: { taint: 4097 },
  }
}

function storageNode(): FactOverrides {
  return {
    filesystems: {
      filesystems: [
        ...healthyWorker.filesystems.filesystems,
        { device: '/dev/mapper/vg0-data', mountpoint: '/data', type: 'xfs', features: ['crc=0', 'ftype=0'] },
      ],
    },
    disks: {
      devices: [...healthyWorker.disks.devices, disk({ name: 'vdb', sizeBytes: 2_199_023_255_552 })],
    },
    mounts: {
      mounts: [
        ...healthyWorker.mounts.mounts,
        { source: '/dev/mapper/vg0-data', target: '/data', fstype: 'xfs', options: ['rw', 'noatime'] },
        {
          source: 'nas.example.com:/export',
          target: '/mnt/nas',
          fstype: 'nfs4',
          options: ['rw', 'vers=4.1', 'soft'],
        },
      ],
    },
    localPaths: { entries: [{ path: '/data', kind: 'mount', package: null }], truncated: false },
    storageStack: { cephOsds: ['osd.3'] },
  }
}

function controlPlane(): FactOverrides {
  return {
    kubeadm: {
      role: 'control-plane',
      staticPods: ['etcd.yaml', 'kube-apiserver.yaml'],
      certificates: [{ path: '/etc/kubernetes/pki/apiserver.crt', notAfter: '2026-12-05T00:00:00Z' }],
    },
    etcd: { present: true, dataDir: '/var/lib/etcd', managedBy: 'static-pod', sizeKiB: 182_000 },
  }
}

function bondedNode(): FactOverrides {
  const port = (name: string): ReturnType<typeof nic> => {
    return nic({
      name,
      mac: `00:16:3e:00:00:0${name.slice(-1)}`,
      driver: 'ixgbe',
      speedMbps: 10_000,
      master: 'bond0',
    })
  }
  return {
    nics: {
      interfaces: [
        nic({ name: 'lo', kind: 'loopback' }),
        port('eth1'),
        port('eth2'),
        nic({ name: 'bond0', kind: 'bond', bond: { mode: '802.3ad', ports: ['eth1', 'eth2'] } }),
        nic({ name: 'bond0.210', kind: 'vlan', vlan: { id: 210, parent: 'bond0' } }),
      ],
    },
    networkConfig: {
      networkScripts: true,
      ifcfg: [
        {
          file: '/etc/sysconfig/network-scripts/ifcfg-bond0.210',
          device: 'bond0.210',
          settings: {
            BOOTPROTO: 'none',
            IPADDR: '10.20.4.81',
            PREFIX: '24',
            VLAN: 'yes',
            NM_CONTROLLED: 'no',
          },
        },
      ],
    },
    versionlock: { entries: ['kubelet-0:1.26.15-0.*'] },
  }
}

function partialHost(): HostFacts {
  const host = sampleHost('worker-04', 'worker', {})
  return without(['storageStack', 'space', 'boot', 'modifiedFiles'], 'permission-denied', {
    ...host,
    collection: { ...host.collection, privilege: 'user', set: 'full' },
  })
}

function unreachableHost(): HostFacts {
  return {
    ...sampleHost('worker-05', 'worker', {}),
    status: 'failed',
    failure: {
      code: 'HOST_KEY_CHANGED',
      message: 'The host key of worker-05.prod.example.com is not the one in known_hosts, line 14.',
      hint: 'If the host was reinstalled, remove the line with: ssh-keygen -R worker-05.prod.example.com',
    },
    facts: {},
  }
}
