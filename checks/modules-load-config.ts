import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Names in modules-load.d that the target's kernel does not know any more. */
export const modulesLoadConfig = defineCheck({
  id: 'modules-load-config',
  domain: 'kernel',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['moduleConfig'],
  severity: 'medium',
  title: { en: 'modules-load.d names modules that are gone', zh: 'modules-load.d 中的模块名已失效' },
  what: {
    en: 'nf_conntrack_ipv4 and others were merged into nf_conntrack and nf_nat. A list that loads the old names fails in systemd-modules-load, and scripts that modprobe them stop (kube-proxy IPVS preparation, kubeadm and sealer preflights).',
    zh: 'nf_conntrack_ipv4 等模块已并入 nf_conntrack、nf_nat。仍加载旧名称会使 systemd-modules-load 失败，执行 modprobe 的脚本（kube-proxy IPVS 准备、kubeadm 与 sealer 的预检查）也会中断。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Rewrite the names in modules-load.d, and in the scripts that write these files.',
        zh: '修改 modules-load.d 中的名称，并同步修改生成这些文件的脚本。',
      },
    },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 2 },
  sources: [
    'https://git.kernel.org/torvalds/c/a0ae2562c6c4',
    'https://www.freedesktop.org/software/systemd/man/latest/modules-load.d.html',
  ],
  evaluate({ moduleConfig }, { kernel, kernelLine }) {
    const gone = moduleConfig.load.flatMap(({ file, module }) => {
      const { answer, replacedBy } = kernel.module(module)
      return answer === 'absent' ? [{ file, module, replacedBy }] : []
    })
    const open = moduleConfig.load.filter(({ module }) => isOpen(kernel.module(module).answer, kernelLine))
    if (gone.length > 0) {
      const names = nameSome(gone.map(({ module, replacedBy }) => `${module} → ${replacedBy ?? '-'}`))
      return {
        status: 'fail',
        here: {
          en: `${kernelLine} does not have these names: ${names}.`,
          zh: `${kernelLine} 中以下名称已失效：${names}。`,
        },
        evidence: [
          {
            fact: 'moduleConfig',
            excerpt: excerptOf(
              gone.map((row) => `${row.file}: ${row.module} -> ${row.replacedBy ?? 'remove'}`),
            ),
          },
        ],
      }
    }
    if (open.length === 0) return pass
    const names = nameSome(open.map(({ module }) => module))
    return {
      status: 'unknown',
      reason: {
        en: `The data of ${kernelLine} does not tell about ${names}.`,
        zh: `${kernelLine} 的数据未包含 ${names}。`,
      },
      evidence: [
        { fact: 'moduleConfig', excerpt: excerptOf(open.map(({ file, module }) => `${file}: ${module}`)) },
      ],
    }
  },
})

/** RHCK is the same line as CentOS 8's own kernel: there a silent table means that nothing changed. */
function isOpen(answer: string, line: string): boolean {
  return answer === 'unknown' && line !== 'rhck-4.18'
}
