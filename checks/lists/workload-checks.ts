import type { AnyCheck } from '../../src/model/check.ts'
import { servicesNotEnabled } from '../services-not-enabled.ts'
import { failedUnits } from '../failed-units.ts'
import { timeSync } from '../time-sync.ts'
import { timeSkew } from '../time-skew.ts'
import { customUnits } from '../custom-units.ts'
import { cronJobs } from '../cron-jobs.ts'
import { thirdPartyAgents } from '../third-party-agents.ts'
import { configManagement } from '../config-management.ts'
import { cloudInit } from '../cloud-init.ts'
import { hostApplications } from '../host-applications.ts'
import { nfsServer } from '../nfs-server.ts'
import { virtualMachines } from '../virtual-machines.ts'
import { listeningServices } from '../listening-services.ts'
import { localUsers } from '../local-users.ts'
import { sshAccessLost } from '../ssh-access-lost.ts'
import { kdumpOnImmutable } from '../kdump-on-immutable.ts'
import { selinuxMode } from '../selinux-mode.ts'
import { selinuxRelabel } from '../selinux-relabel.ts'
import { selinuxCustomModules } from '../selinux-custom-modules.ts'
import { cryptoPolicy } from '../crypto-policy.ts'
import { fipsMode } from '../fips-mode.ts'
import { lockdownLost } from '../lockdown-lost.ts'
import { trustAnchors } from '../trust-anchors.ts'
import { sshdRootLogin } from '../sshd-root-login.ts'
import { dynamicLinker } from '../dynamic-linker.ts'
import { dockerToContainerd } from '../docker-to-containerd.ts'
import { crioToContainerd } from '../crio-to-containerd.ts'
import { containerdConfigVersion } from '../containerd-config-version.ts'
import { cgroupDriverMismatch } from '../cgroup-driver-mismatch.ts'
import { cgroupfsDriver } from '../cgroupfs-driver.ts'
import { storageDriver } from '../storage-driver.ts'
import { snapshotterSupport } from '../snapshotter-support.ts'
import { runtimeDataRoot } from '../runtime-data-root.ts'
import { localOnlyImages } from '../local-only-images.ts'
import { registriesCarried } from '../registries-carried.ts'
import { extraOciRuntimes } from '../extra-oci-runtimes.ts'
import { podmanContainers } from '../podman-containers.ts'
import { overlayRollback } from '../overlay-rollback.ts'
import { kubeletVersionSupported } from '../kubelet-version-supported.ts'
import { kubernetesVersionSkew } from '../kubernetes-version-skew.ts'
import { swapOn } from '../swap-on.ts'
import { bridgeNetfilterPersistent } from '../bridge-netfilter-persistent.ts'
import { certificatesExpiry } from '../certificates-expiry.ts'
import { etcdOnHost } from '../etcd-on-host.ts'
import { controlPlaneRole } from '../control-plane-role.ts'
import { kubeletConfigPaths } from '../kubelet-config-paths.ts'
import { kubeletResolvConf } from '../kubelet-resolv-conf.ts'
import { kubeletRootDir } from '../kubelet-root-dir.ts'
import { deprecatedKubeletFlags } from '../deprecated-kubelet-flags.ts'
import { kubeletWithoutKubeadm } from '../kubelet-without-kubeadm.ts'
import { nodeNameOverride } from '../node-name-override.ts'
import { staticPods } from '../static-pods.ts'
import { cniBinaries } from '../cni-binaries.ts'
import { csiLocalStorage } from '../csi-local-storage.ts'
import { installerOsIdentity } from '../installer-os-identity.ts'
import { nydusSnapshotter } from '../nydus-snapshotter.ts'
import { sealerCluster } from '../sealer-cluster.ts'
import { koordinatorHostPaths } from '../koordinator-host-paths.ts'
import { dragonflyCertsD } from '../dragonfly-certs-d.ts'
import { fluidRuntimeMount } from '../fluid-runtime-mount.ts'
import { spdkUserSpaceIo } from '../spdk-user-space-io.ts'
import { criResourceManager } from '../cri-resource-manager.ts'
import { hostPluginsOutsideVar } from '../host-plugins-outside-var.ts'

/** Services, security, container runtime and Kubernetes, in the order in which people read them. */
export const workloadChecks: readonly AnyCheck[] = [
  servicesNotEnabled,
  failedUnits,
  timeSync,
  timeSkew,
  customUnits,
  cronJobs,
  thirdPartyAgents,
  configManagement,
  cloudInit,
  hostApplications,
  nfsServer,
  virtualMachines,
  listeningServices,
  localUsers,
  sshAccessLost,
  kdumpOnImmutable,
  selinuxMode,
  selinuxRelabel,
  selinuxCustomModules,
  cryptoPolicy,
  fipsMode,
  lockdownLost,
  trustAnchors,
  sshdRootLogin,
  dynamicLinker,
  dockerToContainerd,
  crioToContainerd,
  containerdConfigVersion,
  cgroupDriverMismatch,
  cgroupfsDriver,
  storageDriver,
  snapshotterSupport,
  runtimeDataRoot,
  localOnlyImages,
  registriesCarried,
  extraOciRuntimes,
  podmanContainers,
  overlayRollback,
  kubeletVersionSupported,
  kubernetesVersionSkew,
  swapOn,
  bridgeNetfilterPersistent,
  certificatesExpiry,
  etcdOnHost,
  controlPlaneRole,
  kubeletConfigPaths,
  kubeletResolvConf,
  kubeletRootDir,
  deprecatedKubeletFlags,
  kubeletWithoutKubeadm,
  nodeNameOverride,
  staticPods,
  cniBinaries,
  csiLocalStorage,
  installerOsIdentity,
  nydusSnapshotter,
  sealerCluster,
  koordinatorHostPaths,
  dragonflyCertsD,
  fluidRuntimeMount,
  spdkUserSpaceIo,
  criResourceManager,
  hostPluginsOutsideVar,
]
