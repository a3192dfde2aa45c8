import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Accounts, keys and sudo rules that exist on this host only. */
export const localUsers = defineCheck({
  id: 'local-users',
  domain: 'services',
  targets: ['containeros'],
  needs: ['users'],
  severity: 'low',
  title: { en: 'Local accounts must be carried over', zh: '本地账号需要随迁' },
  what: {
    en: 'Accounts, groups, authorized keys and sudo rules are not on the new system unless its Ignition configuration creates them. Files on kept data disks belong to numeric ids: a new account must get the same one.',
    zh: '账号、用户组、授权密钥和 sudo 规则只有写进 Ignition 配置才会出现在新系统中。保留的数据盘上文件属主是数字 ID，新建账号必须使用相同的 UID/GID。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Create the accounts that own files on kept disks with the same uid and gid; drop the rest.',
        zh: '为保留磁盘上文件的属主创建相同 UID/GID 的账号，其余不再保留。',
      },
    },
  ],
  effort: { onceMinutes: 60, perHostMinutes: 3 },
  sources: ['https://coreos.github.io/ignition/configuration-v3_3/ (passwd)'],
  evaluate({ users }) {
    const own = users.users
    if (own.length === 0 && users.sudoersFiles.length === 0) return pass
    const keys = users.authorizedKeys.length
    return {
      status: 'fail',
      here: {
        en: `${own.length} accounts (${nameSome(own.map(({ name }) => name))}), ${keys} authorized keys, ${users.sudoersFiles.length} sudoers files.`,
        zh: `账号 ${own.length} 个（${nameSome(own.map(({ name }) => name))}），授权密钥 ${keys} 个，sudoers 文件 ${users.sudoersFiles.length} 个。`,
      },
      evidence: [
        {
          fact: 'users',
          excerpt: excerptOf([
            ...own.map((u) => `${u.name}:${u.uid}:${u.gid}:${u.home}:${u.shell}`),
            ...users.sudoersFiles,
          ]),
        },
      ],
    }
  },
})
