import { MigrationError } from '../model/errors.ts'
import { nearest } from '../model/nearest.ts'
import { defineCommand, documentFormats, done } from './define-command.ts'
import { loadAllHosts } from './load-hosts.ts'
import { isForMachines, printDocument } from './output.ts'

/** `osferry inventory show HOST`: one host with the settings that are in force for it; secrets stay references. */
export const inventoryShow = defineCommand({
  path: 'inventory show',
  formats: documentFormats,
  arguments: [{ name: 'host', text: { en: 'name of the host', zh: '主机名称' } }],
  settings: ['inventory'],
  examples: ['osferry inventory show node01.prod'],
  async run(context, input) {
    const [wanted = ''] = input.arguments
    const hosts = await loadAllHosts(context)
    const host = hosts.find(({ name }) => name === wanted)
    if (host === undefined) {
      const near = nearest(
        wanted,
        hosts.map(({ name }) => name),
      )
      throw new MigrationError('USAGE', `no host ${wanted} in ${context.settings.required('inventory')}`, {
        hint: near === undefined ? 'osferry inventory list shows all hosts' : `did you mean ${near}?`,
      })
    }
    const format = isForMachines(context) ? context.format : 'yaml'
    await printDocument({ ...context, format }, host)
    return done
  },
})
