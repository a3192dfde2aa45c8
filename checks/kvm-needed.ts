import { defineCheck, notApplicable, pass, unknown, type CheckContext } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import type { FactValue } from '../src/model/facts.ts'

/** Sandboxed containers need /dev/kvm and vhost on the target, too. */
export const kvmNeeded = defineCheck({
  id: 'kvm-needed',
  domain: 'runtime',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['containerRuntimes', 'virtualization'],
  uses: ['cloudNative'],
  severity: 'block',
  title: { en: 'Sandboxed containers need KVM on the target', zh: '安全沙箱容器要求目标系统支持 KVM' },
  what: {
    en: 'Kata Containers start every pod in a virtual machine: kvm, vhost_net and vhost_vsock must be there. ContainerOS is trimmed for virtual machines and ACK does not offer it in sandboxed-container pools, so it is not suited until /dev/kvm is proven on it.',
    zh: 'Kata Containers 将每个 Pod 运行在虚拟机中，需要 kvm、vhost_net 与 vhost_vsock。ContainerOS 针对虚拟机做了裁剪，ACK 的安全沙箱节点池也不支持它，因此在实测 /dev/kvm 之前不适用。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Keep sandboxed workloads on Anolis OS, or prove /dev/kvm, /dev/vhost-net and /dev/vhost-vsock on the image and record it in a waiver.',
        zh: '将沙箱负载保留在 Anolis OS，或在镜像上验证 /dev/kvm、/dev/vhost-net、/dev/vhost-vsock 后以豁免记录。',
      },
    },
  ],
  effort: { onceMinutes: 240, perHostMinutes: 5 },
  sources: [
    'https://help.aliyun.com/zh/ack/ (sandboxed-container node pools)',
    'https://github.com/kata-containers/kata-containers (docs/Requirements)',
  ],
  evaluate({ containerRuntimes, virtualization, cloudNative }, context) {
    const users = sandboxes(containerRuntimes, cloudNative)
    if (users.length === 0 && (cloudNative === undefined || context.degraded.has('cloudNative'))) {
      return unknown(
        'The marks of cloud-native systems were not all read: Kata may be among them.',
        '云原生组件的特征未能全部读取，其中可能包括 Kata。',
      )
    }
    if (users.length === 0) {
      return notApplicable('No sandboxed container runtime is set up here.', '该主机未配置安全沙箱运行时。')
    }
    const excerpt = excerptOf([...users, `/dev/kvm ${virtualization.kvmDevice ? 'present' : 'missing'}`])
    const evidence = [{ fact: 'containerRuntimes' as const, excerpt }]
    if (context.target === 'containeros') {
      return {
        status: 'fail',
        here: {
          en: `${nameSome(users)} need /dev/kvm, which is not proven on ContainerOS.`,
          zh: `${nameSome(users)} 需要 /dev/kvm，而 ContainerOS 上尚未证实。`,
        },
        evidence,
      }
    }
    const open = modulesFor(context)
    if (open.absent.length > 0) {
      return {
        status: 'fail',
        here: {
          en: `${context.kernelLine} has no ${nameSome(open.absent)}, which ${nameSome(users)} need.`,
          zh: `${context.kernelLine} 不包含 ${nameSome(users)} 所需的 ${nameSome(open.absent)}。`,
        },
        evidence,
      }
    }
    if (open.unknown.length === 0) return pass
    return unknown(
      `The data of ${context.kernelLine} does not tell about ${nameSome(open.unknown)}.`,
      `${context.kernelLine} 的数据未包含 ${nameSome(open.unknown)}。`,
      evidence,
    )
  },
})

function sandboxes(
  runtimes: FactValue<'containerRuntimes'>,
  cloudNative: FactValue<'cloudNative'> | undefined,
): string[] {
  const names = [
    ...(
      runtimes.containerd?.runtimes.filter(({ type, name }) => /kata|rund/.test(`${type ?? ''} ${name}`)) ??
      []
    ).map(({ name }) => name),
    ...(runtimes.docker?.runtimes.filter((name) => /kata/.test(name)) ?? []),
    ...(cloudNative?.systems.filter(({ id }) => /kata|confidential/.test(id)) ?? []).map(({ id }) => id),
  ]
  return [...new Set(names)]
}

function modulesFor({ kernel }: CheckContext): { absent: string[]; unknown: string[] } {
  const answers = ['kvm', 'vhost', 'vhost_net', 'vhost_vsock'].map((name) => ({
    name,
    ...kernel.module(name),
  }))
  const named = (wanted: string): string[] =>
    answers.filter(({ answer }) => answer === wanted).map(({ name }) => name)
  return { absent: named('absent'), unknown: named('unknown') }
}
