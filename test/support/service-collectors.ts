import { agents } from '../../src/facts/agents.ts'
import { alternatives } from '../../src/facts/alternatives.ts'
import { cloudInit } from '../../src/facts/cloud-init.ts'
import { cloudNative } from '../../src/facts/cloud-native.ts'
import { cni } from '../../src/facts/cni.ts'
import { containerRuntimes } from '../../src/facts/container-runtimes.ts'
import { cron } from '../../src/facts/cron.ts'
import { crypto } from '../../src/facts/crypto.ts'
import { csi } from '../../src/facts/csi.ts'
import { dnfConfig } from '../../src/facts/dnf-config.ts'
import { dynamicLinker } from '../../src/facts/dynamic-linker.ts'
import { etcd } from '../../src/facts/etcd.ts'
import { firewall } from '../../src/facts/firewall.ts'
import { images } from '../../src/facts/images.ts'
import { kubeadm } from '../../src/facts/kubeadm.ts'
import { kubelet } from '../../src/facts/kubelet.ts'
import { modifiedFiles } from '../../src/facts/modified-files.ts'
import { moduleStreams } from '../../src/facts/module-streams.ts'
import { packageKeys } from '../../src/facts/package-keys.ts'
import { packages } from '../../src/facts/packages.ts'
import { ports } from '../../src/facts/ports.ts'
import { repositories } from '../../src/facts/repositories.ts'
import { selinux } from '../../src/facts/selinux.ts'
import { sshd } from '../../src/facts/sshd.ts'
import { trustAnchors } from '../../src/facts/trust-anchors.ts'
import { units } from '../../src/facts/units.ts'
import { users } from '../../src/facts/users.ts'
import { versionlock } from '../../src/facts/versionlock.ts'
import type { Collector } from '../../src/model/collector.ts'

/** The collectors of packages, services, security, containers and Kubernetes, for tests that hold for all of them. */
export const serviceCollectors: readonly Collector[] = [
  packages,
  packageKeys,
  repositories,
  dnfConfig,
  moduleStreams,
  versionlock,
  modifiedFiles,
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
]
