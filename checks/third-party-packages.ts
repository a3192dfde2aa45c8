import { defineCheck, pass } from '../src/model/check.ts'
import { isDistributionKey } from '../src/model/distribution-keys.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { isNodePackage } from '../src/model/kubernetes-packages.ts'

/** Packages that another vendor signed: no conversion replaces them, and an immutable system cannot install them. */
export const thirdPartyPackages = defineCheck({
  id: 'third-party-packages',
  domain: 'packages',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['packages'],
  severity: 'medium',
  title: { en: 'Packages of other vendors are installed', zh: '安装了第三方厂商的软件包' },
  what: {
    en: 'Packages signed by a key that is not the distribution’s are left as they are by an in-place conversion, or are removed when their dependencies no longer resolve. ContainerOS has no package manager: they must become containers or part of the image.',
    zh: '不是由发行版密钥签名的软件包在就地迁移时会原样保留，依赖无法满足时则可能被移除。ContainerOS 没有包管理器，这些软件需要容器化，或者预先打进镜像。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Decide for every package: keep and pin, replace by the target’s package, remove, or move into a container.',
        zh: '逐个确定处理方式：保留并锁定版本、换成目标系统的同名包、卸载，或者改为容器运行。',
      },
    },
  ],
  effort: { onceMinutes: 120, perHostMinutes: 5 },
  sources: [
    'https://github.com/oamg/convert2rhel (LIST_THIRD_PARTY_PACKAGES)',
    'https://github.com/cpanel/elevate/issues/173',
  ],
  evaluate({ packages }, { target }) {
    const foreign = packages.packages.filter(
      ({ name, keyId }) =>
        keyId !== null &&
        !isDistributionKey(keyId) &&
        name !== 'gpg-pubkey' &&
        !(target === 'containeros' && isNodePackage(name)),
    )
    if (foreign.length === 0) return pass
    const names = nameSome(foreign.map(({ name }) => name))
    return {
      status: 'fail',
      here: {
        en: `${foreign.length} packages are signed by other vendors: ${names}.`,
        zh: `有 ${foreign.length} 个软件包由其他厂商签名：${names}。`,
      },
      evidence: [
        {
          fact: 'packages',
          excerpt: excerptOf(
            foreign.map((p) => `${p.name}-${p.version}-${p.release}.${p.arch} ${p.vendor ?? '-'} ${p.keyId}`),
          ),
        },
      ],
    }
  },
})
