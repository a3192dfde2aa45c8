import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Library paths and preloads for the whole system: every program of the target would load the old libraries. */
export const dynamicLinker = defineCheck({
  id: 'dynamic-linker',
  domain: 'security',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['dynamicLinker'],
  severity: 'high',
  title: { en: 'The dynamic linker is configured by hand', zh: '动态链接器被自定义' },
  what: {
    en: 'Entries of ld.so.preload, a global LD_LIBRARY_PATH and own directories in ld.so.conf.d put foreign libraries before those of the distribution. After glibc is replaced, programs (also rpm and sshd) may fail to start.',
    zh: 'ld.so.preload、全局 LD_LIBRARY_PATH 以及 ld.so.conf.d 中的自定义目录会让外来库优先于发行版的库。glibc 被替换后，包括 rpm、sshd 在内的程序都可能无法启动。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Take the entries out for the conversion; give applications their libraries by RUNPATH or a wrapper.',
        zh: '转换期间移除这些配置；应用所需的库改用 RUNPATH 或启动脚本指定。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 10 },
  sources: ['ld.so(8)', 'https://github.com/oamg/leapp-repository (checkdynamiclinkerconfiguration)'],
  evaluate({ dynamicLinker }) {
    const { preload, directories } = dynamicLinker
    if (preload.length === 0 && directories.length === 0) return pass
    const lines = [
      ...preload.map((path) => `preload ${path}`),
      ...directories.map((d) => `${d.file}: ${d.path}`),
    ]
    return {
      status: 'fail',
      severity: preload.length > 0 ? 'high' : 'low',
      here: {
        en: `Own linker settings: ${nameSome([...preload, ...directories.map(({ path }) => path)])}.`,
        zh: `自定义的链接器设置：${nameSome([...preload, ...directories.map(({ path }) => path)])}。`,
      },
      evidence: [{ fact: 'dynamicLinker', excerpt: excerptOf(lines) }],
    }
  },
})
