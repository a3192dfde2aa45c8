import { z } from 'zod'

const text = z.string()

export const Docker = z.object({
  version: text.nullable(),
  active: z.boolean(),
  enabled: z.boolean(),
  storageDriver: text.nullable(),
  dataRoot: text,
  cgroupDriver: text.nullable(),
  liveRestore: z.boolean().nullable(),
  registryMirrors: z.array(text),
  insecureRegistries: z.array(text),
  runtimes: z.array(text),
})
export type Docker = z.infer<typeof Docker>

export const Containerd = z.object({
  version: text.nullable(),
  active: z.boolean(),
  enabled: z.boolean(),
  configPath: text.nullable(),
  /** `version = 2` (1.x) or 3 (2.x). */
  configVersion: z.int().nullable(),
  root: text,
  snapshotter: text.nullable(),
  proxyPlugins: z.array(text),
  runtimes: z.array(z.object({ name: text, type: text.nullable() })),
  systemdCgroup: z.boolean().nullable(),
  registryConfigPath: text.nullable(),
  /** Registries with a certs.d directory or an inline mirror. */
  registries: z.array(text),
  sandboxImage: text.nullable(),
})
export type Containerd = z.infer<typeof Containerd>

export const Crio = z.object({
  version: text.nullable(),
  active: z.boolean(),
  enabled: z.boolean(),
  cgroupManager: text.nullable(),
  storageDriver: text.nullable(),
})
export type Crio = z.infer<typeof Crio>

/** null = that runtime is not installed. */
export const ContainerRuntimes = z.object({
  docker: Docker.nullable(),
  containerd: Containerd.nullable(),
  crio: Crio.nullable(),
  podmanVersion: text.nullable(),
})
export type ContainerRuntimes = z.infer<typeof ContainerRuntimes>

export const Images = z.object({
  runtime: z.enum(['docker', 'containerd', 'crio', 'podman', 'none']),
  total: z.int(),
  /** Whose images were listed, whole: only these are known not to hold more. */
  stores: z.array(z.enum(['docker', 'containerd', 'k3s', 'crio', 'podman'])).optional(),
  /** Images without a repository digest: built or loaded here, no registry is known to have them. */
  localOnly: z.array(z.object({ id: text, tags: z.array(text), sizeBytes: z.int().nullable() })),
})
export type Images = z.infer<typeof Images>

export const Certificate = z.object({ path: text, notAfter: z.iso.datetime() })
export type Certificate = z.infer<typeof Certificate>

export const Kubelet = z.object({
  installed: z.boolean(),
  version: text.nullable(),
  active: z.boolean(),
  enabled: z.boolean(),
  /** `--flag=value` words of the running kubelet or its unit; secrets redacted. */
  args: z.array(text),
  configFile: text.nullable(),
  /** false = there is, or may be, a configuration file that could not be read: settings that are null are not known. */
  configRead: z.boolean().optional(),
  /** From KubeletConfiguration and flags (flags win); null when neither says. */
  cgroupDriver: text.nullable(),
  rootDir: text,
  nodeName: text.nullable(),
  runtimeEndpoint: text.nullable(),
  resolvConf: text.nullable(),
  staticPodPath: text.nullable(),
  failSwapOn: z.boolean().nullable(),
  featureGates: z.record(text, z.boolean()),
  /** Expiry of kubelet certificates; null when the files could not be read. */
  certificates: z.array(Certificate).nullable(),
})
export type Kubelet = z.infer<typeof Kubelet>

export const Kubeadm = z.object({
  installed: z.boolean(),
  version: text.nullable(),
  /** control-plane when a manifest or unit of the API server is here, worker when only a kubelet's; null when no cluster. */
  role: z.enum(['control-plane', 'worker']).nullable(),
  files: z.array(text),
  staticPods: z.array(text),
  /** Directories whose static pods are listed; without it /etc/kubernetes/manifests alone. */
  staticPodDirectories: z.array(text).optional(),
  certificates: z.array(Certificate).nullable(),
  kubectlVersion: text.nullable(),
})
export type Kubeadm = z.infer<typeof Kubeadm>

export const Etcd = z.object({
  present: z.boolean(),
  dataDir: text.nullable(),
  managedBy: z.enum(['static-pod', 'systemd', 'unknown']).nullable(),
  sizeKiB: z.int().nullable(),
})
export type Etcd = z.infer<typeof Etcd>

export const Cni = z.object({
  configs: z.array(z.object({ file: text, name: text.nullable(), types: z.array(text) })),
  binaries: z.array(text),
})
export type Cni = z.infer<typeof Cni>

export const Csi = z.object({ sockets: z.array(text), drivers: z.array(text) })
export type Csi = z.infer<typeof Csi>

/** Cloud-native systems found by their marks on the host (Kata, Nydus, Koordinator, Dragonfly, sealer, ...). */
export const CloudNative = z.object({ systems: z.array(z.object({ id: text, evidence: text })) })
export type CloudNative = z.infer<typeof CloudNative>
