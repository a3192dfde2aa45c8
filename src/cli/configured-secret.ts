import { homedir } from 'node:os'
import { resolve } from 'node:path'
import type { CommandContext } from './context.ts'

/** What a reference of an osferry.yaml points to, read anew each time; `file:keys/secret` is beside the file that names it. */
export async function configuredSecret(
  { env }: Pick<CommandContext, 'env'>,
  { reference, directory }: { reference: string; directory: string },
): Promise<string> {
  const { resolveSecret } = await import('../hosts/secrets.ts')
  const secret = await resolveSecret(rooted(reference, directory), {
    variables: env,
    home: env['HOME'] ?? homedir(),
  })
  return secret.reveal()
}

function rooted(reference: string, directory: string): string {
  const path = reference.startsWith('file:') ? reference.slice('file:'.length) : '~'
  return path.startsWith('~') ? reference : `file:${resolve(directory, path)}`
}
