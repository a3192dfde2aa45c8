import type { Crio, Docker } from '../../src/model/facts-container.ts'

/** Docker as a node of Kubernetes 1.20 to 1.23 has it. */
export const dockerNode: Docker = {
  version: '20.10.24',
  active: true,
  enabled: true,
  storageDriver: 'overlay2',
  dataRoot: '/var/lib/docker',
  cgroupDriver: 'systemd',
  liveRestore: null,
  registryMirrors: [],
  insecureRegistries: [],
  runtimes: ['runc'],
}

/** CRI-O in its usual set-up. */
export const crioNode: Crio = {
  version: '1.26.1',
  active: true,
  enabled: true,
  cgroupManager: 'systemd',
  storageDriver: 'overlay',
}
