import { z } from 'zod'

/** BMCs are of many makers: what is not needed is not looked at, and what a maker leaves out is undefined or null. */
const text = z.string().max(4096)
const Link = z.object({ '@odata.id': text })
const words = z.array(text).max(200)
const Action = z.object({
  target: text,
  'ResetType@Redfish.AllowableValues': words.optional(),
  '@Redfish.ActionInfo': text.optional(),
})

/** Source of all of these: DMTF DSP0266 (protocol) and DSP2046 (resources). */
export const ServiceRoot = z.object({
  Systems: Link.optional(),
  Links: z.object({ Sessions: Link.optional() }).nullish(),
})

export const Collection = z.object({
  Members: z.array(Link).max(1000),
  'Members@odata.nextLink': text.optional(),
})
export type Collection = z.infer<typeof Collection>

const Boot = z.object({
  BootSourceOverrideEnabled: text.nullish(),
  BootSourceOverrideTarget: text.nullish(),
  BootSourceOverrideMode: text.nullish(),
  'BootSourceOverrideTarget@Redfish.AllowableValues': words.optional(),
})
export type Boot = z.infer<typeof Boot>

export const ComputerSystem = z.object({
  '@odata.etag': text.optional(),
  Id: text.optional(),
  UUID: text.nullish(),
  SerialNumber: text.nullish(),
  SKU: text.nullish(),
  PowerState: text.nullish(),
  LastResetTime: text.nullish(),
  Boot: Boot.nullish(),
  VirtualMedia: Link.nullish(),
  Links: z.object({ ManagedBy: z.array(Link).max(20).optional() }).nullish(),
  Actions: z.object({ '#ComputerSystem.Reset': Action.optional() }).nullish(),
})
export type ComputerSystem = z.infer<typeof ComputerSystem>

export const ActionInfo = z.object({
  Parameters: z
    .array(z.object({ Name: text, AllowableValues: words.nullish() }))
    .max(100)
    .optional(),
})

export const Task = z.object({
  '@odata.id': text.optional(),
  TaskState: text.nullish(),
  Messages: z
    .array(z.object({ Message: text.nullish() }))
    .max(1000)
    .nullish(),
})
export type Task = z.infer<typeof Task>

export const Failure = z.object({
  error: z.object({
    message: text.optional(),
    '@Message.ExtendedInfo': z
      .array(z.object({ Message: text.nullish(), MessageId: text.nullish() }))
      .max(100)
      .optional(),
  }),
})

/** A manager, as far as it is looked at. */
export const Manager = z.object({ VirtualMedia: Link.nullish() })

export const VirtualMedia = z.object({
  MediaTypes: z.array(text).max(20).nullish(),
  Image: text.nullish(),
  Inserted: z.boolean().nullish(),
  Actions: z
    .object({
      '#VirtualMedia.InsertMedia': Action.optional(),
      '#VirtualMedia.EjectMedia': Action.optional(),
    })
    .nullish(),
})
export type VirtualMedia = z.infer<typeof VirtualMedia>
