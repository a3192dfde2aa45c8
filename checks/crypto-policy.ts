import { defineCheck, pass, unknown } from '../src/model/check.ts'

/** A system-wide crypto policy other than DEFAULT decides which peers the host can still talk to. */
export const cryptoPolicy = defineCheck({
  id: 'crypto-policy',
  domain: 'security',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['crypto'],
  severity: 'low',
  worstSeverity: { containeros: 'medium' },
  title: { en: 'The crypto policy is not DEFAULT', zh: '加密策略不是 DEFAULT' },
  what: {
    en: 'LEGACY is set for old peers (SHA-1 signatures, TLS 1.0), FUTURE or own modules for strict rules. The choice must be made again on a new system, or connections to those peers fail.',
    zh: '设置 LEGACY 通常是为了兼容旧系统（SHA-1 签名、TLS 1.0），FUTURE 或自定义模块则用于更严格的要求。新系统上需要重新设置，否则与这些对端的连接会失败。',
  },
  remedies: [{ kind: 'command', argv: ['update-crypto-policies', '--show'] }],
  effort: { onceMinutes: 30, perHostMinutes: 1 },
  sources: ['crypto-policies(7)', 'update-crypto-policies(8)'],
  evaluate({ crypto }, { target }) {
    if (crypto.policy === null) {
      return unknown('The crypto policy could not be read.', '无法读取系统加密策略。')
    }
    // The FIPS policy belongs to the check `fips-mode`.
    if (crypto.policy === 'DEFAULT' || crypto.policy.startsWith('FIPS')) return pass
    return {
      status: 'fail',
      severity: target === 'containeros' ? 'medium' : 'low',
      here: { en: `The policy is ${crypto.policy}.`, zh: `当前策略为 ${crypto.policy}。` },
      evidence: [{ fact: 'crypto', excerpt: crypto.policy }],
      remedies: [
        {
          kind: 'command',
          argv: ['update-crypto-policies', '--set', crypto.policy],
          text: { en: 'Again after the move.', zh: '迁移后重新设置。' },
        },
      ],
    }
  },
})
