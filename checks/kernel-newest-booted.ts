import { compareKernelReleases } from '../src/kernel/release-name.ts'
import { defineCheck, pass, unknown } from '../src/model/check.ts'

/** A pending restart hides what the newest kernel does on this host. */
export const kernelNewestBooted = defineCheck({
  id: 'kernel-newest-booted',
  domain: 'kernel',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['kernel', 'installedKernels'],
  severity: 'block',
  worstSeverity: { containeros: 'low' },
  title: { en: 'The newest installed kernel is not running', zh: '未运行已安装的最新内核' },
  what: {
    en: 'Conversion tools refuse a host that waits for a restart: what was seen belongs to the old kernel, and the first restart would change two things at once.',
    zh: '迁移工具会拒绝等待重启的主机：所见状态属于旧内核，而下次重启会同时引入两处变化。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Drain the node, restart it into the newest kernel and collect again.',
        zh: '驱逐节点上的 Pod，重启进入最新内核后重新采集。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 15 },
  sources: [
    'https://github.com/oamg/leapp-repository (checkinstalledkernels)',
    'https://github.com/oracle/migrate-to-ol (check_kernel_state)',
  ],
  evaluate({ kernel, installedKernels }, { target }) {
    const newest = installedKernels.newestRelease
    const evidence = [
      { fact: 'installedKernels' as const, excerpt: `newest ${newest ?? '-'}, running ${kernel.release}` },
    ]
    if (newest === null) {
      return unknown('No packaged kernel is known on this host.', '该主机上没有已知的软件包内核。', evidence)
    }
    if (compareKernelReleases(kernel.release, newest) >= 0) return pass
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'low' : 'block',
      here: {
        en: `${newest} is installed, ${kernel.release} is running.`,
        zh: `已安装 ${newest}，当前运行的是 ${kernel.release}。`,
      },
      evidence,
    }
  },
})
