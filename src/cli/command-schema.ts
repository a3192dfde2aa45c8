import { z } from 'zod'
import { Approvals } from '../model/approvals.ts'
import { Assessment } from '../model/assessment.ts'
import { Cluster } from '../model/cluster.ts'
import { DrainRules } from '../model/drain-rules.ts'
import { MigrationError } from '../model/errors.ts'
import { HostFacts } from '../model/facts.ts'
import { IgnitionSettings } from '../model/ignition-settings.ts'
import { Inventory } from '../model/inventory.ts'
import { JournalEvent } from '../model/journal-record.ts'
import { nearestHint } from '../model/nearest.ts'
import { NodeRecord } from '../model/node-record.ts'
import { OsProfile } from '../model/os-profile.ts'
import { PlanOptions } from '../model/plan-options.ts'
import { Plan } from '../model/plan.ts'
import { PlaybookDocument } from '../model/playbook-document.ts'
import { Report } from '../model/report.ts'
import { RunReport } from '../model/run-report.ts'
import { RunResultDocument } from '../model/run-result.ts'
import { Waivers } from '../model/waivers.ts'
import { ConfigFile } from './config-schema.ts'
import { defineCommand, documentFormats, done } from './define-command.ts'
import { printDocument } from './output.ts'

const schemas: Readonly<Record<string, z.ZodType>> = {
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
  'run-report': RunReport,
  report: Report,
  config: ConfigFile,
}

/** `osferry schema NAME`: the JSON Schema of a document, for editors and other tools. */
export const schema = defineCommand({
  path: 'schema',
  formats: documentFormats,
  arguments: [
    { name: 'name', text: { en: Object.keys(schemas).join(', '), zh: Object.keys(schemas).join('、') } },
  ],
  examples: ['osferry schema inventory > inventory.schema.json'],
  async run(context, input) {
    const [name = ''] = input.arguments
    const found = Object.hasOwn(schemas, name) ? schemas[name] : undefined
    if (found === undefined) {
      const names = Object.keys(schemas)
      throw new MigrationError('USAGE', `no schema ${name}`, {
        hint: `${nearestHint(name, names)}There are ${names.join(', ')}.`,
      })
    }
    await printDocument(context, z.toJSONSchema(found, { unrepresentable: 'any', io: 'input' }))
    return done
  },
})
