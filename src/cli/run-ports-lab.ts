import { readLabFile } from '../inventory/lab-file.ts'
import type { Provisioner } from '../model/provisioner-port.ts'
import { labProvider } from '../provision/lab-provider.ts'
import type { CommandContext } from './context.ts'
import { labPath } from './state-paths.ts'

/** The provider `lab` of `host.provision`: the lab that runs in this project. */
export function labProvisioner(context: Pick<CommandContext, 'settings'>): Provisioner {
  return labProvider({ access: () => readLabFile(labPath(context)) })
}
