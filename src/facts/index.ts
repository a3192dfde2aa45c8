import type { Collector } from '../model/collector.ts'
import { agents } from './agents.ts'
import { alternatives } from './alternatives.ts'
import { cloudInit } from './cloud-init.ts'
import { cloudNative } from './cloud-native.ts'
import { cni } from './cni.ts'
import { containerRuntimes } from './container-runtimes.ts'
import { cron } from './cron.ts'
import { crypto } from './crypto.ts'
import { csi } from './csi.ts'
import { dnfConfig } from './dnf-config.ts'
import { dynamicLinker } from './dynamic-linker.ts'
import { etcd } from './etcd.ts'
import { firewall } from './firewall.ts'
import { images } from './images.ts'
import { kubeadm } from './kubeadm.ts'
import { kubelet } from './kubelet.ts'
import { modifiedFiles } from './modified-files.ts'
import { moduleStreams } from './module-streams.ts'
import { packageKeys } from './package-keys.ts'
import { packages } from './packages.ts'
import { ports } from './ports.ts'
import { repositories } from './repositories.ts'
import { selinux } from './selinux.ts'
import { sshd } from './sshd.ts'
import { trustAnchors } from './trust-anchors.ts'
import { units } from './units.ts'
import { users } from './users.ts'
import { versionlock } from './versionlock.ts'

/** Every collector, in the order in which a host answers. */
export const collectors: readonly Collector[] = [
  // Identity, kernel, hardware, storage.
  // End of identity, kernel, hardware, storage.
  //
  // Packages, services, container.
  packages,
  packageKeys,
  repositories,
  dnfConfig,
  moduleStreams,
  versionlock,
  alternatives,
  units,
  ports,
  users,
  cron,
  agents,
  cloudInit,
  selinux,
  firewall,
  crypto,
  sshd,
  trustAnchors,
  dynamicLinker,
  containerRuntimes,
  images,
  kubelet,
  kubeadm,
  etcd,
  cni,
  csi,
  cloudNative,
  modifiedFiles,
  // End of packages, services, container.
]
