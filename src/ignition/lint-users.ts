import { problem, repeated, type LintRule } from './lint-issue.ts'

const accountName = /^[a-z_][a-z0-9_-]{0,31}$/i

/** Accounts stand once, and have names that useradd takes. useradd(8) */
export const userRule: LintRule = ({ passwd }) =>
  (['users', 'groups'] as const).flatMap((kind) => {
    const accounts: readonly { name: string }[] = passwd?.[kind] ?? []
    return [
      ...repeated(accounts, ({ name }) => name).map(({ index }) =>
        problem('account', ['passwd', kind, index], { en: 'stands twice', zh: '重复出现' }),
      ),
      ...accounts.flatMap(({ name }, index) =>
        accountName.test(name)
          ? []
          : [
              problem('account', ['passwd', kind, index, 'name'], {
                en: 'is no name of an account: a-z, 0-9, _ and -, at most 32',
                zh: '不是有效的账号名：a-z、0-9、_、-，最长 32 个字符',
              }),
            ],
      ),
    ]
  })

/** An authorized key is one line. */
export const authorizedKeyRule: LintRule = ({ passwd }) =>
  (passwd?.users ?? []).flatMap(({ sshAuthorizedKeys }, user) => {
    const place = ['passwd', 'users', user, 'sshAuthorizedKeys']
    return (sshAuthorizedKeys ?? []).flatMap((key, index) =>
      /^[^\r\n]+$/.test(key)
        ? []
        : [problem('key', [...place, index], { en: 'is not one line', zh: '不是单独一行' })],
    )
  })
