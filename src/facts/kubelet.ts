import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import type { Kubelet } from '../model/facts-container.ts'
import { parseCertificate } from './certificate.ts'
import { environmentFile, flagValue, flagValues, joinedFlags, unitWords } from './command-line.ts'
import { parseKubeletConfig, readGates } from './kubelet-config.ts'
import { harmlessFlag } from './kubelet-flags.ts'
import { linesOf, namesOf } from './marked.ts'
import type { NodeParts } from './node-answer.ts'
import { certificatesOf, hasProgram, nodeParts, statePaths, stateOf, versionOf } from './node-answer.ts'
import { nodeScript } from './node-script.ts'
import { redact } from './redact.ts'

const unitFiles = [
  '/usr/lib/systemd/system/kubelet.service',
  '/etc/systemd/system/kubelet.service',
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
  files: [...unitFiles, ...environmentFiles, '/proc/sys/kernel/hostname'],
  paths: [...statePaths('kubelet.service'), defaultConfig],
  parse(input) {
    const parts = nodeParts(input.stdout)
    const running = linesOf(parts, 'kubelet process')
    const words = (running.length > 0 ? running : unitWords(textsOf(input), variablesOf(input))).slice(1)
    const [readConfig] = namesOf(parts, 'kubelet config ')
    const config = parseKubeletConfig(linesOf(parts, `kubelet config ${readConfig ?? ''}`))
    const installed = hasProgram(parts, 'kubelet')
    const state = stateOf(input, parts, 'kubelet.service')
    const either = (flag: string, key: string): string | null =>
      flagValue(words, flag) ?? config.scalars.get(key) ?? null
    const featureGates = new Map(config.featureGates)
    for (const text of flagValues(words, 'feature-gates')) readGates(text, featureGates)
    const configFile = flagValue(words, 'config') ?? readConfig ?? null
    const failSwapOn = either('fail-swap-on', 'failSwapOn')
    const value: Kubelet = {
      installed,
      version: versionOf(parts, 'kubelet'),
      active: running.length > 0 || state.active,
      enabled: state.enabled,
      args: joinedFlags(words).map((word) => redact(harmlessFlag(word)).slice(0, 1000)),
      configFile,
      configRead: readConfig !== undefined || (configFile === null && !input.hidden(defaultConfig)),
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
    const missing = missingOf(value, parts)
    return missing.length === 0 ? value : { value, degraded: missing.join('; ') }
  },
})

function missingOf(value: Kubelet, parts: NodeParts): string[] {
  const denied = namesOf(parts, 'denied ').filter((path) => path.startsWith('/var/lib/kubelet/'))
  const [readConfig] = namesOf(parts, 'kubelet config ')
  const other = value.configFile !== null && value.configFile !== readConfig && denied.length === 0
  return [
    ...(denied.length > 0 ? [`not allowed to read ${denied.slice(0, 3).join(', ')}`] : []),
    ...(other ? [`${value.configFile} could not be read`] : []),
  ]
}

function kubeletCertificates(input: CollectorInput, parts: NodeParts): Kubelet['certificates'] {
  const found = certificatesOf(parts, ['/var/lib/kubelet/pki/'])
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
  const [vendor, own] = [readText(input, unitFiles[0]), readText(input, unitFiles[1])]
  const dropIns = [...input.matching(unitFiles[2]), ...input.matching(unitFiles[3])]
  return [own ?? vendor ?? '', ...dropIns.map((file) => readText(input, file) ?? '')]
}

function variablesOf(input: CollectorInput): ReadonlyMap<string, string> {
  return new Map(environmentFiles.flatMap((file) => [...environmentFile(readText(input, file) ?? '')]))
}

function readText(input: CollectorInput, path: string): string | undefined {
  const answer = input.files.get(path)
  return answer?.status === 'read' ? answer.text : undefined
}
