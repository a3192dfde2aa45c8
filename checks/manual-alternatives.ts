import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Reinstalling OpenJDK drops its alternatives links; choices made by hand are lost too. */
export const manualAlternatives = defineCheck({
  id: 'manual-alternatives',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['alternatives'],
  severity: 'low',
  title: { en: 'Alternatives that the conversion may reset', zh: '转换可能重置 alternatives 设置' },
  what: {
    en: 'Reinstalling packages removes and re-adds their alternatives. Links set by hand, and those of OpenJDK in particular, point elsewhere or are gone afterwards.',
    zh: '重新安装软件包会删除并重建 alternatives。手工设置的链接（尤其是 OpenJDK）在转换后可能指向别处，甚至消失。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Record `alternatives --list` and set these links again after the conversion.',
        zh: '先记录 `alternatives --list` 的输出，转换后重新设置。',
      },
    },
  ],
  effort: { onceMinutes: 5, perHostMinutes: 3 },
  sources: [
    'https://github.com/AlmaLinux/almalinux-deploy/issues/50',
    'https://github.com/rocky-linux/rocky-tools/issues/41',
  ],
  evaluate({ alternatives }) {
    const atRisk = alternatives.links.filter(
      ({ name, mode }) => mode === 'manual' || /^(java|javac|jre_.*)$/.test(name),
    )
    if (atRisk.length === 0) return pass
    const names = nameSome(atRisk.map(({ name }) => name))
    return {
      status: 'fail',
      here: { en: `Links to restore: ${names}.`, zh: `需要恢复的链接：${names}。` },
      evidence: [
        {
          fact: 'alternatives',
          excerpt: excerptOf(atRisk.map(({ name, mode, target }) => `${name} ${mode} ${target ?? '-'}`)),
        },
      ],
      remedies: atRisk.flatMap(({ name, target }) =>
        target === null
          ? []
          : [
              {
                kind: 'command' as const,
                argv: ['alternatives', '--set', name, target],
                text: { en: 'After the conversion.', zh: '转换完成后执行。' },
              },
            ],
      ),
    }
  },
})
