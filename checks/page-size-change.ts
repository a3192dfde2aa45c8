import { defineCheck, notApplicable, pass, unknown } from '../src/model/check.ts'

/** On Arm, CentOS 8 runs with 64 KiB pages and ANCK with 4 KiB. */
export const pageSizeChange = defineCheck({
  id: 'page-size-change',
  domain: 'hardware',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['cpu', 'memory'],
  severity: 'medium',
  title: { en: 'The memory page size changes', zh: '内存页大小将改变' },
  what: {
    en: 'Every el8 kernel for aarch64 uses 64 KiB pages; ANCK ships a separate 64k build, so its default is 4 KiB. Swap areas must be made again, huge page resources change their names (hugepages-512Mi and 16Gi become 2Mi and 1Gi), memory use falls, and programs built for one page size may fail.',
    zh: 'aarch64 上所有 el8 内核均使用 64 KiB 页；ANCK 另有独立的 64k 版本，默认应为 4 KiB。swap 需要重建，大页资源名改变（hugepages-512Mi、16Gi 变为 2Mi、1Gi），内存占用下降，绑定页大小的程序可能失败。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Choose the 64k build of the kernel, or test images and huge page requests with 4 KiB pages. When you know that your kernel uses 64 KiB, record it in a waiver.',
        zh: '选用 64k 版本内核，或在 4 KiB 页下测试镜像与大页申请；若确认所用内核为 64 KiB，请以豁免记录。',
      },
    },
    { kind: 'command', argv: ['getconf', 'PAGESIZE'] },
  ],
  effort: { onceMinutes: 240, perHostMinutes: 5 },
  sources: [
    'Configuration of kernel 4.18.0-513.18.1.el8_9.aarch64: ARM64_64K_PAGES=y',
    'https://gitee.com/anolis/cloud-kernel (6.6.71-3.64k)',
  ],
  evaluate({ cpu, memory }, { kernelLine }) {
    if (cpu.arch !== 'aarch64') {
      return notApplicable('Only Arm kernels differ in page size.', '只有 Arm 内核存在页大小差异。')
    }
    if (kernelLine === 'rhck-4.18') return pass
    if (memory.pageSizeBytes === null) return unknown('The page size is not known.', '无法确定页大小。')
    if (memory.pageSizeBytes === 4096) return pass
    const kib = memory.pageSizeBytes / 1024
    return {
      status: 'fail',
      here: {
        en: `Pages are ${kib} KiB here and 4 KiB in the default build of ${kernelLine}.`,
        zh: `当前页大小为 ${kib} KiB，${kernelLine} 默认版本为 4 KiB。`,
      },
      evidence: [{ fact: 'memory', excerpt: `page size ${memory.pageSizeBytes}` }],
    }
  },
})
