import { defineCheck, pass } from '../src/model/check.ts'

/** 1.5 GiB, in KiB: what leapp asks for on x86_64 and aarch64. */
const minimumKiB = 1.5 * 1024 ** 2

/** Less memory than an upgrade transaction and the new system need. */
export const memoryMinimum = defineCheck({
  id: 'memory-minimum',
  domain: 'hardware',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['memory'],
  severity: 'block',
  title: { en: 'Too little memory', zh: '内存不足' },
  what: {
    en: 'A package transaction over the whole system, and an installer that runs from memory, need at least 1.5 GiB. With less they are killed half-way.',
    zh: '覆盖整个系统的软件包事务，以及在内存中运行的安装程序，都至少需要 1.5 GiB 内存，否则会中途被杀死。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Give the machine more memory, or replace it by a larger one.',
        zh: '增加内存，或更换更大规格的机器。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 30 },
  sources: ['https://github.com/oamg/leapp-repository (checkmemory)'],
  evaluate({ memory }) {
    if (memory.totalKiB >= minimumKiB) return pass
    const mib = Math.floor(memory.totalKiB / 1024)
    return {
      status: 'fail',
      here: {
        en: `This host has ${mib} MiB; 1536 MiB are needed.`,
        zh: `该主机只有 ${mib} MiB 内存，至少需要 1536 MiB。`,
      },
      evidence: [{ fact: 'memory', excerpt: `MemTotal ${memory.totalKiB} kB` }],
    }
  },
})
