import { z } from 'zod'

/** A program with its arguments: no shell is between. */
const Argv = z.array(z.string().max(4096)).min(1).max(100)

/** How the team's own program replaces the system of a host. */
export const CommandProvision = z.strictObject({
  act: Argv,
  /** Ends with 0 when the host has the new system, with 1 when it has not. */
  observe: Argv.optional(),
  undo: Argv.optional(),
  /** Names of environment variables that it is given, beside PATH. */
  environment: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'a name of a variable is made of letters, digits and _'),
    )
    .max(50)
    .default([]),
})
export type CommandProvision = z.infer<typeof CommandProvision>
