import type { Cluster } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import { parseOsRelease } from '../model/os-release.ts'
import { PlannedVerifyOs } from '../model/parameters-replace.ts'
import type { Clock, Host } from '../model/ports.ts'
import { defineStep, type Step, type StepContext, type StepMemory } from '../model/step.ts'
import { StepError } from '../model/step-error.ts'
import { shorten, visibleLine } from '../model/visible-text.ts'
import { hostAfter } from './after-replacement.ts'
import type { HostPort } from './data-ports.ts'
import { isOldSystem, systemBefore, type SystemBefore } from './old-system.ts'
import { machineOfHost } from './prove-machine.ts'
import { backOnNewDisk } from './keeps-data.ts'
import { keptPaths, proveKept, recordedKept } from './kept-data.ts'
import { claimsToReattach, proveVolumes } from './reattached-volumes.ts'
import { ownEndMs } from './step-ports.ts'
import type { z } from 'zod'

/** What the step is given; the cluster is asked only for volumes that are to be attached again. */
interface VerifyOsStepPorts extends HostPort {
  clock: Clock
  cluster: Cluster
}

type Context = StepContext<z.output<typeof PlannedVerifyOs>, VerifyOsStepPorts>

/**
 * Proves over SSH that the host runs the system that the plan has meant, and has what was to be preserved; on the way back only
 * the latter. It only looks: there is nothing to act.
 */
export const verifyOsStep: Step<typeof PlannedVerifyOs, VerifyOsStepPorts> = defineStep<
  typeof PlannedVerifyOs,
  VerifyOsStepPorts
>({
  uses: 'node.verify-os',
  with: PlannedVerifyOs,

  observe: async () => await Promise.resolve('done'),
  act: async () => await Promise.resolve(),

  async verify(context) {
    const { host, hostKey } = await hostAfter(context)
    const found = context.back === undefined ? await meantSystem(context, host) : {}
    const kept = await proveAll(context, host)
    return { ...found, ...kept, ...(hostKey === undefined ? {} : { hostKey }) }
  },
})

async function meantSystem(context: Context, host: Host): Promise<FoundSystem> {
  const { parameters, signal } = context
  const { system, osImage } = await systemOf(host, signal)
  const wrong = differences(system, parameters)
  if (wrong.length === 0) return system
  const what = wrong.join('; ')
  const { machineId } = await machineOfHost(host, { become: false, signal })
  const isOtherId = system.id !== parameters.osRelease.id
  if (isOldSystem(before(context), { osImage, machineId, isOtherId }, context.node)) throw isOld(host, what)
  throw new StepError('config', `${host.name} runs another system than was meant: ${what}`, {
    code: 'OS_IS_ANOTHER',
  })
}

function before({ remembered, foundBefore }: Context): SystemBefore {
  return systemBefore(remembered('cluster.snapshot'), foundBefore)
}

function isOld({ name }: Host, what: string): StepError {
  const message = `${name} runs the system that it had before: it was not replaced, or the new one did not boot and the old one is back by itself; look at the console of the first boot (${what})`
  return new StepError('config', message, { code: 'OS_IS_OLD' })
}

/** Compared with what was there before the system was replaced, whichever system is there now. */
async function proveAll(context: Context, host: Host): Promise<StepMemory> {
  const { node, run, ports, signal, foundBefore: memory, back } = context
  const { clock } = ports
  const next = `put it back, then osferry runs resume ${run.id} --retry ${node.name}; nothing is given back until then`
  const paths = keptPaths(node)
  const before = recordedKept(memory, { name: node.name, paths })
  const time = { clock, endMs: ownEndMs(context, 'node.verify-os', clock) }
  const isDiskAnew = back !== undefined && backOnNewDisk(node)
  const kept =
    paths.length === 0
      ? {}
      : await proveKept(
          host,
          { paths, before, time, hadPods: back?.hadPods === true, isDiskAnew, next },
          signal,
        )
  const claims = claimsToReattach(node)
  const volumes =
    claims.length === 0 ? {} : await proveVolumes(ports.cluster, { claims, memory, next }, signal)
  return { ...kept, ...volumes }
}

/** What a system says of itself; null = it does not say. */
export interface FoundSystem {
  id: string
  versionId: string | null
  variantId: string | null
  kernel: string
}

/** What is not as it was meant: found and wanted. */
export function differences(
  { id, versionId, variantId, kernel }: FoundSystem,
  { osRelease, kernelPrefixes }: z.output<typeof PlannedVerifyOs>,
): string[] {
  const { versionPrefix, variantId: variant } = osRelease
  const isVersion =
    versionPrefix === undefined || versionId === versionPrefix || versionId?.startsWith(`${versionPrefix}.`)
  const isKernel = kernelPrefixes?.some((prefix) => kernel.startsWith(prefix)) ?? true
  const said = (value: string | null): string => value ?? 'nothing'
  return [
    ...(id === osRelease.id ? [] : [`ID is ${id}, not ${osRelease.id}`]),
    ...(isVersion === true ? [] : [`VERSION_ID is ${said(versionId)}, not ${versionPrefix}`]),
    ...(variant === undefined || variantId === variant
      ? []
      : [`VARIANT_ID is ${said(variantId)}, not ${variant}`]),
    ...(isKernel ? [] : [`the kernel is ${kernel}, not ${kernelPrefixes?.join(' or ')}`]),
  ]
}

const marker = 'osferry-system'

/** Argument: marker. os-release(5): /usr/lib has it where /etc has not. */
const script = `
printf '\\n%s kernel=%s\\n' "$1" "$(uname -r)"
for file in /etc/os-release /usr/lib/os-release; do
  if [ -r "$file" ]; then
    printf '%s begin\\n' "$1"
    head -c 65536 "$file"
    break
  fi
done
printf '\\n%s end\\n' "$1"
`

const timeoutMs = 30_000
const longestValue = 200

async function systemOf(
  host: Host,
  signal: AbortSignal,
): Promise<{ system: FoundSystem; osImage: string | undefined }> {
  const { stdout, cut } = await host.run({
    argv: ['sh', '-c', script, 'osferry', marker],
    timeoutMs,
    maxOutputBytes: 256 * 1024,
    signal,
  })
  if (cut === 'timeout')
    throw new MigrationError('HOST_TIMEOUT', `${host.name} did not say in ${timeoutMs / 1000} s what it runs`)
  const text = new TextDecoder().decode(stdout)
  const [, kernel = ''] = new RegExp(`^${marker} kernel=(.*)$`, 'm').exec(text) ?? []
  const [, release] = new RegExp(`^${marker} begin\\n([^]*)\\n${marker} end$`, 'm').exec(text) ?? []
  if (release === undefined || kernel === '')
    throw new StepError(
      'config',
      `${host.name} does not say what it runs: it has no os-release file, or no uname`,
      {
        code: 'OS_NOT_TOLD',
      },
    )
  const fields = parseOsRelease(release)
  const valueOf = (key: string): string | null => {
    const value = fields.get(key)
    return value === undefined || value === '' ? null : told(value)
  }
  const system = {
    // The default of os-release(5).
    id: valueOf('ID') ?? 'linux',
    versionId: valueOf('VERSION_ID'),
    variantId: valueOf('VARIANT_ID'),
    kernel: told(kernel),
  }
  return { system, osImage: fields.get('PRETTY_NAME') }
}

function told(value: string): string {
  return shorten(visibleLine(value), longestValue)
}
