import { defineCheck, pass } from '../src/model/check.ts'

/** Anolis OS 8 is built for x86_64 and aarch64; ACK's ContainerOS has no Arm image. */
export const architectureSupported = defineCheck({
  id: 'architecture-supported',
  domain: 'identity',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['kernel'],
  severity: 'block',
  title: { en: 'The target has no build for this architecture', zh: '目标系统不支持该架构' },
  what: {
    en: 'Anolis OS 8 is available for x86_64 and aarch64. ACK offers ContainerOS for x86_64 only; another ContainerOS image may have an Arm build, which the team that owns the image must confirm.',
    zh: 'Anolis OS 8 提供 x86_64 与 aarch64 版本。ACK 的 ContainerOS 只支持 x86_64；其他 ContainerOS 镜像可能有 Arm 版本，需由镜像维护方确认。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Choose another target for these hosts. When your own image has an Arm build, record that in a waiver.',
        zh: '为这些主机选择其他目标系统；若自有镜像提供 Arm 版本，请以豁免（waiver）形式记录。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 0 },
  sources: [
    'https://help.aliyun.com/zh/ack/ (ContainerOS overview: no Arm)',
    'https://www.alibabacloud.com/help/en/smc/ (CentOS 8 ARM64 to Anolis OS 8)',
  ],
  evaluate({ kernel }, { target }) {
    const supported = target === 'containeros' ? ['x86_64'] : ['x86_64', 'aarch64']
    if (supported.includes(kernel.arch)) return pass
    return {
      status: 'fail',
      here: {
        en: `This host is ${kernel.arch}; the target is built for ${supported.join(' and ')}.`,
        zh: `该主机架构为 ${kernel.arch}，目标系统仅支持 ${supported.join('、')}。`,
      },
      evidence: [{ fact: 'kernel', excerpt: `${kernel.release} ${kernel.arch}` }],
    }
  },
})
