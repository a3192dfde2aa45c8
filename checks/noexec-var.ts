import { defineCheck, pass } from '../src/model/check.ts'

/** With /var mounted noexec, programs that packages run from there fail. */
export const noexecVar = defineCheck({
  id: 'noexec-var',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['mounts'],
  severity: 'high',
  title: { en: '/var is mounted noexec', zh: '/var 以 noexec 方式挂载' },
  what: {
    en: 'Scriptlets of packages and the container runtime run programs below /var. With noexec they fail during the conversion, some of them silently.',
    zh: '软件包脚本和容器运行时会执行 /var 下的程序。noexec 会使它们在转换过程中失败，其中有些不会报错。',
  },
  remedies: [{ kind: 'command', argv: ['mount', '-o', 'remount,exec', '/var'] }],
  effort: { onceMinutes: 0, perHostMinutes: 3 },
  sources: ['https://github.com/oamg/leapp-repository (checkmountoptions)'],
  evaluate({ mounts }) {
    const mount = mounts.mounts.findLast(({ target }) => target === '/var')
    if (mount === undefined || !mount.options.includes('noexec')) return pass
    return {
      status: 'fail',
      here: {
        en: `${mount.source} is mounted noexec at /var.`,
        zh: `${mount.source} 以 noexec 方式挂载在 /var。`,
      },
      evidence: [
        { fact: 'mounts', excerpt: `${mount.source} /var ${mount.fstype} ${mount.options.join(',')}` },
      ],
    }
  },
})
