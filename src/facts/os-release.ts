import { defineCollector, FactGap } from '../model/collector.ts'
import { linesIn, shellWords } from './values.ts'

const releaseFiles = ['/etc/centos-release', '/etc/redhat-release', '/etc/system-release']

/** os-release(5), and the release line that alone holds the minor version on CentOS. */
export const osRelease = defineCollector({
  fact: 'osRelease',
  set: 'basic',
  command: 'cat /etc/os-release /etc/centos-release',
  files: ['/etc/os-release', '/usr/lib/os-release', ...releaseFiles],
  parse(input) {
    const text = input.text('/etc/os-release') ?? input.text('/usr/lib/os-release')
    const releaseLine =
      releaseFiles.map((path) => linesIn(input.text(path))[0]?.trim()).find((line) => line) ?? null
    if (text === undefined && releaseLine === null) throw new FactGap('failed', 'no os-release file')
    const values = parseOsRelease(text ?? '')
    const get = (key: string): string | null => values.get(key) || null
    return {
      // Defaults of os-release(5).
      id: get('ID') ?? 'linux',
      idLike: (get('ID_LIKE') ?? '').split(' ').filter((word) => word !== ''),
      name: get('NAME') ?? 'Linux',
      version: get('VERSION'),
      versionId: get('VERSION_ID'),
      platformId: get('PLATFORM_ID'),
      prettyName: get('PRETTY_NAME'),
      variantId: get('VARIANT_ID'),
      cpeName: get('CPE_NAME'),
      releaseLine,
      release: /release (\d+(?:\.\d+)*)/.exec(releaseLine ?? '')?.[1] ?? null,
    }
  },
})

function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const pairs = linesIn(text).flatMap((line): [string, string][] => {
    const match = /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line)
    return match === null ? [] : [[match[1] ?? '', shellWords(match[2] ?? '')[0] ?? '']]
  })
  return new Map(pairs)
}
