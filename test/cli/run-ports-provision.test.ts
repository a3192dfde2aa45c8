import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { provisionPorts } from '../../src/cli/run-ports-provision.ts'
import { resolveSettings } from '../../src/cli/config.ts'
import type { CommandContext } from '../../src/cli/context.ts'
import { startControlServer } from '../../src/lab/control-server.ts'
import type { LabMachine } from '../../src/model/lab-control.ts'
import type { ProvisionRequest } from '../../src/model/provisioner-port.ts'
import { tempDirectory } from '../inventory/temp.ts'

const request: ProvisionRequest = {
  node: 'node-1',
  host: 'node-1',
  target: 'containeros',
  run: 'r1',
  token: 'r1:node-1:3',
}
const options = { signal: new AbortController().signal, timeoutMs: 10_000 }

async function provisioner(files: Record<string, string>) {
  const cwd = await tempDirectory(files)
  const flags = new Map([['state' as const, join(cwd, '.osferry')]])
  const settings = await resolveSettings({ flags, configFiles: [], env: {}, cwd, language: 'en' })
  const context = { settings } as CommandContext
  return provisionPorts({ context, hosts: new Map() }).provisioner({ provider: 'lab', machine: 'proven' })
}

describe('the provider lab of a project', () => {
  it('asks the lab whose address and token lie in the state directory', async () => {
    const machine: LabMachine = {
      schema: 'lab-machine/v1',
      name: 'node-1',
      isOn: true,
      installation: { token: request.token, target: 'containeros', stage: 'done' },
      refuses: null,
    }
    const server = await startControlServer({
      machine: () => machine,
      order: () => ({ taken: 'known', machine }),
    })
    try {
      const lab = await provisioner({ '.osferry/lab.json': JSON.stringify(server.access) })
      expect(await lab.observe(request, options)).toBe('done')
      await lab.act(request, options)
      await lab.verify(request, options)
    } finally {
      await server.close()
    }
  })

  it('says how to start one when none runs', async () => {
    const lab = await provisioner({})
    await expect(lab.observe(request, options)).rejects.toMatchObject({
      code: 'DOCUMENT_NOT_FOUND',
      hint: 'start osferry lab, and go on in its directory',
    })
  })

  it('asks nobody who is not on this machine', async () => {
    const access = { schema: 'lab/v1', url: 'http://192.0.2.1:80', token: 'ab'.repeat(32) }
    const lab = await provisioner({ '.osferry/lab.json': JSON.stringify(access) })
    await expect(lab.observe(request, options)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' })
  })
})
