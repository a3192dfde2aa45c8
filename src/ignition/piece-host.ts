import { profileValue } from '../model/profile-fields.ts'
import { carriedDirectives } from './lost-parts.ts'
import { needFact, oneOf, refuseUnfit, type IgnitionRequest, type Piece } from './request.ts'
import { networkKeyfiles } from './network-keyfiles.ts'
import { networkdFiles } from './network-networkd.ts'
import { networkPlan } from './network-plan.ts'
import { textFile } from './text-file.ts'

const nodeName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/
const word = /^[A-Za-z0-9._:-]{1,253}$/
const value = /^\P{Cc}{0,1000}$/u

/** The name under which the cluster knows the node: a node that comes back as `localhost` is another one. */
export function hostnamePiece({ node }: IgnitionRequest): Piece {
  const name = oneOf(nodeName, node.name, 'the name of the node')
  return { from: ['plan.node'], files: [textFile('/etc/hostname', `${name}\n`)] }
}

/** Names that the host knows by itself. */
export function hostsPiece(request: IgnitionRequest): Piece {
  const { hostsEntries } = needFact(request, 'dns')
  if (hostsEntries.length === 0) return { from: ['facts.dns'] }
  const lines = hostsEntries.map(({ address, names }) =>
    [address, ...names].map((part) => oneOf(word, part, 'an entry of /etc/hosts')).join(' '),
  )
  const own = ['127.0.0.1 localhost localhost.localdomain', '::1 localhost localhost.localdomain']
  return { from: ['facts.dns'], files: [textFile('/etc/hosts', `${[...own, ...lines].join('\n')}\n`)] }
}

/** Interfaces, addresses, routes and name servers, for the program that the new system has. */
export function networkPiece(request: IgnitionRequest): Piece {
  const { interfaces, open } = networkPlan(request)
  const stack = profileValue(request.profile, 'network.stack')
  const render = stack === 'networkmanager' ? networkKeyfiles : networkdFiles
  const from = ['facts.nics', 'facts.addresses', 'facts.routes', 'facts.dns', 'profile.network.stack']
  return { from, files: render(interfaces), open }
}

