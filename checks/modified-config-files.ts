import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Packaged configuration that was edited by hand: it needs review after a conversion, and must be carried to a new system. */
export const modifiedConfigFiles = defineCheck({
  id: 'modified-config-files',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['modifiedFiles'],
  onRequest: ['modifiedFiles'],
  severity: 'low',
  title: { en: 'Packaged configuration files were edited', zh: '软件包自带的配置文件被修改过' },
  what: {
    en: 'After an in-place conversion edited files stay and the new ones appear as .rpmnew. On ContainerOS nothing of it remains unless the Ignition configuration carries it.',
    zh: '就地迁移后，改过的文件会保留，新版本以 .rpmnew 形式出现。在 ContainerOS 上，只有写进 Ignition 配置的修改才会保留。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Review each edit: drop it, keep it, or write it into the new system’s configuration.',
        zh: '逐一审查：放弃、保留，或写入新系统的配置。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 10 },
  sources: ['https://github.com/oamg/convert2rhel (MODIFIED_RPM_FILES_DIFF)', 'rpm(8) --verify'],
  evaluate({ modifiedFiles }) {
    const edited = modifiedFiles.files.filter(
      ({ attribute, flags }) => attribute === 'c' && (flags.includes('5') || flags === 'missing'),
    )
    if (edited.length === 0 && !modifiedFiles.truncated) return pass
    const more = modifiedFiles.truncated ? '+' : ''
    return {
      status: 'fail',
      here: {
        en: `${edited.length}${more} configuration files differ from their packages: ${nameSome(edited.map(({ path }) => path))}.`,
        zh: `有 ${edited.length}${more} 个配置文件与软件包中的不一致：${nameSome(edited.map(({ path }) => path))}。`,
      },
      evidence: [
        { fact: 'modifiedFiles', excerpt: excerptOf(edited.map(({ flags, path }) => `${flags}  c ${path}`)) },
      ],
    }
  },
})
