import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf } from '../src/model/excerpt.ts'

/** Lines of /etc/fstab that cannot be read: they stop a boot, and cannot be carried to a new system. */
export const fstabMalformed = defineCheck({
  id: 'fstab-malformed',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['fstab'],
  severity: 'high',
  title: { en: '/etc/fstab has malformed lines', zh: '/etc/fstab 存在格式错误的行' },
  what: {
    en: 'A malformed line may drop the host to the emergency shell at the reboot that the move needs, and its mount cannot be translated for a new system.',
    zh: '格式错误的行可能使主机在迁移重启时进入紧急模式，对应的挂载也无法转换到新系统。',
  },
  remedies: [
    { kind: 'hint', text: { en: 'Correct or remove the line.', zh: '修正或删除该行。' } },
    { kind: 'command', argv: ['findmnt', '--verify'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 5 },
  sources: ['fstab(5)', 'https://github.com/oamg/leapp-repository (storagescanner)'],
  evaluate({ fstab }) {
    if (fstab.malformed.length === 0) return pass
    const lines = fstab.malformed.map(({ line, reason }) => `/etc/fstab:${line}: ${reason}`)
    const numbers = fstab.malformed.map(({ line }) => line).join(', ')
    return {
      status: 'fail',
      here: {
        en: `Malformed lines in /etc/fstab: ${numbers}.`,
        zh: `/etc/fstab 中格式错误的行：${numbers}。`,
      },
      evidence: [{ fact: 'fstab', excerpt: excerptOf(lines) }],
    }
  },
})
