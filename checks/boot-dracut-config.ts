import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Own dracut settings decide what the target's initramfs holds. */
export const bootDracutConfig = defineCheck({
  id: 'boot-dracut-config',
  domain: 'boot',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['boot'],
  severity: 'medium',
  title: { en: 'dracut has settings of its own', zh: 'dracut 存在自定义配置' },
  what: {
    en: 'Settings below /etc/dracut.conf.d apply to the target’s initramfs too. A named dracut module or driver that the target lacks stops its build or its boot; omitted drivers stay out.',
    zh: '/etc/dracut.conf.d 中的设置同样作用于目标系统的 initramfs。其中指定的 dracut 模块或驱动若在目标系统中不存在，会导致构建或启动失败；被排除的驱动也仍被排除。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Check that every named dracut module and driver is there on the target; build an initramfs with its kernel in a rehearsal.',
        zh: '确认所列 dracut 模块与驱动在目标系统中均存在，并在演练中用目标内核构建 initramfs。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 2 },
  sources: [
    'https://man7.org/linux/man-pages/man5/dracut.conf.5.html',
    'https://github.com/oamg/leapp-repository/issues/809',
  ],
  evaluate({ boot }) {
    const risky = boot.dracutConf.filter(({ key }) => deciding.test(key))
    if (risky.length === 0) return pass
    const keys = nameSome([...new Set(risky.map(({ key, value }) => `${key}=${value}`))], 3)
    return {
      status: 'fail',
      here: { en: `dracut is told ${keys}.`, zh: `dracut 设置了 ${keys}。` },
      evidence: [
        { fact: 'boot', excerpt: excerptOf(risky.map(({ file, key, value }) => `${file}: ${key}=${value}`)) },
      ],
    }
  },
})

const deciding =
  /^(add_dracutmodules|dracutmodules|omit_dracutmodules|drivers|add_drivers|omit_drivers|force_drivers|filesystems|hostonly)$/
