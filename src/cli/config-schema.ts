import { z } from 'zod'
import { Bmcs } from '../model/bmc-settings.ts'
import { SshSettings } from '../model/inventory.ts'
import { Notify } from '../model/notify-settings.ts'
import { Gates } from '../model/gate-settings.ts'
import { Stores } from '../model/store-settings.ts'
import { severities, targets } from '../model/target.ts'

export const outputFormats = ['table', 'wide', 'json', 'yaml', 'ndjson', 'name', 'csv'] as const
export type OutputFormat = (typeof outputFormats)[number]

const reportFormats = ['html', 'md', 'json', 'junit', 'csv'] as const
export type ReportFormat = (typeof reportFormats)[number]

const path = z.string().min(1)
const targetName = z.enum(['rhck', 'anck', ...targets, 'all'])

/** osferry.yaml: every key may be left out. */
export const ConfigFile = z.strictObject({
  /** Language of words for people. */
  lang: z.enum(['en', 'zh-CN', 'auto']).optional(),
  color: z.enum(['auto', 'always', 'never']).optional(),
  output: z.enum(outputFormats).optional(),
  /** The inventory file. */
  inventory: path.optional(),
  /** Directory with one facts file a host. */
  facts: path.optional(),
  /** Directory for what osferry keeps: the assessment, and the facts unless `facts` says otherwise. */
  state: path.optional(),
  selector: z.string().min(1).optional(),
  /** Name of the store of parked data: one of `stores`, or `parked`. */
  store: z.string().min(1).optional(),
  /** Where parked data may be kept, by name. */
  stores: Stores.optional(),
  /** How BMCs are logged in to, by name. */
  bmcs: Bmcs.optional(),
  /** What must be so before a node of a run starts. */
  gates: Gates.optional(),
  /** Webhooks that are told what happens in a run. */
  notify: Notify.optional(),
  /** ssh settings below the inventory's own: they apply where the inventory says nothing. */
  ssh: SshSettings.optional(),
  collect: z
    .strictObject({
      concurrency: z.int().min(1).max(500).optional(),
      /** For one host, connecting included. */
      timeoutSeconds: z.int().min(1).max(3600).optional(),
      set: z.enum(['basic', 'full', 'deep']).optional(),
    })
    .optional(),
  assess: z
    .strictObject({
      targets: z.array(targetName).min(1).optional(),
      failOn: z.enum([...severities.slice(0, 4), 'never']).optional(),
      show: z.enum(severities).optional(),
      /** The waivers file. */
      waivers: path.optional(),
      /** Directory with a team's own checks. */
      checks: path.optional(),
      /** Kernel line that decides for anolis-anck; the other is shown beside it. */
      anck: z.enum(['4.19', '5.10']).optional(),
    })
    .optional(),
  cluster: z
    .strictObject({
      kubeconfig: path.optional(),
      context: z.string().min(1).optional(),
    })
    .optional(),
  ignition: z
    .strictObject({
      /** os-profile/v1 files of the team: named by their `name`, before the built-in ones. */
      profiles: z.array(path).min(1).max(100).optional(),
      /** The ignition-settings/v1 file. */
      settings: path.optional(),
    })
    .optional(),
  approvals: z
    .strictObject({
      /** With it no plan is applied that is not approved by so many of them. */
      allowedSigners: path.optional(),
      require: z.int().min(1).max(200).optional(),
    })
    .optional(),
  report: z
    .strictObject({
      formats: z.array(z.enum(reportFormats)).min(1).optional(),
      lang: z.enum(['en', 'zh-CN']).optional(),
      dir: path.optional(),
    })
    .optional(),
})
export type ConfigFile = z.infer<typeof ConfigFile>

/** The schema of one key (`collect.concurrency`), undefined when there is no such key. */
export function schemaOf(key: string): z.ZodType | undefined {
  let schema: z.ZodType | undefined = ConfigFile
  for (const part of key.split('.')) {
    const inner: unknown = schema instanceof z.ZodOptional ? schema.unwrap() : schema
    schema = inner instanceof z.ZodObject ? (inner.shape[part] as z.ZodType | undefined) : undefined
  }
  return schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema
}

/** Every leaf key of the file, `ssh.user` and so on; not `stores`, `bmcs`, `gates` and `notify`, whose names people choose themselves. */
export function configKeys(): string[] {
  return leavesOf(ConfigFile.omit({ stores: true, bmcs: true, gates: true, notify: true }), '')
}

function leavesOf(schema: z.ZodType, prefix: string): string[] {
  const inner: unknown = schema instanceof z.ZodOptional ? schema.unwrap() : schema
  if (!(inner instanceof z.ZodObject)) return [prefix]
  return Object.entries(inner.shape).flatMap(([name, child]) =>
    leavesOf(child as z.ZodType, prefix === '' ? name : `${prefix}.${name}`),
  )
}
