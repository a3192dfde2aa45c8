import { basename, join, resolve } from 'node:path'
import { MigrationError } from '../model/errors.ts'
import { isArtifactName, type WantedArtifact } from '../provision/boot-artifacts.ts'
import type { CommandContext } from './context.ts'
import type { CommandInput, FlagDefinition } from './define-command.ts'
import { findProfile } from './find-profile.ts'

/** Which files may be served, and which bytes they have to have. */
export const wantedFlags: readonly FlagDefinition[] = [
  {
    flags: '--artifact <file=sha256>',
    many: true,
    text: {
      en: 'file to serve, and its sha256: it is served as /artifacts/NAME when they match; may be repeated',
      zh: '要提供的文件及其 sha256，相符时以 /artifacts/文件名 提供；可重复',
    },
  },
  {
    flags: '--profile <name>',
    text: {
      en: 'os profile whose install artifacts are served, from --artifacts',
      zh: '提供该系统描述的安装文件，取自 --artifacts',
    },
  },
  {
    flags: '--artifacts <dir>',
    text: {
      en: 'where the files of --profile are, called as at the end of their addresses',
      zh: '--profile 的文件所在目录，文件名为其地址的最后一段',
    },
  },
]

/** What the flags and the profile name. Throws USAGE, PROFILE_* errors. */
export async function wantedArtifacts(
  context: CommandContext,
  input: CommandInput,
): Promise<WantedArtifact[]> {
  const wanted = [
    ...input.values('--artifact').map((text) => ofCommandLine(context, text)),
    ...(await ofProfile(context, input)),
  ]
  const twice = wanted.find(({ name }, index) => wanted.findIndex((other) => other.name === name) !== index)
  if (twice !== undefined)
    throw usage(`there are two files ${twice.name}: only one can be served by that name`)
  const strange = wanted.find(({ name }) => !isArtifactName(name))
  if (strange === undefined) return wanted
  throw usage(`${JSON.stringify(strange.name)} cannot be served by that name: letters, digits and ._+~- only`)
}

function ofCommandLine({ cwd }: CommandContext, text: string): WantedArtifact {
  const { file, sha256 } = /^(?<file>.+)=(?<sha256>[0-9a-fA-F]{64})$/.exec(text)?.groups ?? {}
  if (file === undefined || sha256 === undefined)
    throw usage(`--artifact ${JSON.stringify(text)} does not end with = and a sha256 of 64 hex digits`)
  return { name: basename(file), path: resolve(cwd, file), sha256: sha256.toLowerCase() }
}

async function ofProfile(context: CommandContext, input: CommandInput): Promise<WantedArtifact[]> {
  const name = input.value('--profile')
  const directory = input.value('--artifacts')
  if (name === undefined && directory === undefined) return []
  if (name === undefined || directory === undefined)
    throw usage('--profile and --artifacts belong together: one says which files, the other where they are')
  const { artifacts } = (await findProfile(name, context)).profile.install
  if ('unknown' in artifacts)
    throw new MigrationError(
      'PROFILE_INCOMPLETE',
      `${name} does not say install.artifacts: ${artifacts.unknown}`,
      {
        hint: 'name the files by --artifact FILE=SHA256, or fill in a profile of your own',
      },
    )
  return artifacts.value.map(({ url, sha256 }) => {
    const file = basename(new URL(url).pathname)
    return { name: file, path: join(resolve(context.cwd, directory), file), sha256 }
  })
}

function usage(message: string): MigrationError {
  return new MigrationError('USAGE', message, { hint: 'osferry boot serve --help' })
}
