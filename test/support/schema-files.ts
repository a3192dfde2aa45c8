import { z } from 'zod'
import { Assessment } from '../../src/model/assessment.ts'
import { Cluster } from '../../src/model/cluster.ts'
import { DrainRules } from '../../src/model/drain-rules.ts'
import { HostFacts } from '../../src/model/facts.ts'
import { Inventory } from '../../src/model/inventory.ts'
import { JournalEvent } from '../../src/model/journal-record.ts'
import { NodeRecord } from '../../src/model/node-record.ts'
import { Report } from '../../src/model/report.ts'
import { Waivers } from '../../src/model/waivers.ts'

const documents = {
  inventory: Inventory,
  facts: HostFacts,
  assessment: Assessment,
  cluster: Cluster,
  waivers: Waivers,
  'drain-rules': DrainRules,
  'node-record': NodeRecord,
  'journal-event': JournalEvent,
  report: Report,
} as const

/** Every file of `reports/schema`: JSON Schema made from the zod schema that parses the document. */
export function schemaFiles(): { name: string; content: string }[] {
  return Object.entries(documents).map(([document, schema]) => {
    const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', reused: 'ref' })
    const titled = { title: `osferry ${document}/v1`, ...json }
    return { name: `${document}-v1.json`, content: `${JSON.stringify(titled, null, 2)}\n` }
  })
}
