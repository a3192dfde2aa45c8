import { z } from 'zod'
import { RedfishParameters } from './bmc-settings.ts'
import { durationTextMs } from './duration-text.ts'
import { StepTime } from './step-time.ts'

/** A word of a command line: no shell reads it, and NUL cannot be in one. */
const word = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0]*$/, 'a word of a command cannot hold NUL')
const exitCode = z.int().min(1).max(255)
/** Program and arguments. */
const argv = z.array(word).min(1).max(200)

/** How a host is given its new system. */
export const ProvisionParameters = z
  .strictObject({
    /** `command` = the team's own program; `redfish` = a start from the network by the BMC; `lab` = simulated machines. */
    provider: z.enum(['command', 'redfish', 'lab']).optional(),
    /** With `provider: redfish`. */
    redfish: RedfishParameters.optional(),
    /** With `provider: command`: program and arguments; no shell reads them. The node is told as JSON on its standard input. */
    argv: argv.optional(),
    /** A program that only looks: ends with 0 when the host has the new system, with 1 when it has not. */
    observe: argv.optional(),
    /** A program that gives back what was prepared (a boot entry, a reservation) when the node is given back. */
    undo: argv.optional(),
    /** A program that puts the old system back by the plan's rollback means, after the point of no return, and ends when it is; needs `observe`. */
    rollback: argv.optional(),
    /** Names of variables that the programs get besides PATH. Their values are never written down. */
    environment: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'a variable is named by A-Z, a-z, 0-9 and _'))
      .max(100)
      .default([]),
    /**
     * `proven` = just before it is replaced the host is asked over SSH which machine it is, and refused when it is not that of the
     * node; `as-listed` = whatever is at the address is replaced, and nobody has proven that it is that machine.
     */
    machine: z.enum(['proven', 'as-listed']).default('proven'),
    /** Exit codes that mean: failed for now, worth another try. 75 is EX_TEMPFAIL of sysexits.h. 0 = done, all others = failed. */
    retryExitCodes: z.array(exitCode).max(50).default([75]),
  })
  .superRefine(({ provider, ...programs }, context) => {
    for (const name of ['argv', 'observe', 'undo', 'rollback'] as const)
      if (provider !== undefined && provider !== 'command' && programs[name] !== undefined)
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `means nothing with provider: ${provider}`,
        })
    if (provider !== undefined && provider !== 'redfish' && programs.redfish !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['redfish'],
        message: `means nothing with provider: ${provider}`,
      })
    if (programs.observe?.length !== undefined && programs.retryExitCodes.includes(1))
      context.addIssue({
        code: 'custom',
        path: ['retryExitCodes'],
        message: '1 is what observe says of a host to do',
      })
  })

/** The same with a provider, and what that needs. */
export const PlannedProvision = ProvisionParameters.superRefine((planned, context) => {
  const { provider, argv, observe, rollback, redfish } = planned
  if (provider === undefined) context.addIssue({ code: 'custom', path: ['provider'], message: 'is missing' })
  if (provider === 'command' && argv === undefined)
    context.addIssue({ code: 'custom', path: ['argv'], message: 'is needed with provider: command' })
  if (provider === 'redfish' && redfish === undefined)
    context.addIssue({ code: 'custom', path: ['redfish'], message: 'is needed with provider: redfish' })
  // A program that ends with 0 has said that it is back; only a look tells that it is.
  if (rollback !== undefined && observe === undefined)
    context.addIssue({
      code: 'custom',
      path: ['observe'],
      message: 'is needed with rollback: it tells when the old system is back',
    })
})

/**
 * A bootstrap token of the cluster for each node. Source of groups:
 * https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
 */
const MintToken = z.strictObject({
  /** From 5 minutes to a day. */
  lifetime: StepTime.refine((text) => {
    const ms = durationTextMs(text) ?? 0
    return ms >= 5 * 60_000 && ms <= 24 * 3_600_000
  }, 'a token lives from 5 minutes to a day').default('1h'),
  /** What whoever has it belongs to, besides `system:bootstrappers`. */
  groups: z
    .array(
      z
        .string()
        .regex(
          /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/,
          'a group of bootstrap tokens begins with system:bootstrappers:',
        ),
    )
    .max(20)
    .default(['system:bootstrappers:kubeadm:default-node-token']),
})

/** Which description of a ContainerOS the Ignition configuration is made for. */
export const IgnitionParameters = z.strictObject({
  profile: z
    .string()
    .regex(/^[a-z][a-z0-9.-]{0,62}$/, 'a profile is named by a-z, 0-9, . and -')
    .optional(),
  /**
   * The run mints a bootstrap token for each node right before the configuration is handed out, and deletes it when the node is Ready
   * or goes back. `join.token` of the settings is not read then.
   */
  mintToken: MintToken.optional(),
})
/** The same with its profile, and with the configuration that is approved. */
export const PlannedIgnition = IgnitionParameters.required({ profile: true }).extend({
  /** sha256 of the configuration without secrets, put there when the plan is made: another one is refused. */
  config: z
    .string()
    .regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits')
    .optional(),
})
export type PlannedIgnition = z.infer<typeof PlannedIgnition>

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
