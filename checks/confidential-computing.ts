import { defineCheck, notApplicable, pass, unknown, type CheckContext } from '../src/model/check.ts'
import type { FactValue } from '../src/model/facts.ts'
import type { KernelAnswer } from '../src/model/kernel.ts'

/** SEV, TDX and SGX hosts need kernel options that not every line has. */
export const confidentialComputing = defineCheck({
  id: 'confidential-computing',
  domain: 'hardware',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['confidential'],
  severity: 'high',
  title: {
    en: 'Confidential computing needs options of the target’s kernel',
    zh: '机密计算依赖目标内核的选项',
  },
  what: {
    en: 'SEV hosts need KVM_AMD_SEV, TDX hosts KVM_INTEL_TDX, SGX X86_SGX. TDX is in ANCK 5.10 only. Attestation measures the kernel: policies must be sealed again after any change of it. Anolis 8.6’s grub2 2.02-123.0.2.an8_6.8 does not boot with mem_encrypt=on.',
    zh: 'SEV 主机需要 KVM_AMD_SEV，TDX 主机需要 KVM_INTEL_TDX，SGX 需要 X86_SGX；TDX 仅 ANCK 5.10 提供。远程证明会度量内核，内核变更后策略须重新封装。Anolis 8.6 的 grub2 2.02-123.0.2.an8_6.8 在 mem_encrypt=on 时无法启动。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Choose the kernel line that has the option, plan to renew attestation policies, and prove one node end to end.',
        zh: '选择带有相应选项的内核，规划更新证明策略，并用一台节点做端到端验证。',
      },
    },
  ],
  effort: { onceMinutes: 480, perHostMinutes: 15 },
  sources: [
    'https://openanolis.cn/ (SEV guide: kernel 5.10.134-13 or later)',
    'Configurations of kernels ANCK 4.19.91 and ANCK 5.10.134: KVM_INTEL_TDX, X86_SGX, KVM_AMD_SEV',
  ],
  evaluate({ confidential }, context) {
    const needs = features.filter(({ inUse }) => inUse(confidential))
    if (needs.length === 0) {
      return notApplicable('No confidential computing is in use here.', '该主机未使用机密计算。')
    }
    const answers = needs.map(({ name, option }) => ({ name, answer: answerFor(option, context) }))
    const evidence = [
      {
        fact: 'confidential' as const,
        excerpt: answers.map(({ name, answer }) => `${name}: ${answer}`).join('\n'),
      },
    ]
    const named = (wanted: KernelAnswer): string =>
      answers
        .filter(({ answer }) => answer === wanted)
        .map(({ name }) => name)
        .join(', ')
    if (named('absent') !== '') {
      return {
        status: 'fail',
        here: {
          en: `${context.kernelLine} has no support for ${named('absent')}.`,
          zh: `${context.kernelLine} 不支持 ${named('absent')}。`,
        },
        evidence,
      }
    }
    if (named('unknown') === '') return pass
    return unknown(
      `Support for ${named('unknown')} in ${context.kernelLine} is not known.`,
      `无法确定 ${context.kernelLine} 是否支持 ${named('unknown')}。`,
      evidence,
    )
  },
})

interface Feature {
  name: string
  option: string
  inUse: (facts: FactValue<'confidential'>) => boolean
}

const features: readonly Feature[] = [
  {
    name: 'SEV',
    option: 'KVM_AMD_SEV',
    inUse: (facts) => facts.sevEnabled === true || facts.sevSnpEnabled === true || facts.sevDevice,
  },
  {
    name: 'memory encryption',
    option: 'AMD_MEM_ENCRYPT',
    inUse: (facts) => facts.memEncryptArg || facts.sevGuest,
  },
  { name: 'TDX', option: 'KVM_INTEL_TDX', inUse: (facts) => facts.tdxEnabled === true },
  { name: 'TDX guest', option: 'INTEL_TDX_GUEST', inUse: (facts) => facts.tdxGuest },
  { name: 'SGX', option: 'X86_SGX', inUse: (facts) => facts.sgxDevice },
]

/** A trimmed image may have dropped what its line has; what the line lacks, it lacks too. */
function answerFor(option: string, { kernel, target }: CheckContext): KernelAnswer {
  const { answer } = kernel.option(option)
  return target === 'containeros' && answer !== 'absent' ? 'unknown' : answer
}
