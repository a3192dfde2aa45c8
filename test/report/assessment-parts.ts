import { countResults, judge } from '../../src/assess/verdict.ts'
import type {
  Assessment,
  CheckInfo,
  Finding,
  HostAssessment,
  TargetAssessment,
} from '../../src/model/assessment.ts'
import type { KernelLine } from '../../src/model/kernel.ts'
import type { Target } from '../../src/model/target.ts'
import { targets } from '../../src/model/target.ts'

export interface TargetParts {
  target: Target
  kernelLine: KernelLine
  findings: Finding[]
  passed?: string[]
  notApplicable?: TargetAssessment['notApplicable']
  confidence?: TargetAssessment['confidence']
  alternatives?: { kernelLine: KernelLine; findings: Finding[] }[]
}

/** One host x target with verdict and counts worked out. */
export function targetAssessment(parts: TargetParts): TargetAssessment {
  const { target, kernelLine, findings, passed = [], notApplicable = [], confidence = 'A' } = parts
  return {
    target,
    kernelLine,
    verdict: judge(findings, true),
    confidence,
    confidenceRatio: confidence === 'A' ? 1 : 0.5,
    counts: countResults(findings, passed.length, notApplicable.length),
    findings,
    passed,
    notApplicable,
    alternatives: (parts.alternatives ?? []).map(({ kernelLine, findings }) => ({
      kernelLine,
      verdict: judge(findings, true),
      counts: countResults(findings, passed.length, notApplicable.length),
      findings,
    })),
  }
}

/** A whole assessment around hosts and checks; the summary is left to the report. */
export function assessmentOf(
  hosts: HostAssessment[],
  checks: CheckInfo[],
  waivers: Assessment['waivers'] = [],
): Assessment {
  return {
    schema: 'assessment/v1',
    tool: { name: 'osferry', version: '0.1.0' },
    createdAt: '2026-11-20T09:30:00.000Z',
    targets: [...targets],
    checks,
    hosts,
    waivers,
    summary: { hosts: hosts.length, byTarget: [] },
  }
}
