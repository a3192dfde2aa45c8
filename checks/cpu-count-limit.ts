import { defineCheck, pass } from '../src/model/check.ts'

/** NR_CPUS of ANCK 5.10; CentOS 8 and ANCK 4.19 are built for 8192. */
const maxCpus = 1024
/** With four-level page tables (X86_5LEVEL off) x86-64 addresses 64 TiB of memory. */
const maxMemoryKiB = 64 * 1024 ** 3

/** ANCK 5.10 is built for fewer CPUs and less memory than CentOS 8. */
export const cpuCountLimit = defineCheck({
  id: 'cpu-count-limit',
  domain: 'hardware',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['cpu', 'memory'],
  severity: 'high',
  title: { en: 'More CPUs or memory than the target’s kernel uses', zh: 'CPU 或内存超过目标内核上限' },
  what: {
    en: 'CentOS 8 kernels are built for 8192 CPUs and five-level page tables. ANCK 5.10 stops at 1024 CPUs and 64 TiB; what is above stays unused.',
    zh: 'CentOS 8 内核支持 8192 个 CPU 与五级页表；ANCK 5.10 的上限为 1024 个 CPU 与 64 TiB 内存，超出部分无法使用。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Use RHCK on this host, or ask for a kernel built with a higher NR_CPUS.',
        zh: '该主机请使用 RHCK，或申请以更大 NR_CPUS 构建的内核。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 0 },
  sources: ['Configuration of kernel ANCK 5.10.134: NR_CPUS=1024, X86_5LEVEL is not set'],
  evaluate({ cpu, memory }, { kernelLine }) {
    if (kernelLine !== 'anck-5.10' && kernelLine !== 'containeros') return pass
    if (cpu.logicalCount <= maxCpus && memory.totalKiB <= maxMemoryKiB) return pass
    const tib = (memory.totalKiB / 1024 ** 3).toFixed(1)
    return {
      status: 'fail',
      here: {
        en: `This host has ${cpu.logicalCount} CPUs and ${tib} TiB; ${kernelLine} uses 1024 and 64 TiB.`,
        zh: `该主机有 ${cpu.logicalCount} 个 CPU、${tib} TiB 内存；${kernelLine} 上限为 1024 个 CPU、64 TiB。`,
      },
      evidence: [
        { fact: 'cpu', excerpt: `CPUs ${cpu.logicalCount}` },
        { fact: 'memory', excerpt: `MemTotal ${memory.totalKiB} kB` },
      ],
    }
  },
})
