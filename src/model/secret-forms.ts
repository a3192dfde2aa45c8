/**
 * The forms in which people write secrets, once for both readers: `redact` makes JavaScript of them, `secretHider` POSIX
 * awk. So every expression keeps to what both understand: no look-around, no `\s`, `\d`, `\w`, no `{n}`; a slash is
 * escaped, and a `(` only groups. Letters are lower-case and match both cases unless the group is `exact`.
 */
export interface SecretGroup {
  /** Cheap test: a text without it holds none of the forms. It may find more than they, never less. */
  hint: string
  /** Upper and lower case differ. */
  exact?: true
  forms: readonly SecretForm[]
}

export interface SecretForm {
  /** What stays. */
  before: string
  /** What is hidden; it follows `before` at once and is never empty. */
  value: string
  /** What stands there instead, when it is not `***`. */
  to?: string
  /** The form counts only behind this, on the same line. */
  behind?: string
  /** The value counts only when it is a word of its own and has a digit. */
  code?: true
}

/** How the reader at hand writes what the two write differently. */
export interface Dialect {
  /** The end of a key whose value is a secret: see `secretWords`. */
  word: string
  /** White space between an option and its value, one character. */
  blank: string
  /** The begin of a line or of a file's content. */
  begin: string
}

/** A key that ends in one of these has a secret for its value. */
export const secretWords =
  'password|passwd|passphrase|pwd|psk|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|' +
  'wep[_-]?key|preshared[_-]?key|credentials?|authkey|fastopen_key|encryption[_-]?key'

/** The same for short words, which are the end of harmless ones too: what may not stand before each of them. */
export const shortWords: readonly (readonly [notBefore: string, words: string])[] = [
  // bypass, compass
  ['ym', 'pass'],
  // oauth, fauth; spw, msig
  ['a-z', 'auth|pw|sig|pin|cookie'],
]

const shell = `[^ \\t\\n"']`
const shellWord = `("[^"\\n]*"?|'[^'\\n]*'?|${shell}+)`
/** No bracket of JSON, no quote behind a backslash. */
const plainValue = `([{[][a-z0-9]|\\\\[^ \\t\\n"]|[^ \\t\\n"',;&{[\\\\])[^ \\t\\n"',;&]*`

/** All groups, in the order in which they are applied. */
export function secretGroups({ word, blank, begin }: Dialect): readonly SecretGroup[] {
  const secretKey = `(${word})(-raw)?[0-9]*`
  const assigned = `${secretKey}\\\\?["']?[ \\t]*[=:]>?[ \\t]*`
  return [
    // https://name:password@host, and a bare token as name.
    {
      hint: `:\\/\\/[^ \\t\\n\\/"']*@`,
      forms: [{ before: ':\\/\\/', value: `[^ \\t\\n\\/"']+@`, to: '***@' }],
    },
    // http_proxy=name:password@host
    {
      hint: `proxy["']?[ \\t]*[=:][ \\t]*["']?[^ \\t\\n"'@]*@`,
      forms: [{ before: `proxy["']?[ \\t]*[=:][ \\t]*["']?`, value: `[^ \\t\\n"'@]+@`, to: '***@' }],
    },
    {
      hint: `${secretKey}["'\\\\]*([=:]|${blank})`,
      forms: [
        // A line that begins with the key, as keyfiles and dnf.conf have it: the value is the rest of it, unless quoted.
        {
          before: `${begin}[ \\t]*[a-z0-9_.-]*${secretKey}[ \\t]*[=:][ \\t]*`,
          value: `[^ \\t\\n"'{[\\\\][^\\n]*`,
        },
        // "NAME_TOKEN=two words", as systemd and the shell take it.
        { before: `"[a-z0-9_]*${secretKey}=`, value: `[^"\\n]+` },
        { before: `'[a-z0-9_]*${secretKey}=`, value: `[^'\\n]+` },
        // The quotes stay: JSON, YAML and TOML stay what they are.
        { before: `${assigned}\\\\"`, value: `[^"\\\\\\n]+` },
        { before: `${assigned}"`, value: `([^"\\\\\\n]|\\\\.)+` },
        { before: `${assigned}'`, value: `[^'\\n]+` },
        { before: assigned, value: plainValue },
        { before: `(^|[ \\t\\n"'=])--?[a-z0-9_.-]*${secretKey}${blank}+`, value: shellWord },
      ],
    },
    // Keys of wireless networks in ifcfg files: KEY, KEY1 to KEY4.
    {
      hint: `${begin}[ \\t]*key[1-4]?[ \\t]*=`,
      forms: [{ before: `${begin}[ \\t]*key[1-4]?[ \\t]*=[ \\t]*["']?`, value: `[^"'\\n]+` }],
    },
    ...requestGroups,
    ...loginGroups,
    ...optionGroups,
    ...tokenGroups,
  ]
}

