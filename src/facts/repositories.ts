import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import type { Repositories } from '../model/facts-packages.ts'
import type { IniSection } from './ini.ts'
import { iniBoolean, iniText, iniWords, parseIni } from './ini.ts'
import { readable } from './readable.ts'
import { isAddress, withoutCredentials } from './url.ts'

const files = [
  '/etc/yum.repos.d/*.repo',
  '/etc/dnf/dnf.conf',
  '/etc/yum.conf',
  '/etc/dnf/vars/*',
  '/etc/yum/vars/*',
] as const

/** Repositories of yum.repos.d and of dnf.conf itself, and the variables their addresses use. */
export const repositories = defineCollector({
  fact: 'repositories',
  set: 'full',
  command: 'cat /etc/yum.repos.d/*.repo /etc/dnf/dnf.conf /etc/dnf/vars/*',
  files,
  parse(input) {
    const { texts, note } = readable(input, files)
    const repositories = [...texts]
      .filter(([file]) => !file.includes('/vars/') && !isLinkedYumConf(input, file))
      .flatMap(([file, text]) =>
        parseIni(text)
          .filter(({ name }) => name !== '' && name !== 'main')
          .map((section) => repositoryOf(section, file)),
      )
    return note({ repositories, vars: variables(texts) })
  },
})

type Repository = Repositories['repositories'][number]

function repositoryOf(section: IniSection, file: string): Repository {
  return {
    id: section.name,
    name: iniText(section, 'name'),
    file,
    enabled: iniBoolean(section, 'enabled') ?? true,
    baseurl: addresses(section, 'baseurl'),
    mirrorlist: addresses(section, 'mirrorlist')[0] ?? null,
    metalink: addresses(section, 'metalink')[0] ?? null,
    gpgcheck: iniBoolean(section, 'gpgcheck'),
    gpgkey: addresses(section, 'gpgkey'),
    exclude: iniWords(section, 'exclude', 'excludepkgs'),
  }
}

function addresses(section: IniSection, key: string): string[] {
  return iniWords(section, key).filter(isAddress).map(withoutCredentials)
}

/** /etc/yum.conf is a link to dnf.conf on CentOS 8: the same repositories must not count twice. */
function isLinkedYumConf(input: CollectorInput, file: string): boolean {
  if (file !== '/etc/yum.conf') return false
  const [yum, dnf] = [input.files.get('/etc/yum.conf'), input.files.get('/etc/dnf/dnf.conf')]
  return yum?.status === 'read' && dnf?.status === 'read' && yum.text === dnf.text
}

/** First line of each file; names that look like secrets keep their name only. */
function variables(texts: ReadonlyMap<string, string>): Record<string, string> {
  const vars = [...texts].flatMap(([file, text]): [string, string][] => {
    const name = /^\/etc\/(?:dnf|yum)\/vars\/([\w.-]+)$/.exec(file)?.[1]
    if (name === undefined || name === '__proto__') return []
    const value = withoutCredentials((text.split('\n')[0] ?? '').trim())
    return [[name, /pass|token|secret|key|cred|auth/i.test(name) ? '<redacted>' : value]]
  })
  return Object.fromEntries(vars)
}
