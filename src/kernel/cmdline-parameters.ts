import type { KernelLine } from '../model/kernel.ts'
import type { Severity } from '../model/target.ts'
import type { Text } from '../model/text.ts'

/** A kernel argument that a line does not know, or reads differently. */
export interface CmdlineParameter {
  name: string
  /** Only these values; every value when left out. */
  values?: readonly string[]
  lines: readonly KernelLine[]
  severity: Severity
  effect: Text
  source: string
}

const anck: readonly KernelLine[] = ['anck-4.19', 'anck-5.10', 'containeros']
const modern: readonly KernelLine[] = ['anck-5.10', 'containeros']
const anyLine: readonly KernelLine[] = ['rhck-4.18', 'anck-4.19', 'anck-5.10', 'containeros']
const config510 = 'Configuration of kernel ANCK 5.10.134'
const config419 = 'Configuration of kernel ANCK 4.19.91'

/** Arguments worth a look per line; `crashkernel=` has a check of its own. */
export const cmdlineParameters: readonly CmdlineParameter[] = [
  {
    name: 'elevator',
    values: ['cfq', 'noop', 'deadline'],
    lines: modern,
    severity: 'medium',
    effect: {
      en: 'the old schedulers are gone: use a udev rule with none (for noop), mq-deadline (for deadline) or bfq (for cfq)',
      zh: '旧调度器已移除：请用 udev 规则设置 none（对应 noop）、mq-deadline（对应 deadline）或 bfq（对应 cfq）',
    },
    source: `${config510}: IOSCHED_CFQ, IOSCHED_DEADLINE, IOSCHED_NOOP do not exist`,
  },
  {
    name: 'swapaccount',
    lines: anck,
    severity: 'low',
    effect: {
      en: 'swap accounting is always on: swapaccount=0 has no effect',
      zh: 'swap 记账始终开启：swapaccount=0 不再生效',
    },
    source: `${config419}, ${config510}: MEMCG_SWAP_ENABLED does not exist`,
  },
  {
    name: 'tsx',
    values: ['auto'],
    lines: ['anck-4.19'],
    severity: 'low',
    effect: { en: 'the default is off here; the argument still decides', zh: '默认值为 off，但该参数仍有效' },
    source: `${config419}: X86_INTEL_TSX_MODE_OFF=y`,
  },
  {
    name: 'lockdown',
    lines: anck,
    severity: 'medium',
    effect: {
      en: 'lockdown is not built in: it no longer restricts root',
      zh: '未编译 lockdown：不再限制 root',
    },
    source: `${config510}: SECURITY_LOCKDOWN_LSM is not set`,
  },
  {
    name: 'lsm',
    lines: anck,
    severity: 'low',
    effect: {
      en: 'the default list of security modules differs (yama is not in it): check /sys/kernel/security/lsm afterwards',
      zh: '默认安全模块列表不同（不含 yama）：迁移后请检查 /sys/kernel/security/lsm',
    },
    source: `${config510}: LSM string`,
  },
  {
    name: 'resume',
    lines: anyLine,
    severity: 'low',
    effect: {
      en: 'points to a swap device: the boot waits for it when the device is gone or renamed',
      zh: '指向 swap 设备：该设备消失或改名后启动会长时间等待',
    },
    source: 'https://github.com/oamg/leapp-repository (checkresumekernelarg)',
  },
  {
    name: 'mitigations',
    values: ['off'],
    lines: ['anck-4.19', 'anck-5.10', 'containeros'],
    severity: 'low',
    effect: {
      en: 'turns off what the other kernel mitigates by its own list: decide again, with security',
      zh: '关闭的缓解措施因内核而异：请与安全团队重新确认',
    },
    source: 'https://docs.kernel.org/admin-guide/kernel-parameters.html',
  },
]

/** Arguments that must be carried into a rewritten system by hand: a new image starts with its own command line. */
export const carriedParameters: readonly string[] = [
  'intel_iommu',
  'amd_iommu',
  'iommu',
  'hugepages',
  'hugepagesz',
  'default_hugepagesz',
  'isolcpus',
  'nohz_full',
  'rcu_nocbs',
  'transparent_hugepage',
  'psi',
  'mem_encrypt',
  'kvm_amd.sev',
  'kvm-intel.nested',
  'numa_balancing',
  'systemd.unified_cgroup_hierarchy',
  'cgroup.memory',
  'fips',
  'nosmt',
  'processor.max_cstate',
  'intel_idle.max_cstate',
  'net.ifnames',
  'biosdevname',
  'mitigations',
  'tsx',
]

/** The rows that apply to one argument (`name=value` or `name`) in a line. */
export function parametersFor(argument: string, line: KernelLine): readonly CmdlineParameter[] {
  const [name, value] = splitArgument(argument)
  return cmdlineParameters.filter(
    (row) =>
      row.name === name &&
      row.lines.includes(line) &&
      (row.values === undefined || (value !== undefined && row.values.includes(value))),
  )
}

/** `name=value`, or the name alone. */
export function splitArgument(argument: string): [string, string | undefined] {
  const at = argument.indexOf('=')
  return at === -1 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)]
}
