import { z } from 'zod'
import { Approvals } from '../../src/model/approvals.ts'
import { Assessment } from '../../src/model/assessment.ts'
import { Cluster } from '../../src/model/cluster.ts'
import { DrainRules } from '../../src/model/drain-rules.ts'
import { HostFacts } from '../../src/model/facts.ts'
import { IgnitionSettings } from '../../src/model/ignition-settings.ts'
import { Inventory } from '../../src/model/inventory.ts'
import { JournalEvent } from '../../src/model/journal-record.ts'
import { NodeRecord } from '../../src/model/node-record.ts'
import { OsProfile } from '../../src/model/os-profile.ts'
import { PlaybookDocument } from '../../src/model/playbook-document.ts'
import { PlanOptions } from '../../src/model/plan-options.ts'
import { Plan } from '../../src/model/plan.ts'
import { Report } from '../../src/model/report.ts'
import { RunReport } from '../../src/model/run-report.ts'
import { RunResultDocument } from '../../src/model/run-result.ts'
import { Waivers } from '../../src/model/waivers.ts'

const documents = {
  inventory: Inventory,
  facts: HostFacts,
  assessment: Assessment,
  cluster: Cluster,
  waivers: Waivers,
  'drain-rules': DrainRules,
  'node-record': NodeRecord,
  playbook: PlaybookDocument,
  'os-profile': OsProfile,
  'ignition-settings': IgnitionSettings,
  'plan-options': PlanOptions,
  plan: Plan,
  approvals: Approvals,
  'journal-event': JournalEvent,
  'run-result': RunResultDocument,
  report: Report,
  'run-report': RunReport,
} as const

/** Every file of `reports/schema`: JSON Schema made from the zod schema that parses the document. */
export function schemaFiles(): { name: string; content: string }[] {
  return Object.entries(documents).map(([document, schema]) => {
    const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', reused: 'ref' })
    const titled = { title: `osferry ${document}/v1`, ...json }
    return { name: `${document}-v1.json`, content: `${JSON.stringify(titled, null, 2)}\n` }
  })
}
