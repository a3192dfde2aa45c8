import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { filesystemHolding } from '../src/model/space-of-path.ts'

const written = ['/', '/usr', '/var', '/var/cache', '/boot', '/etc']

/** Free inodes: a filesystem may have space left and still refuse every new file. */
export const inodes = defineCheck({
  id: 'inodes',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['space'],
  severity: 'block',
  title: { en: 'A system filesystem is short of inodes', zh: '系统文件系统 inode 不足' },
  what: {
    en: 'A filesystem without free inodes takes no new file, whatever its free space. Below 1 percent the conversion is refused, below 5 percent it is a warning.',
    zh: 'inode 用尽后，即使还有空间也无法创建新文件。剩余低于 1% 时不允许转换，低于 5% 时给出警告。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Find directories with very many small files (`du --inodes -x -d2 /`) and clean them.',
        zh: '找出小文件过多的目录（`du --inodes -x -d2 /`）并清理。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 20 },
  sources: ['https://www.alibabacloud.com/help/en/smc (migration drill: inode usage above 99%)'],
  evaluate({ space }) {
    const concerned = new Set(written.map((path) => filesystemHolding(space, path)?.target))
    const short = space.filesystems.flatMap((fs) => {
      if (!concerned.has(fs.target) || fs.inodes === null || fs.inodesFree === null || fs.inodes === 0)
        return []
      const ratio = fs.inodesFree / fs.inodes
      return ratio < 0.05 ? [{ fs, ratio }] : []
    })
    if (short.length === 0) return pass
    const list = nameSome(short.map(({ fs, ratio }) => `${fs.target} (${(ratio * 100).toFixed(1)}%)`))
    return {
      status: 'fail',
      severity: short.some(({ ratio }) => ratio < 0.01) ? 'block' : 'medium',
      here: { en: `Free inodes: ${list}.`, zh: `剩余 inode：${list}。` },
      evidence: [
        {
          fact: 'space',
          excerpt: excerptOf(
            short.map(({ fs }) => `${fs.target} ${fs.inodesFree} of ${fs.inodes} inodes free`),
          ),
        },
      ],
    }
  },
})
