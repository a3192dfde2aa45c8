import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import type { NetworkConfig } from '../model/facts-hardware.ts'
import { shellWords } from '../model/shell-words.ts'
import { parseIni } from './ini.ts'
import { ifcfgKeys, keyfileKeys } from './network-keys.ts'
import { withRemark } from './readable.ts'
import { linesIn, noteDenied, readTexts } from './values.ts'

const ifcfg = '/etc/sysconfig/network-scripts/ifcfg-*'
const keyfiles = '/etc/NetworkManager/system-connections/*'
const routeFiles = ['route-*', 'route6-*', 'rule-*', 'rule6-*'].map(
  (name) => `/etc/sysconfig/network-scripts/${name}`,
)
const links = '/etc/systemd/network/*.link'
const rules = '/etc/udev/rules.d/*.rules'
const nmWanted = '/etc/systemd/system/*.wants/NetworkManager.service'
const networkWanted = '/etc/rc.d/rc[35].d/S*network'
const networkdWanted = '/etc/systemd/system/*.wants/systemd-networkd.service'

const script = `
set --
for path in /etc/NetworkManager/dispatcher.d/* /etc/NetworkManager/dispatcher.d/*.d/* /sbin/ifup-local /sbin/ifup-pre-local /sbin/ifdown-local /sbin/ifdown-pre-local; do
  [ -f "$path" ] || continue
  # What the distribution ships under these names saves a query of the package database.
  case $path in */11-dhclient | */20-chrony* | */04-iscsi | */90-nm-cloud-setup.sh | */10-ifcfg-rh-routes.sh | */00-netreport | */13-named | */no-wait.d/*) continue ;; esac
  set -- "$@" "$path"
  if [ $# -ge 100 ]; then echo more; break; fi
done
[ $# -gt 0 ] || exit 0
for path; do printf 'script %s\\n' "$path"; done
rpm -qf --nodigest --nosignature "$@"
exit 0`

/** How the network is configured on disk. Only listed keys are kept: keyfiles hold pre-shared keys. */
export const networkConfig = defineCollector({
  fact: 'networkConfig',
  set: 'full',
  command: 'cat /etc/sysconfig/network-scripts/ifcfg-* /etc/NetworkManager/system-connections/*',
  files: [ifcfg, keyfiles, rules],
  paths: [...routeFiles, links, nmWanted, networkWanted, networkdWanted],
  script,
  parse(input) {
    const known = (pattern: string): boolean => input.pathsMatching(pattern).length > 0
    const value = {
      networkManager: known(nmWanted),
      networkScripts: known(networkWanted),
      networkd: known(networkdWanted),
      ifcfg: ifcfgFiles(input),
      keyfiles: keyfilesOf(input),
      scripts: scriptsOf(input.stdout),
      routeFiles: [
        ...input.atMost(
          routeFiles.flatMap((pattern) => input.pathsMatching(pattern)),
          200,
          'route files',
        ),
      ],
      linkFiles: [...input.atMost(input.pathsMatching(links), 200, 'link files')],
      udevNetRules: readTexts(input, [rules])
        .filter(([, text]) => /^[^#\n]*SUBSYSTEM=="net"/m.test(text) && /\bNAME[:+]?=/.test(text))
        .map(([path]) => path),
    }
    const denied = [...input.matching(ifcfg), ...input.matching(keyfiles)]
    const noted = noteDenied(input, denied, value)
    const isCut = linesIn(input.stdout).includes('more')
    return withRemark(noted, isCut ? 'only the first 100 network hooks were looked at' : null)
  },
})

function ifcfgFiles(input: CollectorInput): NetworkConfig['ifcfg'] {
  const files = readTexts(input, [ifcfg]).filter(
    ([path]) => !/ifcfg-lo$|\.(bak|old|orig|rpmsave|rpmnew|swp)$|~$/.test(path),
  )
  return input.atMost(files, 300, 'ifcfg files').map(([file, text]) => {
    const pairs = linesIn(text).flatMap((line): [string, string][] => {
      const [, key, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? []
      if (key === undefined || value === undefined || !ifcfgKeys.test(key)) return []
      return [[key.toUpperCase(), shellWords(value).join(' ')]]
    })
    const settings = Object.fromEntries(pairs)
    return { file, device: settings['DEVICE'] ?? /ifcfg-(.+)$/.exec(file)?.[1] ?? null, settings }
  })
}

function keyfilesOf(input: CollectorInput): NetworkConfig['keyfiles'] {
  return input.atMost(readTexts(input, [keyfiles]), 300, 'keyfiles').map(([file, text]) => {
    const pairs = parseIni(text).flatMap((section) =>
      [...section.values].flatMap(([key, lines]): [string, string][] => {
        const name = `${section.name}.${key}`
        return keyfileKeys.test(name) ? [[name, lines.join(' ')]] : []
      }),
    )
    const settings = Object.fromEntries(pairs)
    return {
      file,
      id: settings['connection.id'] ?? null,
      type: settings['connection.type'] ?? null,
      interface: settings['connection.interface-name'] ?? null,
      settings,
    }
  })
}

/** Those of which rpm says that no package owns them; all of them where there is no rpm. */
function scriptsOf(stdout: string): string[] {
  const lines = linesIn(stdout).filter((line) => line !== 'more')
  const scripts = lines
    .filter((line) => line.startsWith('script '))
    .map((line) => line.slice('script '.length))
  const answered = lines.length > scripts.length
  return answered
    ? scripts.filter((path) => lines.includes(`file ${path} is not owned by any package`))
    : scripts
}