/** Headers, and addresses that are a secret themselves. */
const requestGroups: readonly SecretGroup[] = [
  {
    hint: `authorization["'\\\\]*[ \\t]*[=:]`,
    forms: [
      {
        before: `authorization\\\\?["']?[ \\t]*[=:][ \\t]*\\\\?["']?((basic|bearer|token|digest)[ \\t]+)?`,
        value: `[^ \\t\\n"',;]+`,
      },
    ],
  },
  // The kubelet's --manifest-url-header=NAME:VALUE
  { hint: 'url-header[ \\t=]', forms: [{ before: 'url-header[ \\t=]+', value: shellWord }] },
  { hint: 'bearer[ \\t]', forms: [{ before: 'bearer[ \\t]+', value: atLeast(8, '[a-z0-9_.~+\\/=-]') }] },
  {
    // Signed addresses of clouds, WeCom's robots.
    hint: '[?&][a-z0-9._-]*(sig|signature|key|ticket)=',
    forms: [{ before: '[?&][a-z0-9._-]*(sig|signature|key|ticket)=', value: `[^ \\t\\n"'&#]+` }],
  },
  {
    // Webhooks of Slack, Feishu, Teams, Discord; robots of Telegram.
    hint: '\\/(hooks\\.|hook\\/|webhooks?\\/|webhookb2\\/|api\\.telegram\\.)',
    forms: [
      { before: ':\\/\\/hooks\\.[a-z0-9.-]+\\/([a-z]+\\/)?', value: `${shell}+` },
      { behind: ':\\/\\/', before: `\\/(hook|webhooks?|webhookb2)\\/`, value: `${shell}+` },
      { before: ':\\/\\/api\\.telegram\\.[a-z]+\\/bot', value: `[^ \\t\\n"'\\/]+` },
    ],
  },
]

const user = `["']?[^ \\t\\n"':,%=\\/]+`

/** A name and its password in one word. */
const loginGroups: readonly SecretGroup[] = [
  {
    // curl -u name:x, lftp -u name,x, smbclient -U name%x, skopeo --src-creds name:x
    hint: `[ \\t"'](-u|--[a-z-]*(user|username|creds)[ \\t=])`,
    forms: [
      {
        before: `[ \\t"'](-u[ \\t]*|--[a-z-]*(user|username|creds)[ \\t=]+)${user}[:,%]`,
        value: `${shell}+`,
      },
    ],
  },
  {
    // ETCDCTL_USER=name:x, username=name%x
    hint: `(user|username|login)=["']?[^ \\t\\n"':,%=\\/]+[:%]`,
    forms: [{ before: `(user|username|login)=${user}[:%]`, value: `[^ \\t\\n"',]+` }],
  },
  {
    // dracut.cmdline(7): netroot=iscsi:name:x@address, rd.iscsi.username=name, rd.iscsi.in.username=name
    hint: 'netroot=|root=iscsi:|rd\\.iscsi\\.',
    forms: [{ before: '(netroot=|root=iscsi:|rd\\.iscsi\\.(in\\.)?username=)', value: `${shell}+` }],
  },
]

/** Programs that take a password behind a letter, which means something else to others. */
const optionGroups: readonly SecretGroup[] = [
  {
    hint: '[ \\t]-[ackpwx]',
    forms: [
      [
        'mysql|mariadb|mydumper|myloader|xtrabackup|innobackupex|mongo|sshpass|7z|zip|rar|ipmitool|sqlcmd|bcp',
        'p',
      ],
      // docker login, helm registry login
      ['login', 'p'],
      ['redis-cli', 'a'],
      ['ldap', 'w'],
      ['snmp', '[acx]'],
      ['ossutil', 'k'],
    ].map(([programs, letter]) => ({
      behind: `(^|[^a-z])(${programs})`,
      before: `[ \\t]-${letter}[ \\t=]*`,
      value: shellWord,
    })),
  },
]

/** No part of a longer word. */
const wordBegin = '(^|[^A-Za-z0-9_])'

/** What is known for a secret wherever it stands. */
const tokenGroups: readonly SecretGroup[] = [
  // JSON Web Tokens.
  {
    exact: true,
    hint: 'eyJ[A-Za-z0-9_-]',
    forms: [
      {
        before: wordBegin,
        value: `eyJ${atLeast(8, '[A-Za-z0-9_-]')}\\.${atLeast(8, '[A-Za-z0-9_-]')}(\\.[A-Za-z0-9_-]*)?`,
      },
    ],
  },
  // Access key ids of AWS and Aliyun, tokens of GitHub, GitLab, Slack.
  {
    exact: true,
    hint: '(AKIA|ASIA|LTAI|gh[opsur]_|github_pat_|glpat-|xox[abprs]-)[A-Za-z0-9]',
    forms: [
      { before: wordBegin, value: `(AKIA|ASIA)${atLeast(16, '[A-Z0-9]')}` },
      { before: wordBegin, value: `LTAI${atLeast(12, '[A-Za-z0-9]')}` },
      { before: wordBegin, value: `(gh[opsur]_|github_pat_)${atLeast(20, '[A-Za-z0-9_]')}` },
      { before: wordBegin, value: `(glpat-|xox[abprs]-)${atLeast(10, '[A-Za-z0-9_-]')}` },
    ],
  },
  // Hashes of crypt(3) and of grub2-mkpasswd-pbkdf2.
  {
    exact: true,
    hint: '\\$(1|2[aby]|5|6|7|y|gy)\\$|grub\\.pbkdf2\\.',
    forms: [
      {
        before: '(^|[^$])',
        value: `\\$(1|2[aby]|5|6|7|y|gy)\\$${atLeast(8, '[A-Za-z0-9_.\\/$=,-]')}`,
      },
      { before: 'grub\\.pbkdf2\\.', value: '[A-Za-z0-9.]+' },
    ],
  },
  // Bootstrap tokens of kubeadm: https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
  {
    exact: true,
    hint: `\\.${'[a-z0-9]'.repeat(16)}($|[^A-Za-z0-9_.-])`,
    forms: [
      {
        before: '(^|[^A-Za-z0-9_.-])',
        value: `${'[a-z0-9]'.repeat(6)}\\.${'[a-z0-9]'.repeat(16)}`,
        code: true,
      },
    ],
  },
]

/** Old awks know no `{n,}`. */
function atLeast(count: number, one: string): string {
  return `${one.repeat(count)}${one}*`
}
