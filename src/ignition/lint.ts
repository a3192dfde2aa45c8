import type { z } from 'zod'
import { ignitionSpecs, type IgnitionSpec } from '../model/os-profile.ts'
import { IgnitionConfig } from './config.ts'
import { filesystemRule, partitionRule, volumeRule } from './lint-disks.ts'
import { kernelArgumentsRule, proxyRule, resourceRule, versionRule } from './lint-document.ts'
import { machineIdRule, modeRule, overwriteRule, pathRule } from './lint-files.ts'
import { problem, type IgnitionIssue, type LintRule } from './lint-issue.ts'
import { orderRule, unitRule } from './lint-units.ts'
import { isNewer } from './spec-features.ts'
import { authorizedKeyRule, userRule } from './lint-users.ts'

const rules: readonly LintRule[] = [
  versionRule,
  resourceRule,
  proxyRule,
  kernelArgumentsRule,
  userRule,
  authorizedKeyRule,
  partitionRule,
  volumeRule,
  filesystemRule,
  pathRule,
  modeRule,
  overwriteRule,
  machineIdRule,
  unitRule,
  orderRule,
]

/** A configuration that was read, and everything that is wrong with it. */
export interface LintedConfig {
  /** Undefined when the document has not the form of a configuration. */
  config: IgnitionConfig | undefined
  issues: IgnitionIssue[]
}

/** Who will read the configuration: the newest specification that its Ignition knows; all that osferry knows when left out. */
export interface Reader {
  maxSpec?: IgnitionSpec | undefined
}

/**
 * Reads a configuration as Ignition would, only stricter: what Ignition passes over with a warning, or without a word, and what
 * fails on the machine only, is an issue here.
 */
export function lintIgnition(document: unknown, reader: Reader = {}): LintedConfig {
  const { data, error } = IgnitionConfig.safeParse(document, { jitless: true })
  if (error !== undefined) return { config: undefined, issues: error.issues.flatMap(formIssues) }
  return { config: data, issues: [...tooNewFor(data, reader), ...rules.flatMap((rule) => rule(data))] }
}

/** The same of a text: what is no JSON is an issue, `0644` for example. */
export function lintIgnitionText(text: string, reader: Reader = {}): LintedConfig {
  try {
    return lintIgnition(JSON.parse(text), reader)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const message = {
      en: `is not JSON: ${error.message}; a mode is written in decimal, 0644 as 420`,
      zh: `不是 JSON：${error.message}；权限以十进制书写，0644 写作 420`,
    }
    return { config: undefined, issues: [problem('json', [], message)] }
  }
}

function tooNewFor({ ignition }: IgnitionConfig, { maxSpec }: Reader): IgnitionIssue[] {
  const spec = ignitionSpecs.find((known) => known === ignition.version)
  if (maxSpec === undefined || spec === undefined || !isNewer(spec, maxSpec)) return []
  return [
    problem('version', ['ignition', 'version'], {
      en: `${spec} is newer than ${maxSpec}, the newest that this system reads: it refuses the whole configuration`,
      zh: `${spec} 高于该系统可读取的 ${maxSpec}：整个配置会被拒绝`,
    }),
  ]
}

function formIssues(issue: z.core.$ZodIssue): IgnitionIssue[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) =>
      problem('unknown-key', [...issue.path, key], {
        en: 'is no key of Ignition: it would be passed over',
        zh: '不是 Ignition 的键，会被忽略',
      }),
    )
  const expected = issue.code === 'invalid_type' ? issue.expected : undefined
  return [
    problem('form', issue.path, {
      en: expected === undefined ? issue.message : `is not of the kind ${expected}`,
      zh: expected === undefined ? issue.message : `类型不是 ${expected}`,
    }),
  ]
}
