import type { FactValue } from './facts.ts'

type Interface = FactValue<'nics'>['interfaces'][number]

/** Interfaces that container runtimes, network plugins and hypervisors make: never part of a host's identity. */
const made =
  /^(docker|cni|virbr|br-|cali|flannel|veth|tunl|vxlan|kube-|nodelocaldns|lxc|cilium|ovs|podman|dummy|weave|genev)/

/** The host's own interfaces: physical ones, bonds, teams, VLANs and bridges over them. */
export function hostInterfaces(nics: FactValue<'nics'>): readonly Interface[] {
  return nics.interfaces.filter(
    ({ name, kind }) => kind !== 'loopback' && kind !== 'virtual' && !made.test(name),
  )
}
