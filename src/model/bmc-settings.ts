import { z } from 'zod'
import { SecretRef } from './inventory.ts'
import { plainHttpUrl } from './plain-url.ts'

const Name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected letters, digits and . _ -')

/** How BMCs are logged in to; which BMC a host has says its label `bmc`. */
export const BmcSettings = z.strictObject({
  username: SecretRef,
  password: SecretRef,
  /** `session` (default) = a session of Redfish, deleted at the end; `basic` = name and password with every request. */
  auth: z.enum(['session', 'basic']).optional(),
  /** Certificates (PEM) that are trusted beside those that Node.js brings. */
  caFile: z.string().min(1).max(4096).optional(),
})
export type BmcSettings = z.infer<typeof BmcSettings>

/** `bmcs` of osferry.yaml, by name. */
export const Bmcs = z.record(Name, BmcSettings)

/** How a machine is started from the network or a medium by its BMC. */
export const RedfishParameters = z
  .strictObject({
    /** An entry of `bmcs` in osferry.yaml. */
    bmc: Name,
    /** What is started once instead of the disk. `cd` and `usb-cd` are what BMCs call their virtual media. */
    boot: z.enum(['pxe', 'cd', 'usb-cd']).default('pxe'),
    /** With `cd` and `usb-cd`: the medium, which the BMC fetches; it is the same for all hosts. */
    image: plainHttpUrl.optional(),
    /** Left out = as the BMC has it. */
    mode: z.enum(['uefi', 'legacy']).optional(),
    /** `graceful` = the old system is asked to end; a machine that is off is switched on by both. */
    restart: z.enum(['force', 'graceful']).default('force'),
    /** A BMC that makes of "once" an override for good, by which the machine is installed at each start: `refuse` it, or `accept`. */
    overrideStays: z.enum(['refuse', 'accept']).default('refuse'),
  })
  .superRefine(({ boot, image }, context) => {
    const isMedium = boot !== 'pxe'
    if (isMedium && image === undefined)
      context.addIssue({ code: 'custom', path: ['image'], message: `is needed with boot: ${boot}` })
    if (!isMedium && image !== undefined)
      context.addIssue({ code: 'custom', path: ['image'], message: 'means nothing with boot: pxe' })
  })
export type RedfishParameters = z.infer<typeof RedfishParameters>
