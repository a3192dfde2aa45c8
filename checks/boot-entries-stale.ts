import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Boot entries of kernels that are gone, or under another machine id. */
export const bootEntriesStale = defineCheck({
  id: 'boot-entries-stale',
  domain: 'boot',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['installedKernels', 'machineId'],
  severity: 'medium',
  title: { en: 'Stale boot entries', zh: '存在失效的启动项' },
  what: {
    en: 'An entry in /boot/loader/entries whose kernel is gone does not boot; one under another machine id is left over from a clone and is not updated. Either can become the default after the conversion.',
    zh: '/boot/loader/entries 中内核已不存在的启动项无法启动；使用其他 machine-id 的启动项多为克隆遗留，不会随之更新。迁移后它们可能成为默认启动项。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Remove the named files from /boot/loader/entries after a look at grubby --info=ALL.',
        zh: '核对 grubby --info=ALL 后，从 /boot/loader/entries 中删除上述文件。',
      },
    },
    { kind: 'command', argv: ['grubby', '--info=ALL'] },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 10 },
  sources: [
    'https://uapi-group.org/specifications/specs/boot_loader_specification/',
    'https://github.com/oamg/convert2rhel (FIX_INVALID_GRUB2_ENTRIES)',
  ],
  evaluate({ installedKernels, machineId }) {
    const present = new Set(
      installedKernels.kernels.filter(({ vmlinuz }) => vmlinuz).map(({ release }) => release),
    )
    const stale = installedKernels.blsEntries.flatMap(({ id, release }) => {
      // Rescue entries are named 0-rescue and belong to no installed kernel.
      if (/(^|-)0-rescue/.test(id) || /rescue/.test(release ?? '')) return []
      if (release !== null && !present.has(release)) return [{ id, why: `kernel ${release} is gone` }]
      const own = machineId.id
      if (own !== null && /^[0-9a-f]{32}-/.test(id) && !id.startsWith(`${own}-`)) {
        return [{ id, why: 'another machine id' }]
      }
      return []
    })
    if (stale.length === 0) return pass
    const names = nameSome(
      stale.map(({ id }) => id),
      2,
    )
    return {
      status: 'fail',
      here: {
        en: `Stale boot entries (${stale.length}): ${names}.`,
        zh: `有 ${stale.length} 个失效的启动项：${names}。`,
      },
      evidence: [
        { fact: 'installedKernels', excerpt: excerptOf(stale.map(({ id, why }) => `${id}: ${why}`)) },
      ],
    }
  },
})
