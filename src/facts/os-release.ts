import { defineCollector, FactGap } from '../model/collector.ts'
import { parseOsRelease } from '../model/os-release.ts'
import { linesIn } from './values.ts'

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
