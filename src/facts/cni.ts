import { defineCollector } from '../model/collector.ts'
import { objectOf, parseJsonObject, stringOf } from './json.ts'
import { distinct } from './marked.ts'
import { readable, withRemark } from './readable.ts'

const files = ['/etc/cni/net.d/*.conflist', '/etc/cni/net.d/*.conf', '/etc/cni/net.d/*.json'] as const

/** CNI configurations (names and plugin types only) and the plugin programs on disk. */
export const cni = defineCollector({
  fact: 'cni',
  set: 'full',
  command: 'cat /etc/cni/net.d/*; ls /opt/cni/bin',
  files,
  paths: ['/opt/cni/bin/*', '/usr/libexec/cni/*'],
  parse(input) {
    const { texts, note } = readable(input, files)
    const configs = [...texts].map(([file, text]) => ({ file, ...describe(text) }))
    const binaries = [...input.pathsMatching('/opt/cni/bin/*'), ...input.pathsMatching('/usr/libexec/cni/*')]
    const broken = configs.filter(({ file }) => parseJsonObject(texts.get(file) ?? '') === null)
    const remark = broken.length > 0 ? `no JSON in ${broken.map(({ file }) => file).join(', ')}` : null
    return withRemark(note({ configs, binaries }), remark)
  },
})

/** Name and plugin types of a network (`type`) or a list of them (`plugins`); empty for what is no JSON. */
function describe(text: string): { name: string | null; types: string[] } {
  const config = parseJsonObject(text)
  if (config === null) return { name: null, types: [] }
  const plugins = config.get('plugins')
  const chain = Array.isArray(plugins) ? plugins.map((plugin) => objectOf(plugin)) : [config]
  return {
    name: stringOf(config.get('name')),
    types: distinct(chain.flatMap((plugin) => stringOf(plugin?.get('type')) ?? [])),
  }
}
