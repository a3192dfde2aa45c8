import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** The only way in is root's password: a replaced sshd_config locks the operators out. */
export const sshdRootLogin = defineCheck({
  id: 'sshd-root-login',
  domain: 'security',
  targets: ['anolis-rhck', 'anolis-anck'],
  needs: ['sshd', 'users'],
  severity: 'medium',
  title: { en: 'Access depends on root’s password', zh: '登录仅依赖 root 密码' },
  what: {
    en: 'The default of a new sshd_config refuses root with a password. When the file is replaced in the conversion and root has no key, nobody can log in over SSH afterwards.',
    zh: '新的 sshd_config 默认拒绝 root 使用密码登录。如果转换替换了该文件而 root 又没有密钥，之后将无法通过 SSH 登录。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Install a key for root or another administrator before the move, and have console access ready.',
        zh: '迁移前为 root 或其他管理员配置密钥，并准备好控制台登录。',
      },
    },
  ],
  effort: { onceMinutes: 15, perHostMinutes: 2 },
  sources: [
    'sshd_config(5): PermitRootLogin',
    'https://github.com/oamg/leapp-repository (opensshpermitrootlogincheck)',
  ],
  evaluate({ sshd, users }) {
    if (sshd.loginUser !== 'root') {
      return notApplicable('The login is not root.', '不是以 root 登录。')
    }
    if (users.authorizedKeys.some(({ user }) => user === 'root')) return pass
    // Anything but `yes` refuses root's password, so whoever came in as root has a key somewhere.
    if (sshd.permitRootLogin !== 'yes' || sshd.passwordAuthentication !== 'yes') return pass
    return {
      status: 'fail',
      here: {
        en: 'root may log in by password (PermitRootLogin yes) and no authorized key of root was found.',
        zh: '允许 root 使用密码登录（PermitRootLogin yes），且未发现 root 的授权密钥。',
      },
      evidence: [
        {
          fact: 'sshd',
          excerpt: 'PermitRootLogin yes\nPasswordAuthentication yes',
        },
      ],
    }
  },
})
