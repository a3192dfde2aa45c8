import type { CollectorInput } from '../model/collector.ts'
import { defineCollector, FactGap } from '../model/collector.ts'
import type { Kubelet } from '../model/facts-container.ts'
import { parseCertificate } from './certificate.ts'
import { environmentFile, flagValue, flagValues, joinedFlags, unitWords } from './command-line.ts'
import { parseKubeletConfig, readGates } from './kubelet-config.ts'
import { harmlessFlag } from './kubelet-flags.ts'
import { linesOf, namesOf } from './marked.ts'
import type { NodeParts } from './node-answer.ts'
import { certificatesOf, hasProgram, nodeParts, statePaths, stateOfAny, versionOf } from './node-answer.ts'
import type { Distribution } from './node-marks.ts'
import { distributionOf, distributionPaths, processesOf, refuseToDeny, unitPaths } from './node-marks.ts'
import { nodeScript } from './node-script.ts'
import { redact } from '../model/redact.ts'

const unit = 'kubelet.service'
const dropIns = [
  '/usr/lib/systemd/system/kubelet.service.d/*.conf',
  '/etc/systemd/system/kubelet.service.d/*.conf',
] as const
const environmentFiles = [
  '/var/lib/kubelet/kubeadm-flags.env',
  '/etc/default/kubelet',
  '/etc/sysconfig/kubelet',
  '/etc/kubernetes/kubelet.env',
] as const

const defaultConfig = '/var/lib/kubelet/config.yaml'

/** The kubelet: version, flags, the settings that the new system must repeat, and its certificates' expiry. */
export const kubelet = defineCollector({
  fact: 'kubelet',
  set: 'full',
  command:
    'systemctl cat kubelet; tr "\\0" "\\n" < /proc/$(pidof kubelet)/cmdline; cat /var/lib/kubelet/config.yaml',
  timeoutMs: 30_000,
  script: nodeScript,
  files: [...unitPaths(unit), ...dropIns, ...environmentFiles, '/proc/sys/kernel/hostname'],
  paths: [...statePaths(unit), ...unitPaths(unit), ...distributionPaths, defaultConfig],
  parse(input) {
    const parts = nodeParts(input.stdout)
    const running = linesOf(parts, 'kubelet process')
    const words = (running.length > 0 ? running : unitWords(textsOf(input), variablesOf(input))).slice(1)
    const [readConfig] = namesOf(parts, 'kubelet config ')
    const config = parseKubeletConfig(linesOf(parts, `kubelet config ${readConfig ?? ''}`))
    const distribution = distributionOf(input, parts)
    if (running.length === 0 && distribution === null) refuseToGuess(input, parts)
    const installed = hasProgram(parts, 'kubelet') || running.length > 0 || distribution !== null
    const state = stateOfAny(input, parts, [unit, ...(distribution?.units ?? [])])
    // Such a distribution makes up the flags of its kubelet when it starts it.
    const isInside = running.length === 0 && distribution !== null
    const either = (flag: string, key: string): string | null =>
      flagValue(words, flag) ?? config.scalars.get(key) ?? null
    const featureGates = new Map(config.featureGates)
    for (const text of flagValues(words, 'feature-gates')) readGates(text, featureGates)
    const configFile = flagValue(words, 'config') ?? readConfig ?? null
    const failSwapOn = either('fail-swap-on', 'failSwapOn')
    const value: Kubelet = {
      installed,
      version: versionOf(parts, 'kubelet') ?? (distribution && versionOf(parts, distribution.name)),
      active: running.length > 0 || state.active,
      enabled: state.enabled,
      args: joinedFlags(words).map((word) => redact(harmlessFlag(word)).slice(0, 1000)),
      configFile,
      configRead:
        readConfig !== undefined || (configFile === null && !isInside && !input.hidden(defaultConfig)),
      cgroupDriver: either('cgroup-driver', 'cgroupDriver'),
      rootDir: flagValue(words, 'root-dir') ?? '/var/lib/kubelet',
      nodeName: installed ? nodeNameOf(input, parts, words) : null,
      runtimeEndpoint: either('container-runtime-endpoint', 'containerRuntimeEndpoint'),
      resolvConf: either('resolv-conf', 'resolvConf'),
      staticPodPath: either('pod-manifest-path', 'staticPodPath'),
      failSwapOn: failSwapOn === 'true' ? true : failSwapOn === 'false' ? false : null,
      featureGates: Object.fromEntries([...featureGates].filter(([name]) => name !== '__proto__')),
      certificates: kubeletCertificates(input, parts),
    }
    const missing = [...missingOf(value, parts), ...unseenOf(value, parts, isInside ? distribution : null)]
    return missing.length === 0 ? value : { value, degraded: missing.join('; ') }
  },
})

