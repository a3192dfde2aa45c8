import { defineCollector } from '../model/collector.ts'
import type { Proxy } from '../model/facts-hardware.ts'
import { linesIn, noteDenied, readTexts } from './values.ts'

const files = [
  '/etc/environment',
  '/etc/profile',
  '/etc/profile.d/*.sh',
  '/etc/dnf/dnf.conf',
  '/etc/yum.conf',
  '/etc/systemd/system.conf',
  '/etc/systemd/system.conf.d/*.conf',
  '/etc/systemd/system/*.service.d/*.conf',
  '/etc/sysconfig/docker',
]

/** Proxy settings of logins, dnf and services. The script takes credentials out of URLs before they leave the host. */
export const proxy = defineCollector({
  fact: 'proxy',
  set: 'full',
  command:
    'grep -i proxy /etc/environment /etc/profile.d/*.sh /etc/dnf/dnf.conf /etc/systemd/system/*.service.d/*.conf',
  files,
  parse(input) {
    const settings = readTexts(input, files).flatMap(([file, text]) => settingsIn(file, text))
    return noteDenied(input, [...files, ...files.flatMap((pattern) => [...input.matching(pattern)])], {
      settings: [...input.atMost(settings, 200, 'settings')],
    })
  },
})

function settingsIn(file: string, text: string): Proxy['settings'] {
  const isDnf = file.endsWith('/dnf.conf') || file.endsWith('/yum.conf')
  const pattern = isDnf
    ? /^(proxy)\s*=\s*(\S+)/
    : /(?:^|[\s"';])((?:https?|ftp|all|no)_proxy)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"';]+))/gi
  return linesIn(text)
    .filter((line) => !/^\s*[#;]/.test(line))
    .flatMap((line) => (isDnf ? [pattern.exec(line)] : [...line.matchAll(pattern)]))
    .flatMap((match) => {
      const value = match?.[2] ?? match?.[3] ?? match?.[4]
      return match?.[1] === undefined || value === undefined
        ? []
        : [{ file, key: match[1], value: withoutLogin(value) }]
    })
}

/** `http://name:password@host` and `name:password@host`, which curl and dnf take too; a password may hold `@` and `/`. */
function withoutLogin(value: string): string {
  const scheme = /^[a-z0-9+.-]+:\/\//i.exec(value)?.[0] ?? ''
  return scheme + value.slice(Math.max(scheme.length, value.lastIndexOf('@') + 1))
}
