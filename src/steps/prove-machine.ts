import { z } from 'zod'
import { parseApiObject } from '../model/api-object.ts'
import type { Cluster } from '../model/cluster-port.ts'
import { MigrationError } from '../model/errors.ts'
import type { Host } from '../model/ports.ts'
import { StepError } from '../model/step-error.ts'
import { nodeRef } from './core-objects.ts'

/** What tells one machine from another; undefined = it does not tell. */
export interface Machine {
  /** machine-id(5): of an installation. */
  machineId: string | undefined
  /** Of a boot. */
  bootId: string | undefined
  /** Of the hardware: it outlives an installation, and only root may read it. */
  productUuid: string | undefined
  /** As its kernel has it, which people choose. */
  hostname: string | undefined
}

/** Who a machine has to be, and who says so. */
export interface ExpectedMachine extends Machine {
  /** `the node node-1`, `its facts`. */
  by: string
}

const marker = 'osferry-machine'
const places = [
  '/etc/machine-id',
  '/proc/sys/kernel/random/boot_id',
  '/sys/class/dmi/id/product_uuid',
  '/proc/sys/kernel/hostname',
] as const

/** Arguments: marker, files. Prints the first line of each; nothing but the shell itself is needed. */
const script = `
marker=$1
shift
for file in "$@"; do
  line=
  [ ! -r "$file" ] || read -r line <"$file"
  printf '\\n%s %s=%s\\n' "$marker" "$file" "$line"
done
`

/** Asks a host which machine it is. What it does not tell is undefined. */
export async function machineOfHost(
  host: Host,
  { become, signal }: { become: boolean; signal: AbortSignal },
): Promise<Machine> {
  const timeoutMs = 30_000
  const { stdout, cut } = await host.run({
    argv: ['sh', '-c', script, 'osferry', marker, ...places],
    become,
    timeoutMs,
    maxOutputBytes: 64 * 1024,
    signal,
  })
  if (cut === 'timeout')
    throw new MigrationError('HOST_TIMEOUT', `${host.name} did not say in ${timeoutMs / 1000} s who it is`)
  const lines = new TextDecoder().decode(stdout).split('\n')
  const told = (place: (typeof places)[number], form: RegExp): string | undefined => {
    const start = `${marker} ${place}=`
    const value = lines.find((line) => line.startsWith(start))?.slice(start.length)
    return wordIn(value, form)
  }
  return {
    machineId: told('/etc/machine-id', hex32),
    bootId: told('/proc/sys/kernel/random/boot_id', uuid),
    productUuid: told('/sys/class/dmi/id/product_uuid', uuid),
    hostname: told('/proc/sys/kernel/hostname', hostName),
  }
}

const hex32 = /^[0-9a-f]{32}$/
const hostName = /^[a-z0-9][a-z0-9._-]{0,252}$/
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function wordIn(value: string | null | undefined, form: RegExp): string | undefined {
  const word = value?.trim().toLowerCase() ?? ''
  return form.test(word) ? word : undefined
}

const Node = z.object({
  status: z
    .object({
      nodeInfo: z.object({ machineID: z.string().nullish(), bootID: z.string().nullish() }).nullish(),
    })
    .nullish(),
})

/** Which machine a node is, as its kubelet has said last; throws NODE_GONE. */
export async function machineOfNode(
  cluster: Cluster,
  name: string,
  signal: AbortSignal,
): Promise<ExpectedMachine> {
  const object = await cluster.get(nodeRef(name), signal)
  if (object === undefined)
    throw new StepError('config', `the cluster has no node ${name}`, { code: 'NODE_GONE' })
  const info = parseApiObject(Node, object, 'Node').status?.nodeInfo
  return {
    by: `the node ${name}`,
    machineId: wordIn(info?.machineID, hex32),
    bootId: wordIn(info?.bootID, uuid),
    productUuid: undefined,
    hostname: undefined,
  }
}