/** "No kubelet" is only said where none would have been seen. */
function refuseToGuess(input: CollectorInput, parts: NodeParts): void {
  if (!hasProgram(parts, 'kubelet') && processesOf(parts).has('kubelet')) {
    const reason = input.privilege === 'user' ? 'permission-denied' : 'failed'
    throw new FactGap(reason, 'a kubelet runs, but neither its command line nor its program could be read')
  }
  refuseToDeny(input, parts, { program: 'kubelet', unit, sockets: [] })
}

function unseenOf(value: Kubelet, parts: NodeParts, inside: Distribution | null): string[] {
  const isLost = value.installed && value.version === null && !hasProgram(parts, 'kubelet')
  return [
    ...(inside === null ? [] : [`the kubelet is a part of ${inside.name}: its settings are not known`]),
    ...(isLost ? ['the program of the kubelet was not found: its version is not known'] : []),
  ]
}

function missingOf(value: Kubelet, parts: NodeParts): string[] {
  const denied = namesOf(parts, 'denied ').filter((path) => /^\/var\/lib\/(?:kubelet|rancher)\//.test(path))
  const [readConfig] = namesOf(parts, 'kubelet config ')
  const other = value.configFile !== null && value.configFile !== readConfig && denied.length === 0
  return [
    ...(denied.length > 0 ? [`not allowed to read ${denied.slice(0, 3).join(', ')}`] : []),
    ...(other ? [`${value.configFile} could not be read`] : []),
  ]
}

function kubeletCertificates(input: CollectorInput, parts: NodeParts): Kubelet['certificates'] {
  const found = certificatesOf(parts, [
    '/var/lib/kubelet/pki/',
    '/var/lib/rancher/k3s/agent/',
    '/var/lib/rancher/rke2/agent/',
  ])
  return found?.length === 0 && input.privilege === 'user' ? null : found
}

/** What the API server knows the node by: the certificate says it for sure, then the flag, then the host's name. */
function nodeNameOf(input: CollectorInput, parts: NodeParts, words: readonly string[]): string | null {
  const client = '/var/lib/kubelet/pki/kubelet-client-current.pem'
  const hostname = input.files.get('/proc/sys/kernel/hostname')
  const host = hostname?.status === 'read' ? hostname.text.trim().toLowerCase() : ''
  return (
    parseCertificate(linesOf(parts, `certificate ${client}`))?.nodeName ??
    flagValue(words, 'hostname-override') ??
    (host === '' ? null : host)
  )
}

function textsOf(input: CollectorInput): string[] {
  const texts = unitPaths(unit).map((path) => readText(input, path) ?? '')
  const more = dropIns
    .flatMap((pattern) => input.matching(pattern))
    .map((path) => readText(input, path) ?? '')
  return [texts.find((text) => text !== '') ?? '', ...more]
}

function variablesOf(input: CollectorInput): ReadonlyMap<string, string> {
  return new Map(environmentFiles.flatMap((file) => [...environmentFile(readText(input, file) ?? '')]))
}

function readText(input: CollectorInput, path: string): string | undefined {
  const answer = input.files.get(path)
  return answer?.status === 'read' ? answer.text : undefined
}
