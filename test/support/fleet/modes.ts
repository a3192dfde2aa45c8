import fs from 'node:fs'
import path from 'node:path'

/** What CentOS 8, kubeadm and docker keep from logins without root: package file lists of grub2, setup, docker-ce. */
const modes: readonly (readonly [string, number])[] = [
  ['boot/grub2', 0o700],
  ['boot/efi', 0o700],
  ['etc/shadow', 0o000],
  ['etc/kubernetes/manifests', 0o700],
  ['etc/kubernetes/kubelet.conf', 0o600],
  ['etc/kubernetes/bootstrap-kubelet.conf', 0o600],
  ['etc/kubernetes/admin.conf', 0o600],
  ['root', 0o550],
  ['var/lib/docker', 0o711],
  ['var/lib/etcd', 0o700],
  ['var/lib/kubelet', 0o700],
]

/** Sets the modes of whatever a layer has of these; a directory's mode is that of the uppermost layer that has it. */
export function setModes(layer: string): void {
  for (const [name, mode] of modes) {
    const file = path.join(layer, name)
    if (fs.existsSync(file)) fs.chmodSync(file, mode)
  }
}
