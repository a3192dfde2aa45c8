import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

const names = /^(libvirtd|virtqemud|libvirt-guests|xend|ovirt-ha-agent|vdsmd)\.service$/

/** A hypervisor: its guests go down with it. */
export const virtualMachines = defineCheck({
  id: 'virtual-machines',
  domain: 'services',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['units', 'ports'],
  severity: 'medium',
  worstSeverity: { containeros: 'block' },
  title: { en: 'The host runs virtual machines', zh: '主机上运行虚拟机' },
  what: {
    en: 'Guests of libvirt or oVirt stop when the host reboots, unless they are migrated away. ContainerOS runs no virtual machines outside Kubernetes.',
    zh: '主机重启时 libvirt、oVirt 的虚拟机会停止，除非先迁走。ContainerOS 不支持在 Kubernetes 之外运行虚拟机。',
  },
  remedies: [
    { kind: 'command', argv: ['virsh', 'list', '--all'] },
    { kind: 'hint', text: { en: 'Migrate or shut down the guests first.', zh: '先迁移或关闭虚拟机。' } },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 60 },
  sources: ['https://libvirt.org/manpages/virsh.html'],
  evaluate({ units, ports }, { target }) {
    const services = units.units.filter(({ name, active }) => names.test(name) && active === 'active')
    const guests = ports.listening.filter(
      ({ process }) => process !== null && /^qemu(-kvm|-system)/.test(process),
    )
    if (services.length === 0 && guests.length === 0) return pass
    const found = [
      ...services.map(({ name }) => name),
      ...guests.map(({ process, pid }) => `${process} ${pid ?? ''}`.trim()),
    ]
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'block' : 'medium',
      here: { en: `Hypervisor in use: ${nameSome(found)}.`, zh: `虚拟化正在使用：${nameSome(found)}。` },
      evidence: [{ fact: services.length > 0 ? 'units' : 'ports', excerpt: excerptOf(found) }],
    }
  },
})
