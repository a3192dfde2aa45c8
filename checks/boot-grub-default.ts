import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** /etc/default/grub is read by everything that writes boot entries. */
export const bootGrubDefault = defineCheck({
  id: 'boot-grub-default',
  domain: 'boot',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['boot'],
  severity: 'block',
  title: { en: '/etc/default/grub is missing or broken', zh: '/etc/default/grub 缺失或有误' },
  what: {
    en: 'grub2-mkconfig and the kernel packages’ scripts source /etc/default/grub. When it is missing or has a syntax error, the entry of the new kernel gets no or wrong arguments; without BLS, new kernels are not listed at all.',
    zh: 'grub2-mkconfig 与内核软件包脚本都会读取 /etc/default/grub。缺失或有语法错误时，新内核启动项的参数会缺失或出错；未启用 BLS 时新内核甚至不会出现在列表中。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Write the file again from a healthy host of the same role, then run grub2-mkconfig to standard output and read its complaints.',
        zh: '参照同角色的正常主机重写该文件，再将 grub2-mkconfig 输出到标准输出并检查报错。',
      },
    },
    { kind: 'command', argv: ['grub2-mkconfig', '-o', '/dev/null'] },
  ],
  effort: { onceMinutes: 10, perHostMinutes: 10 },
  sources: ['https://github.com/oamg/leapp-repository (detectgrubconfigerror)'],
  evaluate({ boot }, { degraded }) {
    const grub = boot.grubDefault
    if (grub === null && degraded.has('boot')) {
      return unknown('/etc/default/grub could not be read.', '无法读取 /etc/default/grub。')
    }
    if (grub === null) {
      return {
        status: 'fail',
        here: { en: '/etc/default/grub is missing.', zh: '/etc/default/grub 不存在。' },
        evidence: [{ fact: 'boot', excerpt: '/etc/default/grub: missing' }],
      }
    }
    if (grub.problems.length > 0) {
      const problems = nameSome(grub.problems)
      return {
        status: 'fail',
        here: { en: `/etc/default/grub: ${problems}.`, zh: `/etc/default/grub 有误：${problems}。` },
        evidence: [{ fact: 'boot', excerpt: excerptOf(grub.problems) }],
      }
    }
    if (grub.blscfg !== false) return pass
    return {
      status: 'fail',
      severity: 'high',
      here: {
        en: 'GRUB_ENABLE_BLSCFG is false: new kernels get no boot entry.',
        zh: 'GRUB_ENABLE_BLSCFG 为 false：新内核不会生成启动项。',
      },
      evidence: [{ fact: 'boot', excerpt: 'GRUB_ENABLE_BLSCFG=false' }],
    }
  },
})
