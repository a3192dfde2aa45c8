import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Streams named after the source distribution (`container-tools:rhel8`) do not exist under that name afterwards. */
export const moduleStreams = defineCheck({
  id: 'module-streams',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['moduleStreams'],
  severity: 'medium',
  title: { en: 'Module streams named after the distribution', zh: '启用了以发行版命名的模块流' },
  what: {
    en: 'Streams such as container-tools:rhel8 or virt:rhel are tied to the source distribution. They must be reset before the conversion and mapped to the target’s stream after it, or the transaction does not resolve.',
    zh: 'container-tools:rhel8、virt:rhel 等模块流与原发行版绑定。转换前需要重置，转换后再映射到目标系统的模块流，否则事务无法求解。',
  },
  remedies: [
    {
      kind: 'hint',
      text: { en: 'Reset these modules within the conversion.', zh: '在转换过程中重置这些模块。' },
    },
  ],
  effort: { onceMinutes: 20, perHostMinutes: 2 },
  sources: ['https://github.com/oracle/centos2ol', 'https://github.com/rocky-linux/rocky-tools/issues/46'],
  evaluate({ moduleStreams }) {
    const tied = moduleStreams.streams.filter(
      ({ state, stream }) => state === 'enabled' && /^(rhel|el)\d*$/.test(stream),
    )
    if (tied.length === 0) return pass
    const names = tied.map(({ name, stream }) => `${name}:${stream}`)
    return {
      status: 'fail',
      here: {
        en: `Enabled streams to map: ${nameSome(names)}.`,
        zh: `需要映射的已启用模块流：${nameSome(names)}。`,
      },
      evidence: [{ fact: 'moduleStreams', excerpt: excerptOf(names) }],
      remedies: tied.map(({ name }) => ({
        kind: 'command',
        argv: ['dnf', '--assumeyes', 'module', 'reset', name],
      })),
    }
  },
})
