import type { CheckInfo, Finding, HostAssessment, TargetSummary } from '../../src/model/assessment.ts'
import { targets, type Target, type Verdict } from '../../src/model/target.ts'

/** Two checks as the catalogue holds them. */
export const checkInfos: CheckInfo[] = [
  check(
    'out-of-tree-modules',
    'Kernel modules from outside the distribution are loaded',
    '加载了发行版之外的内核模块',
  ),
  check('writable-paths', 'Something writes outside /etc and /var', '有程序写入 /etc 和 /var 以外的路径'),
]

/** A host judged for three targets: every third is blocked by modules, every fourth by paths on ContainerOS. */
export function assessedHost(name: string, index: number): HostAssessment {
  const modules =
    index % 3 === 0
      ? [finding('out-of-tree-modules', `${name} loads nvidia 470.57`, `${name} 加载了 nvidia 470.57`)]
      : []
  const paths =
    index % 4 === 0 ? [finding('writable-paths', '/opt/agent is written', '/opt/agent 被写入')] : []
  const found: Readonly<Record<Target, Finding[]>> = {
    'anolis-rhck': [],
    'anolis-anck': modules,
    containeros: [...modules, ...paths],
  }
  return {
    host: { name, address: name, groups: [], labels: {} },
    facts: {
      status: 'complete',
      set: 'full',
      collectedAt: '2026-11-21T00:00:00Z',
      privilege: 'root',
      gaps: [],
    },
    system: { os: 'CentOS Linux 8', kernel: null, arch: 'x86_64', role: null },
    targets: targets.map((target) => ({
      target,
      kernelLine:
        target === 'containeros' ? 'containeros' : target === 'anolis-anck' ? 'anck-5.10' : 'rhck-4.18',
      verdict: found[target].length > 0 ? 'BLOCKED' : 'READY',
      confidence: 'A',
      confidenceRatio: 1,
      counts: { pass: 1, fail: found[target].length, unknown: 0, error: 0, waived: 0, notApplicable: 0 },
      findings: found[target],
      passed: [],
      notApplicable: [],
      alternatives: [],
    })),
  }
}

/** The summary that belongs to such hosts. */
export function summaries(hosts: readonly HostAssessment[]): TargetSummary[] {
  return targets.map((target, index) => {
    const judged = hosts.map((host) => host.targets[index]!)
    const count = (verdict: Verdict): number => judged.filter((one) => one.verdict === verdict).length
    return {
      target,
      kernelLine: judged[0]!.kernelLine,
      verdicts: { READY: count('READY'), READY_WITH_ACTIONS: 0, BLOCKED: count('BLOCKED'), UNKNOWN: 0 },
      readyRatio: count('READY') / hosts.length,
      counts: { pass: 0, fail: 0, unknown: 0, error: 0, waived: 0, notApplicable: 0 },
    }
  })
}

function check(id: string, en: string, zh: string): CheckInfo {
  return {
    id,
    domain: 'kernel',
    targets: [...targets],
    severity: 'block',
    title: { en, zh },
    what: {
      en: `${en}. It will not work on the new kernel without a rebuild.`,
      zh: `${zh}。不重新构建则无法在新内核上工作。`,
    },
    needs: [],
    uses: [],
    remedies: [
      {
        kind: 'hint',
        text: {
          en: 'Ask the vendor for a build for the target kernel.',
          zh: '向厂商索取适配目标内核的版本。',
        },
      },
    ],
    effort: { onceMinutes: 60, perHostMinutes: 5 },
    sources: ['modules(5)'],
    origin: 'builtin',
  }
}

function finding(key: string, en: string, zh: string): Finding {
  return {
    key,
    status: 'fail',
    severity: 'block',
    here: { en, zh },
    evidence: [
      {
        fact: 'modules',
        command: 'cat /proc/modules',
        excerpt: 'nvidia 35000320 12 - Live 0x0 (POE)',
        sha256: null,
        collectedAt: null,
      },
    ],
    remedies: [{ kind: 'command', argv: ['dnf', 'remove', 'kmod nvidia'] }],
  }
}
