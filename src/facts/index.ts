import type { Collector } from '../model/collector.ts'
import { osRelease } from './os-release.ts'
import { releasePackages } from './release-packages.ts'
import { identity } from './identity.ts'
import { machineId } from './machine-id.ts'
import { hardware } from './hardware.ts'
import { cpu } from './cpu.ts'
import { memory } from './memory.ts'
import { virtualization } from './virtualization.ts'
import { confidential } from './confidential.ts'
import { time } from './time.ts'
import { bootTime } from './boot-time.ts'
import { kernel } from './kernel.ts'
import { installedKernels } from './installed-kernels.ts'
import { modules } from './modules.ts'
import { moduleFiles } from './module-files.ts'
import { moduleConfig } from './module-config.ts'
import { sysctl } from './sysctl.ts'
import { bpf } from './bpf.ts'
import { lsm } from './lsm.ts'
import { livePatches } from './live-patches.ts'
import { kdump } from './kdump.ts'
import { cgroup } from './cgroup.ts'
import { pci } from './pci.ts'
import { nics } from './nics.ts'
import { addresses } from './addresses.ts'
import { routes } from './routes.ts'
import { dns } from './dns.ts'
import { networkConfig } from './network-config.ts'
import { proxy } from './proxy.ts'
import { gpu } from './gpu.ts'
import { disks } from './disks.ts'
import { lvm } from './lvm.ts'
import { raid } from './raid.ts'
import { filesystems } from './filesystems.ts'
import { mounts } from './mounts.ts'
import { fstab } from './fstab.ts'
import { swap } from './swap.ts'
import { space } from './space.ts'
import { boot } from './boot.ts'
import { storageStack } from './storage-stack.ts'
import { localPaths } from './local-paths.ts'
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
  osRelease,
  releasePackages,
  identity,
  machineId,
  hardware,
  cpu,
  memory,
  virtualization,
  confidential,
  time,
  bootTime,
  kernel,
  installedKernels,
  modules,
  moduleFiles,
  moduleConfig,
  sysctl,
  bpf,
  lsm,
  livePatches,
  kdump,
  cgroup,
  pci,
  nics,
  addresses,
  routes,
  dns,
  networkConfig,
  proxy,
  gpu,
  disks,
  lvm,
  raid,
  filesystems,
  mounts,
  fstab,
  swap,
  space,
  boot,
  storageStack,
  localPaths,
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
