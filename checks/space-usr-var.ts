import { defineCheck, pass, unknown } from '../src/model/check.ts'
import { filesystemHolding } from '../src/model/space-of-path.ts'

/** MiB that a conversion writes below each directory; needs on one filesystem add up. */
const needs = [
  { path: '/usr', mib: 250 },
  { path: '/var', mib: 1536 },
] as const

/** A transaction that runs out of space half-way leaves a mixed system. */
export const spaceUsrVar = defineCheck({
  id: 'space-usr-var',
  domain: 'storage',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['space'],
  severity: 'block',
  title: { en: 'Too little space below /usr or /var', zh: '/usr 或 /var 空间不足' },
  what: {
    en: 'The conversion needs at least 250 MiB below /usr and 1,536 MiB below /var, with 5 percent of the filesystem left in reserve. Needs of directories on one filesystem are added up.',
    zh: '转换至少需要 /usr 下 250 MiB、/var 下 1536 MiB 的可用空间，并为文件系统保留 5% 余量。位于同一文件系统的需求会累加。',
  },
  remedies: [
    { kind: 'command', argv: ['dnf', 'clean', 'all'] },
    { kind: 'command', argv: ['journalctl', '--vacuum-size=200M'] },
    {
      kind: 'hint',
      text: {
        en: 'Remove unused container images, or extend the volume.',
        zh: '清理无用的容器镜像，或扩容。',
      },
    },
  ],
  effort: { onceMinutes: 0, perHostMinutes: 15 },
  sources: ['https://github.com/rocky-linux/rocky-tools (migrate2rocky: dir_space_map)'],
  evaluate({ space }) {
    const required = new Map<string, { mib: number; paths: string[] }>()
    for (const { path, mib } of needs) {
      const target = filesystemHolding(space, path)?.target
      if (target === undefined) {
        return unknown(`No filesystem is known to hold ${path}.`, `无法确定 ${path} 所在的文件系统。`)
      }
      const row = required.get(target) ?? { mib: 0, paths: [] }
      required.set(target, { mib: row.mib + mib, paths: [...row.paths, path] })
    }
    const short = space.filesystems.flatMap((fs) => {
      const row = required.get(fs.target)
      if (row === undefined) return []
      const usableMib = Math.floor((fs.availableKiB * 0.95) / 1024)
      return usableMib < row.mib ? [{ fs, usableMib, ...row }] : []
    })
    if (short.length === 0) return pass
    const list = short.map(({ fs, usableMib, mib }) => `${fs.target}: ${usableMib} < ${mib} MiB`).join('; ')
    return {
      status: 'fail',
      here: {
        en: `Usable space is less than needed on ${list}.`,
        zh: `可用空间小于所需空间：${list}。`,
      },
      evidence: [
        {
          fact: 'space',
          excerpt: short
            .map(
              ({ fs, paths }) =>
                `${fs.source} ${fs.target} ${fs.availableKiB} KiB available (${paths.join(' ')})`,
            )
            .join('\n'),
        },
      ],
    }
  },
})
