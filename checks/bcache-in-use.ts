import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** bcache was in the kernel of CentOS 8.0, and neither in later ones nor in ANCK 5.10. */
export const bcacheInUse = defineCheck({
  id: 'bcache-in-use',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['storageStack'],
  severity: 'block',
  title: { en: 'bcache volumes need a driver that the kernel lacks', zh: 'bcache 卷缺少内核驱动' },
  what: {
    en: 'A bcache device appears only when the bcache module is there. With a write-back cache the backing device alone holds stale data, so it must not be mounted directly.',
    zh: '只有存在 bcache 模块时 bcache 设备才会出现。使用回写缓存时，后端设备上的数据并不完整，不能直接挂载。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Flush and detach the cache, move the data to a plain volume, then take bcache out.',
        zh: '刷新并分离缓存，将数据迁到普通卷，然后停用 bcache。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 120 },
  sources: [
    'kernel configurations: CONFIG_BCACHE is m in 4.18.0-80.el8, not set in later el8 kernels and ANCK 5.10',
  ],
  evaluate({ storageStack }, { kernel, kernelLine }) {
    if (storageStack.bcache.length === 0) return notApplicable('No bcache device.', '没有 bcache 设备。')
    const { answer, source } = kernel.module('bcache')
    if (answer === 'builtin' || answer === 'module') return pass
    const names = nameSome(storageStack.bcache)
    if (answer === 'unknown') {
      return unknown(
        `${names} use bcache; the data of ${kernelLine} does not say whether it has the driver.`,
        `${names} 使用 bcache，但 ${kernelLine} 的内核数据未说明是否有该驱动。`,
        [{ fact: 'storageStack', excerpt: excerptOf(storageStack.bcache) }],
      )
    }
    return {
      status: 'fail',
      severity: answer === 'extra' ? 'high' : 'block',
      here: {
        en: `${names}: the bcache driver is ${answer === 'extra' ? 'only in kernel-modules-extra' : 'missing'} on ${kernelLine} (${source}).`,
        zh: `${names}：${kernelLine} 内核${answer === 'extra' ? '仅在 kernel-modules-extra 中提供' : '没有'} bcache 驱动（${source}）。`,
      },
      evidence: [{ fact: 'storageStack', excerpt: excerptOf(storageStack.bcache) }],
    }
  },
})
