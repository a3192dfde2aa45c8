import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'
import { urlsOf } from '../src/model/repositories.ts'

/** RHCK and ANCK share the package name `kernel`: an enabled Plus or kernel-5.10 repository moves an RHCK host to ANCK. */
export const kernelPackageFlavourPin = defineCheck({
  id: 'kernel-package-flavour-pin',
  domain: 'packages',
  targets: ['anolis-rhck'],
  needs: ['repositories'],
  severity: 'high',
  title: { en: 'A repository would replace RHCK by ANCK', zh: '软件源会把 RHCK 内核替换为 ANCK' },
  what: {
    en: 'Both kernel flavours of Anolis OS 8 are packages named kernel; dnf installs the highest version. A host that is to stay on RHCK 4.18 must keep the repositories Plus and kernel-5.10 disabled, for ever.',
    zh: 'Anolis OS 8 的两种内核软件包都叫 kernel，dnf 总是安装版本最高的那个。要保持 RHCK 4.18，必须一直停用 Plus 与 kernel-5.10 软件源。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Disable Plus and kernel-5.10, and verify the default entry with grubby after every update.',
        zh: '停用 Plus 与 kernel-5.10，并在每次更新后用 grubby 核对默认启动项。',
      },
    },
  ],
  effort: { onceMinutes: 5, perHostMinutes: 1 },
  sources: ['https://mirrors.openanolis.cn/anolis/8/kernel-5.10/x86_64/os/'],
  evaluate({ repositories }) {
    const anck = repositories.repositories.filter(
      (repository) =>
        repository.enabled &&
        urlsOf(repository).some((url) => /\/anolis\/[^/]+\/(Plus|kernel-5\.10)\//i.test(url)),
    )
    if (anck.length === 0) return pass
    const names = nameSome(anck.map(({ id }) => id))
    return {
      status: 'fail',
      here: {
        en: `${names} is enabled and offers ANCK kernels under the name kernel.`,
        zh: `软件源 ${names} 已启用，会以 kernel 之名提供 ANCK 内核。`,
      },
      evidence: [
        {
          fact: 'repositories',
          excerpt: excerptOf(anck.map((r) => `[${r.id}] ${r.file} ${urlsOf(r).join(' ')}`)),
        },
      ],
      remedies: anck.map(({ id }) => ({
        kind: 'command',
        argv: ['dnf', 'config-manager', '--set-disabled', id],
      })),
    }
  },
})
