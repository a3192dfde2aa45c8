import { z } from 'zod'
import { StepTime } from './step-time.ts'

/** A word of a command line: no shell reads it, and NUL cannot be in one. */
const word = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0]*$/, 'a word of a command cannot hold NUL')
const exitCode = z.int().min(1).max(255)

/** How a host is given its new system. */
export const ProvisionParameters = z
  .strictObject({
    /** `command` = the team's own program; `lab` = simulated machines. */
    provider: z.enum(['command', 'lab']).optional(),
    /** With `provider: command`: program and arguments; no shell reads them. The node is told as JSON on its standard input. */
    argv: z.array(word).min(1).max(200).optional(),
    /** Names of variables that the program gets besides PATH, HOME and LANG. Their values are never written down. */
    environment: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'a variable is named by A-Z, a-z, 0-9 and _'))
      .max(100)
      .default([]),
    /** What exit codes mean: 0 = done; every code that is not named = failed, and what was done is not known. */
    exitCodes: z
      .strictObject({
        /** Failed for now: worth another try. 75 is EX_TEMPFAIL of sysexits.h. */
        retry: z.array(exitCode).max(50).default([75]),
        /** Failed before the host was touched: the node can be given back as it was found. */
        untouched: z.array(exitCode).max(50).default([]),
      })
      .default({ retry: [75], untouched: [] }),
    /** Runs of the program at most. */
    attempts: z.int().min(1).max(10).default(3),
  })
  .superRefine(({ provider, argv, exitCodes }, context) => {
    if (provider === 'lab' && argv !== undefined)
      context.addIssue({ code: 'custom', path: ['argv'], message: 'means nothing with provider: lab' })
    const both = exitCodes.untouched.findIndex((code) => exitCodes.retry.includes(code))
    if (both < 0) return
    const message = 'stands under retry, too'
    context.addIssue({ code: 'custom', path: ['exitCodes', 'untouched', both], message })
  })

/** The same with a provider, and what that needs. */
export const PlannedProvision = ProvisionParameters.superRefine(({ provider, argv }, context) => {
  if (provider === undefined) context.addIssue({ code: 'custom', path: ['provider'], message: 'is missing' })
  if (provider === 'command' && argv === undefined)
    context.addIssue({ code: 'custom', path: ['argv'], message: 'is needed with provider: command' })
})

/** Which description of a ContainerOS the Ignition configuration is made for. */
export const IgnitionParameters = z.strictObject({
  profile: z
    .string()
    .regex(/^[a-z][a-z0-9.-]{0,62}$/, 'a profile is named by a-z, 0-9, . and -')
    .optional(),
})
/** The same with its profile. */
export const PlannedIgnition = IgnitionParameters.required({ profile: true })

/** When a node that has come back counts as ready. */
export const WaitReadyParameters = z.strictObject({
  /** The machine must have booted since it was drained. */
  newBoot: z.boolean().default(true),
  /** For so long without a break. */
  stableFor: StepTime.default('30s'),
  /** Approve the certificates that this node asks for while it comes back, and no others. */
  approveCertificates: z.boolean().default(false),
})

const release = z.string().min(1).max(100)

/** What the new system must say of itself. */
export const VerifyOsParameters = z.strictObject({
  /** Of /etc/os-release. */
  osRelease: z
    .strictObject({
      /** `ID`, exactly. */
      id: release,
      /** What `VERSION_ID` begins with, whole parts of it: `8` is 8 and 8.9, never 80. */
      versionPrefix: release.optional(),
      /** `VARIANT_ID`, exactly: systems that are derived from another one keep its ID. */
      variantId: release.optional(),
    })
    .optional(),
  /** `uname -r` begins with one of them. */
  kernelPrefixes: z.array(release).min(1).max(20).optional(),
})
/** The same with the system that is expected. */
export const PlannedVerifyOs = VerifyOsParameters.required({ osRelease: true })
