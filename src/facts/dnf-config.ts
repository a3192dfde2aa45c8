import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import { iniBoolean, iniText, iniWords, parseIni } from './ini.ts'
import { distinct, wholeNumber } from './marked.ts'
import { readable } from './readable.ts'

const files = [
  '/etc/dnf/dnf.conf',
  '/etc/yum.conf',
  '/etc/dnf/plugins/*.conf',
  '/etc/yum/pluginconf.d/*.conf',
] as const

/** The settings of dnf.conf (or a yum.conf of its own) that decide about a package transaction. */
export const dnfConfig = defineCollector({
  fact: 'dnfConfig',
  set: 'full',
  command: 'cat /etc/dnf/dnf.conf; ls -l /etc/yum.conf; grep -r enabled /etc/dnf/plugins',
  files,
  paths: ['/etc/yum.conf'],
  parse(input) {
    const { texts, note } = readable(input, files)
    const yumConfIsFile = input.paths.get('/etc/yum.conf')?.kind === 'file'
    const mains = ['/etc/dnf/dnf.conf', ...(yumConfIsFile ? ['/etc/yum.conf'] : [])].flatMap((file) =>
      parseIni(texts.get(file) ?? '').filter(({ name }) => name === 'main'),
    )
    const first = <T>(read: (main: (typeof mains)[number]) => T | null): T | null =>
      mains.map(read).find((value) => value !== null) ?? null
    return note({
      exclude: distinct(mains.flatMap((main) => iniWords(main, 'exclude', 'excludepkgs'))),
      pluginpath: first((main) => iniText(main, 'pluginpath')),
      plugins: first((main) => iniBoolean(main, 'plugins')),
      distroverpkg: first((main) => iniText(main, 'distroverpkg')),
      installonlyLimit: first((main) => wholeNumber(iniText(main, 'installonly_limit') ?? undefined)),
      yumConfIsFile,
      enabledPlugins: enabledPlugins(input, texts),
    })
  },
})

function enabledPlugins(input: CollectorInput, texts: ReadonlyMap<string, string>): string[] {
  const configs = [
    ...input.matching('/etc/dnf/plugins/*.conf'),
    ...input.matching('/etc/yum/pluginconf.d/*.conf'),
  ]
  return distinct(
    configs.flatMap((file) => {
      const main = parseIni(texts.get(file) ?? '').find(({ name }) => name === 'main')
      const name = file.slice(file.lastIndexOf('/') + 1, -'.conf'.length)
      return iniBoolean(main, 'enabled') === true ? [name] : []
    }),
  )
}
