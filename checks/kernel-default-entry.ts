import { defineCheck, pass, unknown } from '../src/model/check.ts'

/** After the next restart another kernel would run than the one that was judged. */
export const kernelDefaultEntry = defineCheck({
  id: 'kernel-default-entry',
  domain: 'kernel',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['kernel', 'installedKernels'],
  severity: 'high',
  title: { en: 'The default boot entry is another kernel', zh: '默认启动项不是当前内核' },
  what: {
    en: 'The conversion sets the default boot entry to the target’s kernel and a rollback sets it back. When the default is not the running kernel today, both start from the wrong place.',
    zh: '迁移会将默认启动项设为目标内核，回滚时再改回。如果当前默认启动项就不是正在运行的内核，两者的起点都是错的。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Set the default to the running kernel with grubby --set-default, or restart into the default.',
        zh: '用 grubby --set-default 将默认项设为当前内核，或重启进入默认内核。',
      },
    },
    { kind: 'command', argv: ['grubby', '--default-kernel'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 10 },
  sources: ['https://github.com/oracle/migrate-to-ol (verify_selected_kernel)'],
  evaluate({ kernel, installedKernels }) {
    const { defaultRelease, defaultEntry } = installedKernels
    const evidence = [{ fact: 'installedKernels' as const, excerpt: `default ${defaultEntry ?? '-'}` }]
    if (defaultRelease === null) {
      return unknown('The default boot entry is not known.', '无法确定默认启动项。', evidence)
    }
    if (defaultRelease === kernel.release) return pass
    return {
      status: 'fail',
      here: {
        en: `The next boot takes ${defaultRelease}, ${kernel.release} is running.`,
        zh: `下次启动将使用 ${defaultRelease}，当前运行的是 ${kernel.release}。`,
      },
      evidence,
    }
  },
})
