import { basename } from 'node:path'
import { MigrationError } from '../model/errors.ts'
import type { OsProfile } from '../model/os-profile.ts'
import { profileValue, requireKnown } from '../model/profile-fields.ts'
import { NetworkBoot } from '../provision/network-boot.ts'

/**
 * What a machine of an architecture runs to be installed as the os profile says: its kernel, its initramfs and the arguments of its
 * installer. Throws PROFILE_INCOMPLETE, and PROFILE_INVALID for what no iPXE script can say.
 */
export function networkBootOf(
  profile: OsProfile,
  { architecture, over, server }: { architecture: string } & Pick<NetworkBoot, 'over' | 'server'>,
): NetworkBoot {
  requireKnown(profile, ['install.artifacts', 'install.installArguments'])
  const fitting = profileValue(profile, 'install.artifacts').filter(
    (one) => one.architecture === architecture,
  )
  const files = (role: string): NetworkBoot['initramfs'] =>
    fitting
      .filter((one) => one.role === role)
      .map(({ url, sha256 }) => ({ name: basename(new URL(url).pathname), sha256 }))
  const [kernel, ...more] = files('kernel')
  const made = NetworkBoot.safeParse({
    over,
    server,
    kernel,
    initramfs: files('initramfs'),
    arguments: profileValue(profile, 'install.installArguments'),
  })
  if (made.success && more.length === 0) return made.data
  const [issue = { path: ['kernel'], message: 'there are several of them' }] = made.error?.issues ?? []
  throw new MigrationError(
    'PROFILE_INVALID',
    `${profile.name} cannot be installed by iPXE on ${architecture}: ${issue.path.join('.')}: ${issue.message}`,
    {
      hint: 'install.artifacts of that architecture: one kernel, at least one initramfs; install.installArguments: plain words, 2 KiB together',
    },
  )
}
