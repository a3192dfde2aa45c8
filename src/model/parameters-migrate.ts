import { z } from 'zod'
import { DrainRule } from './drain-rules.ts'
import { StepTime } from './step-time.ts'

/** Where parked data is kept: a directory, or `s3://BUCKET/PREFIX`. Credentials are settings and never stand here. */
const StoreName = z
  .string()
  .max(1000)
  .regex(
    /^(s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w./-]*)?|(?![a-zA-Z][\w+.-]*:\/\/)[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+)$/u,
    'a store is a directory, or s3://BUCKET/PREFIX',
  )

/** `registry.example.com:5000/moved`: host, port, prefix of the names. */
const RegistryName = z
  .string()
  .max(500)
  .regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*$/,
    'a registry is written as HOST[:PORT][/PREFIX]',
  )

const Compression = z.enum(['zstd', 'gzip', 'none'])

/** Bytes a second at most; without it as fast as it goes. */
const maxBytesPerSecond = z
  .int()
  .min(64 * 1024)
  .max(100 * 1024 ** 3)
  .optional()

const podName = z.string().regex(/^[a-z0-9][a-z0-9.-]*\/[a-z0-9][a-z0-9.-]*$/, 'a pod is NAMESPACE/NAME')

/** The choices of a drain, by the names that `osferry drain` has for them. */
export const DrainParameters = z
  .strictObject({
    /** Data of emptyDir volumes may be lost. */
    deleteEmptyDirData: z.boolean().default(false),
    /** Pods with data in directories or local volumes of the node may go; the data stay there. */
    leaveLocalData: z.boolean().default(false),
    /** Pods without a controller: refuse, keep their manifests and create them again, or let them go for good. */
    naked: z.enum(['refuse', 'recreate', 'force']).default('refuse'),
    /** Most seconds that a pod gets to end; it never gets more than it asks for. */
    gracePeriodSeconds: z.int().min(1).max(86_400).optional(),
    /** As in drain-rules/v1: the first that matches a pod counts. */
    rules: z.array(DrainRule).max(1000).default([]),
    /** Names of the Delete rules that are meant: they go past budgets. */
    deleteByRules: z.array(z.string().min(1).max(100)).max(1000).default([]),
    /** What may happen near the end of the step's time. */
    escalate: z.enum(['none', 'delete', 'force']).default('none'),
    /** With `escalate: force`: pods that may be forced off a node that is not heard of, though two copies may run then. */
    forcePods: z.array(podName).max(1000).default([]),
    /** Take the node out of external load balancers first. */
    excludeFromLoadBalancers: z.boolean().default(false),
    /** With `excludeFromLoadBalancers`: how long to wait before the first eviction. */
    settle: StepTime.default('30s'),
  })
  .superRefine(({ rules, deleteByRules, escalate, forcePods }, context) => {
    const names = rules.map(({ name }) => name)
    const twice = names.findIndex((name, index) => names.indexOf(name) !== index)
    if (twice >= 0)
      context.addIssue({ code: 'custom', path: ['rules', twice], message: 'two rules have this name' })
    const deleting = rules.filter(({ behavior }) => behavior === 'Delete').map(({ name }) => name)
    const stranger = deleteByRules.findIndex((name) => !deleting.includes(name))
    if (stranger >= 0) {
      const message = `names no Delete rule of "rules" (${deleting.join(', ') || 'there is none'})`
      context.addIssue({ code: 'custom', path: ['deleteByRules', stranger], message })
    }
    if (forcePods.length > 0 && escalate !== 'force')
      context.addIssue({
        code: 'custom',
        path: ['forcePods'],
        message: 'means nothing without escalate: force',
      })
  })

/** Marks that nodes carry besides the cordon. */
export const CordonParameters = z.strictObject({
  /** Nodes that wait for their turn get a taint by which pods prefer other nodes. */
  softTaint: z.boolean().default(true),
})

const park = { compression: Compression.default('zstd'), maxBytesPerSecond }

/** How local data is archived; each volume's own decision stands in the plan. */
export const DataParkParameters = z.strictObject({ store: StoreName.optional(), ...park })
/** The same with its store. */
export const PlannedDataPark = DataParkParameters.required({ store: true })

/** Where images go that exist on the node only. */
export const ImagesParkParameters = z.strictObject({
  to: z.enum(['registry', 'archive']).default('registry'),
  /** With `to: registry`. */
  registry: RegistryName.optional(),
  /** With `to: archive`. */
  store: StoreName.optional(),
  ...park,
})
/** The same with the place that `to` asks for. */
export const PlannedImagesPark = ImagesParkParameters.superRefine(({ to, registry, store }, context) => {
  const name = to === 'registry' ? 'registry' : 'store'
  if ((to === 'registry' ? registry : store) === undefined)
    context.addIssue({ code: 'custom', path: [name], message: `is needed with to: ${to}` })
})