/**
 * Throws unless a node's host is the machine that the node is: the same installation in the same boot. Machine ids alone do not
 * prove it: machines that were cloned share theirs.
 */
export function requireNode(host: string, told: Machine, expected: ExpectedMachine): void {
  requireInstallation(host, told, expected)
  const { by } = expected
  if (told.bootId === undefined) throw notProven(host, 'it does not tell its boot id')
  if (expected.bootId === undefined) throw notProven(host, `${by} does not tell its boot id`)
  if (told.bootId === expected.bootId) return
  throw new StepError(
    'transient',
    `${host} runs another boot (${short(told.bootId)}) than ${by} has told of (${short(expected.bootId)}): its kubelet has not said yet that it has booted, or another machine has the same machine id`,
    { code: 'HOST_BOOT_DIFFERS' },
  )
}

/**
 * Throws unless a host that is no node is the machine that its facts are of: the same installation, and no clone of it, as far as
 * hardware and name are known. A machine that was installed anew by this run has a new machine id: then its hardware has to be
 * the same.
 */
export function requireFacts(
  host: string,
  told: Machine,
  { expected, isProvisioned }: { expected: ExpectedMachine; isProvisioned: boolean },
): void {
  const { productUuid } = expected
  const isSameHardware =
    productUuid !== undefined && isOfOneMachine(productUuid) && productUuid === told.productUuid
  if (isProvisioned && isSameHardware) return
  requireInstallation(host, told, expected)
  if (isProvisioned) return
  const { by } = expected
  if (areOther(productUuid, told.productUuid))
    throw isAnother(host, `it has the machine id, but not the hardware of ${by}`)
  if (areOther(shortName(expected.hostname), shortName(told.hostname)))
    throw isAnother(
      host,
      `it has the machine id of ${by}, but calls itself ${told.hostname} and not ${expected.hostname}; collect again when it was renamed`,
    )
}

/** Throws for a system that nobody has replaced yet, when it calls itself as another node of the plan is called. */
export function requireOwnName(
  host: string,
  { hostname }: Machine,
  { own, others }: { own: readonly string[]; others: readonly string[] },
): void {
  const name = shortName(hostname)
  if (name === undefined || own.some((one) => shortName(one) === name)) return
  const other = others.find((one) => shortName(one) === name)
  if (other !== undefined) throw isAnother(host, `it calls itself ${hostname}, as the node ${other}`)
}

/** Both are known, and differ. */
function areOther(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other
}

/** Names of one host are written with their domain, and without. */
function shortName(name: string | undefined): string | undefined {
  return name?.toLowerCase().split('.')[0]
}

function requireInstallation(host: string, told: Machine, expected: ExpectedMachine): void {
  const { by, machineId } = expected
  if (told.machineId === undefined) throw notProven(host, 'it has no valid /etc/machine-id')
  if (machineId === undefined) throw notProven(host, `of ${by} no machine id is known`)
  if (told.machineId === machineId) return
  const name = told.hostname === undefined ? '' : `calls itself ${told.hostname} and `
  throw isAnother(host, `it ${name}has the machine id ${short(told.machineId)}, ${by} ${short(machineId)}`)
}

function isAnother(host: string, why: string): StepError {
  const message = `${host}: another machine answers at its address: ${why}; check its address in the inventory`
  return new StepError('config', message, { code: 'HOST_IS_ANOTHER' })
}

function notProven(host: string, why: string): StepError {
  return new StepError('config', `nobody can tell whether ${host} is the machine that is meant: ${why}`, {
    code: 'HOST_NOT_PROVEN',
  })
}

/** What boards have that were never given an id of their own. */
function isOfOneMachine(productUuid: string): boolean {
  const isFilled = /^(.)\1*$/.test(productUuid.replaceAll('-', ''))
  return !isFilled && productUuid !== '03000200-0400-0500-0006-000700080009'
}

/** machine-id(5): it is nobody else's business; so much of it tells two machines apart. */
function short(id: string): string {
  return `${id.slice(0, 8)}…`
}
