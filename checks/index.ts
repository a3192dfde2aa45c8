import type { AnyCheck } from '../src/model/check.ts'
import { systemChecks } from './lists/system-checks.ts'
import { nodeChecks } from './lists/node-checks.ts'
import { workloadChecks } from './lists/workload-checks.ts'
import { osSupported } from './os-supported.ts'
import { osStream } from './os-stream.ts'
import { osMinorRelease } from './os-minor-release.ts'
import { osHalfConverted } from './os-half-converted.ts'
import { osAlreadyConverted } from './os-already-converted.ts'
import { releasePackageOwner } from './release-package-owner.ts'
import { architectureSupported } from './architecture-supported.ts'
import { machineIdValid } from './machine-id-valid.ts'
import { hostInContainer } from './host-in-container.ts'
import { kernelStock } from './kernel-stock.ts'
import { kernelNewestBooted } from './kernel-newest-booted.ts'
import { kernelDefaultEntry } from './kernel-default-entry.ts'
import { kernelOutOfTreeModules } from './kernel-out-of-tree-modules.ts'
import { kernelTainted } from './kernel-tainted.ts'
import { kernelModulesInTarget } from './kernel-modules-in-target.ts'
import { modulesExtraInUse } from './modules-extra-in-use.ts'
import { modulesLoadConfig } from './modules-load-config.ts'
import { kernelCmdline } from './kernel-cmdline.ts'
import { crashkernelAuto } from './crashkernel-auto.ts'
import { sysctlKeys } from './sysctl-keys.ts'
import { cgroupMode } from './cgroup-mode.ts'
import { kernelBpfDowngrade } from './kernel-bpf-downgrade.ts'
import { livePatches } from './live-patches.ts'
import { removedDriverRootDisk } from './removed-driver-root-disk.ts'
import { removedDriverUplink } from './removed-driver-uplink.ts'
import { removedDriversInUse } from './removed-drivers-in-use.ts'
import { pciDevicesUnclaimed } from './pci-devices-unclaimed.ts'
import { cpuCountLimit } from './cpu-count-limit.ts'
import { memoryMinimum } from './memory-minimum.ts'
import { pageSizeChange } from './page-size-change.ts'
import { hugepagesReserved } from './hugepages-reserved.ts'
import { gpuDriver } from './gpu-driver.ts'
import { confidentialComputing } from './confidential-computing.ts'
import { kvmNeeded } from './kvm-needed.ts'
import { bootSecureBoot } from './boot-secure-boot.ts'
import { bootEfiTools } from './boot-efi-tools.ts'
import { bootEspPresent } from './boot-esp-present.ts'
import { bootGrubDefault } from './boot-grub-default.ts'
import { bootGrubenv } from './boot-grubenv.ts'
import { bootEntriesStale } from './boot-entries-stale.ts'
import { initramfsPresent } from './initramfs-present.ts'
import { bootSpace } from './boot-space.ts'
import { bootDracutConfig } from './boot-dracut-config.ts'

/** Identity, kernel, hardware and boot: who the host is, and what its kernel and firmware need. */
const platformChecks: readonly AnyCheck[] = [
  osSupported,
  osStream,
  osMinorRelease,
  osHalfConverted,
  osAlreadyConverted,
  releasePackageOwner,
  architectureSupported,
  machineIdValid,
  hostInContainer,
  kernelStock,
  kernelNewestBooted,
  kernelDefaultEntry,
  kernelOutOfTreeModules,
  kernelTainted,
  kernelModulesInTarget,
  modulesExtraInUse,
  modulesLoadConfig,
  kernelCmdline,
  crashkernelAuto,
  sysctlKeys,
  cgroupMode,
  kernelBpfDowngrade,
  livePatches,
  removedDriverRootDisk,
  removedDriverUplink,
  removedDriversInUse,
  pciDevicesUnclaimed,
  cpuCountLimit,
  memoryMinimum,
  pageSizeChange,
  hugepagesReserved,
  gpuDriver,
  confidentialComputing,
  kvmNeeded,
  bootSecureBoot,
  bootEfiTools,
  bootEspPresent,
  bootGrubDefault,
  bootGrubenv,
  bootEntriesStale,
  initramfsPresent,
  bootSpace,
  bootDracutConfig,
]

/** Every built-in check, in the order in which people read them. */
export const checks: readonly AnyCheck[] = [
  ...platformChecks,
  ...systemChecks,
  ...workloadChecks,
  ...nodeChecks,
]
