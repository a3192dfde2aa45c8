import { z } from 'zod'
import { changingVerbs } from './left-program.ts'
import { ProcessIdentity } from './process-identity.ts'

/** On the Lease of a node on which a program of `host.provision` works. */
export const programAnnotation = 'osferry.io/program'

const name = z.string().min(1).max(1000)

/** program-mark/v1: whose program works on a node, for whoever would take its Lease in another project or on another machine. */
export const ProgramMark = z.object({
  schema: z.literal('program-mark/v1'),
  host: name,
  run: name,
  /** Under which its osferry takes leases: `user@host (run ID, …)`. */
  holder: name,
  verb: z.enum(changingVerbs),
  /** The first word of its command line. */
  program: z.string().max(5000),
  /** ISO 8601. */
  since: z.iso.datetime(),
  /** The machine on which it was started. */
  machine: name,
  /** Null until it has started. The machine id is a digest: it is nobody's business in a cluster. */
  process: ProcessIdentity.nullable(),
})
export type ProgramMark = z.infer<typeof ProgramMark>
