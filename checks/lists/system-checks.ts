import type { AnyCheck } from '../../src/model/check.ts'
import { packageDatabasePartial } from '../package-database-partial.ts'
import { duplicatePackages } from '../duplicate-packages.ts'
import { conversionTools } from '../conversion-tools.ts'
import { repositorySourceAlive } from '../repository-source-alive.ts'
import { repositoryReleasever } from '../repository-releasever.ts'
import { repositoryDefinedTwice } from '../repository-defined-twice.ts'
import { thirdPartyRepositories } from '../third-party-repositories.ts'
import { kernelPackageFlavourPin } from '../kernel-package-flavour-pin.ts'
import { thirdPartyPackages } from '../third-party-packages.ts'
import { packageSignatures } from '../package-signatures.ts'
import { modularThirdParty } from '../modular-third-party.ts'
import { moduleStreams } from '../module-streams.ts'
import { containerToolsConflict } from '../container-tools-conflict.ts'
import { kubernetesPackagesUnpinned } from '../kubernetes-packages-unpinned.ts'
import { versionlockPins } from '../versionlock-pins.ts'
import { packageExcludes } from '../package-excludes.ts'
import { managedBySatellite } from '../managed-by-satellite.ts'
import { dnfPlugins } from '../dnf-plugins.ts'
import { dnfDistroverpkg } from '../dnf-distroverpkg.ts'
import { yumConfDetached } from '../yum-conf-detached.ts'
import { i686Packages } from '../i686-packages.ts'
import { manualAlternatives } from '../manual-alternatives.ts'
import { modifiedConfigFiles } from '../modified-config-files.ts'
import { spaceUsrVar } from '../space-usr-var.ts'
import { spaceVarCache } from '../space-var-cache.ts'
import { inodes } from '../inodes.ts'
import { readonlyMounts } from '../readonly-mounts.ts'
import { noexecVar } from '../noexec-var.ts'
import { fstabMalformed } from '../fstab-malformed.ts'
import { fstabApifs } from '../fstab-apifs.ts'
import { fstabMountOrder } from '../fstab-mount-order.ts'
import { fstabNotMounted } from '../fstab-not-mounted.ts'
import { mountsNotInFstab } from '../mounts-not-in-fstab.ts'
import { nfsMountOptions } from '../nfs-mount-options.ts'
import { filesystemTypes } from '../filesystem-types.ts'
import { filesystemFeatures } from '../filesystem-features.ts'
import { xfsWithoutFtype } from '../xfs-without-ftype.ts'
import { xfsV4 } from '../xfs-v4.ts'
import { bcacheInUse } from '../bcache-in-use.ts'
import { raidDegraded } from '../raid-degraded.ts'
import { rootDiskData } from '../root-disk-data.ts'
import { varDataOnRootDisk } from '../var-data-on-root-disk.ts'
import { lvmDataVolumes } from '../lvm-data-volumes.ts'
import { localPersistentVolumes } from '../local-persistent-volumes.ts'
import { localPathsOutsideEtcVar } from '../local-paths-outside-etc-var.ts'
import { storageStackOnImmutable } from '../storage-stack-on-immutable.ts'
import { cephOsd } from '../ceph-osd.ts'
import { rollbackSnapshotSpace } from '../rollback-snapshot-space.ts'
import { staticNetworkIdentity } from '../static-network-identity.ts'
import { nicNamingEthx } from '../nic-naming-ethx.ts'
import { nicPortNameRename } from '../nic-port-name-rename.ts'
import { networkTopology } from '../network-topology.ts'
import { networkScripts } from '../network-scripts.ts'
import { customNetworkHooks } from '../custom-network-hooks.ts'
import { legacyRouteFiles } from '../legacy-route-files.ts'
import { mtuCarried } from '../mtu-carried.ts'
import { dhcpClientIdentity } from '../dhcp-client-identity.ts'
import { dnsLocalResolver } from '../dns-local-resolver.ts'
import { hostsEntries } from '../hosts-entries.ts'
import { firewalldModuleCleanup } from '../firewalld-module-cleanup.ts'
import { firewallRulesFlush } from '../firewall-rules-flush.ts'
import { firewallRulesCarried } from '../firewall-rules-carried.ts'
import { iptablesLegacyBackend } from '../iptables-legacy-backend.ts'
import { proxySettings } from '../proxy-settings.ts'

/** Packages, storage and network, in the order in which people read them. */
export const systemChecks: readonly AnyCheck[] = [
  packageDatabasePartial,
  duplicatePackages,
  conversionTools,
  repositorySourceAlive,
  repositoryReleasever,
  repositoryDefinedTwice,
  thirdPartyRepositories,
  kernelPackageFlavourPin,
  thirdPartyPackages,
  packageSignatures,
  modularThirdParty,
  moduleStreams,
  containerToolsConflict,
  kubernetesPackagesUnpinned,
  versionlockPins,
  packageExcludes,
  managedBySatellite,
  dnfPlugins,
  dnfDistroverpkg,
  yumConfDetached,
  i686Packages,
  manualAlternatives,
  modifiedConfigFiles,
  spaceUsrVar,
  spaceVarCache,
  inodes,
  readonlyMounts,
  noexecVar,
  fstabMalformed,
  fstabApifs,
  fstabMountOrder,
  fstabNotMounted,
  mountsNotInFstab,
  nfsMountOptions,
  filesystemTypes,
  filesystemFeatures,
  xfsWithoutFtype,
  xfsV4,
  bcacheInUse,
  raidDegraded,
  rootDiskData,
  varDataOnRootDisk,
  lvmDataVolumes,
  localPersistentVolumes,
  localPathsOutsideEtcVar,
  storageStackOnImmutable,
  cephOsd,
  rollbackSnapshotSpace,
  staticNetworkIdentity,
  nicNamingEthx,
  nicPortNameRename,
  networkTopology,
  networkScripts,
  customNetworkHooks,
  legacyRouteFiles,
  mtuCarried,
  dhcpClientIdentity,
  dnsLocalResolver,
  hostsEntries,
  firewalldModuleCleanup,
  firewallRulesFlush,
  firewallRulesCarried,
  iptablesLegacyBackend,
  proxySettings,
]