/** Modules that are loaded at boot, by the names that the new kernel has for them, and how modules are loaded. */
export function modulesPiece(request: IgnitionRequest): Piece {
  const { load, directives } = needFact(request, 'moduleConfig')
  const newName = (module: string): string => {
    const name = oneOf(/^[A-Za-z0-9_*-]{1,64}$/, module, 'the name of a module')
    return request.renamedModules.get(name.replaceAll('-', '_')) ?? name
  }
  const names = new Set(load.map(({ module }) => newName(module)))
  const rules = directives
    .filter(({ file, directive }) => file.startsWith('/etc/') && carriedDirectives.has(directive))
    .map(({ directive, module, value: text }) =>
      `${directive} ${newName(module)} ${oneOf(value, text, `what modprobe.d says of ${module}`)}`.trim(),
    )
  return {
    from: ['facts.moduleConfig', 'profile.kernel.line'],
    files: [
      ...(names.size === 0
        ? []
        : [textFile('/etc/modules-load.d/90-osferry.conf', linesOf([...names].toSorted()))]),
      ...(rules.length === 0
        ? []
        : [textFile('/etc/modprobe.d/90-osferry.conf', linesOf([...new Set(rules)]))]),
    ],
  }
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

/** Kernel settings of the administrator; the last one of a key counts, as systemd-sysctl has it. */
export function sysctlPiece(request: IgnitionRequest): Piece {
  const { files } = needFact(request, 'sysctl')
  const own = files.filter(({ file }) => file.startsWith('/etc/'))
  if (own.length === 0) return { from: ['facts.sysctl'] }
  const settings = new Map(
    own.map((row) => [
      oneOf(/^-?[A-Za-z0-9._/*:-]{1,200}$/, row.key, 'a key of sysctl'),
      oneOf(value, row.value, `the value of ${row.key}`),
    ]),
  )
  const lines = [...settings].map(([key, text]) => `${key} = ${text}`).sort()
  return {
    from: ['facts.sysctl'],
    files: [textFile('/etc/sysctl.d/90-osferry.conf', `${lines.join('\n')}\n`)],
  }
}

/** Servers that tell the time. */
export function timePiece(request: IgnitionRequest): Piece {
  const servers = request.settings.timeServers ?? needFact(request, 'time').servers
  if (servers.length === 0) return { from: ['facts.time'] }
  const names = servers.map((server) => oneOf(word, server, 'a time server'))
  const service = profileValue(request.profile, 'time.service')
  const from = [
    request.settings.timeServers === undefined ? 'facts.time' : 'settings.timeServers',
    'profile.time.service',
  ]
  if (service === 'systemd-timesyncd')
    return {
      from,
      files: [textFile('/etc/systemd/timesyncd.conf.d/90-osferry.conf', `[Time]\nNTP=${names.join(' ')}\n`)],
    }
  const chrony = [
    ...names.map((name) => `server ${name} iburst`),
    'driftfile /var/lib/chrony/drift',
    'makestep 1.0 3',
    'rtcsync',
  ]
  return { from, files: [textFile('/etc/chrony.conf', `${chrony.join('\n')}\n`)] }
}

/** Proxies of services, as systemd gives them to all of them. */
export function proxyPiece(request: IgnitionRequest): Piece {
  const { settings } = needFact(request, 'proxy')
  const known = new Map(settings.map((row) => [row.key.toUpperCase(), row.value]))
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].filter((name) => known.has(name))
  if (names.length === 0) return { from: ['facts.proxy'] }
  const words = names.flatMap((name) => {
    const text = oneOf(/^[^\p{Cc}\s"'\\]{0,2000}$/u, known.get(name) ?? '', name).replaceAll('%', '%%')
    return [`"${name}=${text}"`, `"${name.toLowerCase()}=${text}"`]
  })
  const text = `[Manager]\nDefaultEnvironment=${words.join(' ')}\n`
  return {
    from: ['facts.proxy'],
    files: [textFile('/etc/systemd/system.conf.d/90-osferry-proxy.conf', text)],
  }
}

/** People who may log in, by the settings alone: what the old system allowed counts for nothing. */
export function usersPiece(request: IgnitionRequest): Piece {
  const { users } = request.settings
  if (users.length === 0) return { from: ['settings.users'] }
  if (!profileValue(request.profile, 'packages.sshd'))
    return refuseUnfit(
      request,
      `nobody can log in to ${request.profile.name} over SSH: settings.users names ${users.length}`,
    )
  const known = request.facts.users
  const ids = new Map(known?.status === 'ok' ? known.value.users.map(({ name, uid }) => [name, uid]) : [])
  return {
    from: ['settings.users', 'facts.users'],
    users: users.map(({ name, authorizedKeys, groups }) => ({
      name,
      ...(ids.has(name) ? { uid: ids.get(name) } : {}),
      ...(groups.length === 0 ? {} : { groups }),
      sshAuthorizedKeys: [...authorizedKeys],
    })),
  }
}

/** Certificate authorities of the team, and what makes them count. */
export function trustPiece(request: IgnitionRequest): Piece {
  const { certificateAuthorities } = request.settings
  if (certificateAuthorities.length === 0) return { from: ['settings.certificateAuthorities'] }
  const directory = profileValue(request.profile, 'trust.directory')
  const update = profileValue(request.profile, 'trust.update')
  const contents = [
    '[Unit]',
    'Description=Trust the certificate authorities of the team',
    'Before=containerd.service kubelet.service',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    `ExecStart=${(update ?? []).join(' ')}`,
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n')
  return {
    from: ['settings.certificateAuthorities', 'profile.trust.directory', 'profile.trust.update'],
    files: certificateAuthorities.map(({ name, pem }) =>
      textFile(`${directory}/${name.replace(/\.(pem|crt)$/, '')}.pem`, pem),
    ),
    ...(update === null ? {} : { units: [{ name: 'osferry-trust.service', enabled: true, contents }] }),
  }
}

/** Parameters that change what a machine can do; the rest is of the old system. https://docs.kernel.org/admin-guide/kernel-parameters.html */
const carried =
  /^(default_hugepagesz|hugepagesz|hugepages|transparent_hugepage|intel_iommu|amd_iommu|iommu|isolcpus|nohz_full|rcu_nocbs|irqaffinity|numa_balancing|nosmt|mitigations|net\.ifnames|biosdevname|kvm_intel\.nested|kvm_amd\.nested|mem_encrypt|kvm_amd\.sev|psi|cgroup_enable)(=|$)/

/** Kernel arguments that the host has and needs, and those of the settings. */
export function kernelArgumentsPiece(request: IgnitionRequest): Piece {
  const { cmdline } = needFact(request, 'kernel')
  const kept = cmdline.filter((argument) => carried.test(argument) && /^[^\s"'\0]{1,500}$/.test(argument))
  const words = [...new Set([...kept, ...request.settings.kernelArguments])]
  return { from: ['facts.kernel', 'settings.kernelArguments'], kernelArguments: words }
}
