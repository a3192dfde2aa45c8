import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { isBelow, withoutTrailingSlash } from '../src/model/space-of-path.ts'

/** A mount point named twice, or a parent mounted over its child: what was below it is hidden. */
export const fstabMountOrder = defineCheck({
  id: 'fstab-mount-order',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['fstab'],
  severity: 'low',
  title: { en: '/etc/fstab mounts over its own mounts', zh: '/etc/fstab 中的挂载相互覆盖' },
  what: {
    en: 'Two lines for one mount point, or a parent directory listed after its child, hide one file system below another. Which one wins may differ after the move.',
    zh: '同一挂载点出现两次，或父目录列在子目录之后，会使一个文件系统被另一个遮盖，迁移后哪个生效可能会改变。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Remove the duplicate, and list parents before children.',
        zh: '删除重复行，并将父目录排在子目录之前。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 5 },
  sources: ['fstab(5)', 'https://github.com/oamg/leapp-repository (checkfstabmountorder)'],
  evaluate({ fstab }) {
    const entries = fstab.entries
      .map((entry) => ({ ...entry, target: withoutTrailingSlash(entry.target) }))
      .filter(({ target, fstype }) => target.startsWith('/') && fstype !== 'swap')
    const hidden = entries.flatMap((entry, index) => {
      const over = entries.slice(index + 1).find(({ target }) => isBelow(entry.target, target))
      return over === undefined ? [] : [{ entry, over }]
    })
    if (hidden.length === 0) return pass
    return {
      status: 'fail',
      here: {
        en: `Hidden by a later line: ${nameSome(hidden.map(({ entry }) => entry.target))}.`,
        zh: `被后面的行遮盖：${nameSome(hidden.map(({ entry }) => entry.target))}。`,
      },
      evidence: [
        {
          fact: 'fstab',
          excerpt: excerptOf(
            hidden.map(
              ({ entry, over }) =>
                `/etc/fstab:${entry.line}: ${entry.target} < line ${over.line}: ${over.target}`,
            ),
          ),
        },
      ],
    }
  },
})
