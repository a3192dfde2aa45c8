import { defineCheck, pass } from '../src/model/check.ts'

/** Size of a grub environment block. */
const grubenvBytes = 1024

/** grub keeps its default entry in a block of fixed size. */
export const bootGrubenv = defineCheck({
  id: 'boot-grubenv',
  domain: 'boot',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['boot'],
  severity: 'block',
  title: { en: 'The grub environment block is broken', zh: 'grub 环境块损坏' },
  what: {
    en: 'grubenv must be exactly 1024 bytes: with another size grub cannot read or save the default entry, and grubby fails when it selects the target’s kernel.',
    zh: 'grubenv 必须正好 1024 字节，否则 grub 无法读取或保存默认启动项，grubby 在选择目标内核时会失败。',
  },
  remedies: [
    {
      kind: 'command',
      argv: ['grub2-editenv', '-', 'create'],
      text: {
        en: 'Writes an empty block; set the default entry again with grubby afterwards.',
        zh: '生成空的环境块，随后用 grubby 重新设置默认启动项。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 5 },
  sources: [
    'https://www.gnu.org/software/grub/manual/grub/html_node/Environment-block.html',
    'https://github.com/oamg/leapp-repository (checkgrubenvtofile)',
  ],
  evaluate({ boot }) {
    const bytes = boot.grubenvBytes
    if (bytes === grubenvBytes) return pass
    if (bytes === null) {
      return {
        status: 'fail',
        severity: 'medium',
        here: { en: 'There is no grubenv.', zh: '没有 grubenv 文件。' },
        evidence: [{ fact: 'boot', excerpt: 'grubenv: missing' }],
      }
    }
    return {
      status: 'fail',
      here: { en: `grubenv has ${bytes} bytes, not 1024.`, zh: `grubenv 为 ${bytes} 字节，应为 1024 字节。` },
      evidence: [{ fact: 'boot', excerpt: `grubenv: ${bytes} bytes` }],
    }
  },
})
