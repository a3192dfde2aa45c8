import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

const limits = [
  { seconds: 60, severity: 'high' },
  { seconds: 5, severity: 'medium' },
] as const

/** The host's clock against the clock of the machine that collected the facts. */
export const timeSkew = defineCheck({
  id: 'time-skew',
  domain: 'services',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['time'],
  severity: 'medium',
  worstSeverity: 'high',
  title: { en: 'The clock differs from the controller’s', zh: '主机时钟与控制端不一致' },
  what: {
    en: 'A difference of more than 5 seconds means that one of the two clocks is wrong. Certificates made during the move may then not be valid yet, and logs cannot be put into one order.',
    zh: '偏差超过 5 秒说明其中一方时钟不准。迁移过程中签发的证书可能尚未生效，日志也无法按时间对齐。',
  },
  remedies: [
    { kind: 'command', argv: ['chronyc', 'makestep'] },
    { kind: 'hint', text: { en: 'Check the controller’s own clock first.', zh: '先检查控制端自身的时钟。' } },
  ],
  effort: { onceMinutes: 5, perHostMinutes: 2 },
  sources: ['chronyc(1)'],
  evaluate({ time }) {
    const skew = time.skewSeconds
    if (skew === null) {
      return notApplicable(
        'The facts come from a bundle: there was no second clock to compare with.',
        '事实来自离线采集包，没有可供比较的时钟。',
      )
    }
    const limit = limits.find(({ seconds }) => Math.abs(skew) > seconds)
    if (limit === undefined) return pass
    return {
      status: 'fail',
      severity: limit.severity,
      here: {
        en: `The clock is ${Math.abs(skew).toFixed(1)} s ${skew > 0 ? 'ahead' : 'behind'}.`,
        zh: `时钟${skew > 0 ? '快' : '慢'} ${Math.abs(skew).toFixed(1)} 秒。`,
      },
      evidence: [{ fact: 'time', excerpt: `host minus controller: ${skew} s` }],
    }
  },
})
