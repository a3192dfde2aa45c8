import { defineCheck, pass, unknown } from '../src/model/check.ts'

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
      argv: ['grub2-editenv', '-', 'list'],
      text: {
        en: 'Save the output first: on CentOS 8 kernelopts holds the command line of every boot entry. Where it cannot be read, take it from /proc/cmdline.',
        zh: '先保存输出：CentOS 8 的 kernelopts 存放着所有启动项的内核参数。若无法读取，可从 /proc/cmdline 获取。',
      },
    },
    {
      kind: 'command',
      argv: ['grub2-editenv', '-', 'create'],
      text: {
        en: 'Only with that output saved: this empties the block.',
        zh: '确认已保存后再执行：此命令会清空环境块。',
      },
    },
    {
      kind: 'hint',
      text: {
        en: 'Set the saved values again before any reboot: grub2-editenv - set "kernelopts=..." "saved_entry=...". Without kernelopts the host starts without its root= argument.',
        zh: '重启前务必写回保存的值：grub2-editenv - set "kernelopts=..." "saved_entry=..."。缺少 kernelopts 时，启动参数中将没有 root=。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 5 },
  sources: [
    'https://www.gnu.org/software/grub/manual/grub/html_node/Environment-block.html',
    'https://github.com/oamg/leapp-repository (checkgrubenvtofile)',
  ],
  evaluate({ boot }, { degraded }) {
    const bytes = boot.grubenvBytes
    if (bytes === grubenvBytes) return pass
    if (bytes === null && (boot.grubenvHidden === true || degraded.has('boot'))) {
      return unknown('It could not be seen whether there is a grubenv.', '无法确认是否存在 grubenv 文件。')
    }
    if (bytes === null && boot.grubenvHidden === true) {
      return unknown('The directory of grubenv could not be looked into.', '无权查看 grubenv 所在目录。')
    }
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
