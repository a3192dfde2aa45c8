import { defineCollector } from '../model/collector.ts'
import { installedScript, parseInstalled } from './installed.ts'

const distributions =
  'centos|centos-linux|centos-stream|anolis|redhat|almalinux|rocky|rocky-linux|oraclelinux|oracle|fedora|openeuler|alinux|kylin|system'
const release = new RegExp(`^(?:${distributions})-release(?:-el\\d+)?$`)
const branding = new RegExp(
  `^(?:${distributions})-(?:logos(?:-httpd|-ipa)?|indexhtml|backgrounds|bookmarks|gpg-keys|repos|release-server)$`,
)

/** Packages that say which distribution this is; an in-place conversion swaps them. */
export const releasePackages = defineCollector({
  fact: 'releasePackages',
  set: 'basic',
  command: "rpm -qa '*-release*' '*-logos*' '*-repos' '*-gpg-keys' ...",
  script: installedScript,
  timeoutMs: 30_000,
  maxBytes: 4 * 1024 * 1024,
  parse({ stdout }) {
    const packages = parseInstalled(stdout).flatMap(({ name, version, release: build, vendor }) => {
      const role = release.test(name) ? 'release' : branding.test(name) ? 'branding' : null
      return role === null ? [] : [{ name, version, release: build, vendor, role } as const]
    })
    return { packages }
  },
})
