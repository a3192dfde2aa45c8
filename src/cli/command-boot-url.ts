import { hash } from 'node:crypto'
import { pointerConfig } from '../ignition/pointer-config.ts'
import { ensureStateDirectory } from '../inventory/atomic-file.ts'
import { visibleLine } from '../model/visible-text.ts'
import { openBootAuthority } from '../provision/boot-authority.ts'
import type { BootMachine } from '../provision/boot-machine.ts'
import { newBootToken } from '../provision/boot-token.ts'
import { bootUrlsIn } from '../provision/boot-urls.ts'
import { addressArguments, addressFlags, askedAddress, hostOfAddress } from './boot-address.ts'
import { bootMachineOf } from './boot-machine-of.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, done, type CommandInput } from './define-command.ts'
import { savedFacts } from './ignition-inputs.ts'
import { printDocument } from './output.ts'
import { bootPath } from './state-paths.ts'

/** `osferry boot url NODE FILE`: an address by which the node may fetch its configuration once, and the pointer to it. */
export const bootUrl = defineCommand({
  path: 'boot url',
  formats: documentFormats,
  details: {
    en: 'Makes an address at which osferry boot serve of this project hands out a configuration once, and prints the small configuration that points to it: for user data, or wherever the machine finds its Ignition configuration. The server need not run yet; only the sha256 of the secret in the address is kept.',
    zh: '生成一个一次性地址，由本项目的 osferry boot serve 在该地址提供一次配置，并输出指向它的小配置，可用作用户数据等。此时服务不必已在运行；地址中的机密只保存其 sha256。',
  },
  arguments: addressArguments,
  flags: [
    ...addressFlags,
    {
      flags: '--any-machine',
      text: {
        en: 'without facts: whoever has the address may fetch, whatever it says of itself',
        zh: '不使用事实：凡持有地址者均可获取，不核对其自报的身份',
      },
    },
    {
      flags: '--bare',
      text: { en: 'print the address alone', zh: '只输出地址' },
    },
  ],
  examples: [
    'osferry boot url worker-1 worker-1.ign --server https://boot.example.com:8443 > pointer.ign',
    'osferry boot url worker-1 worker-1.ign --server https://192.0.2.10:8443 --valid 20m --bare',
  ],
  async run(context, input) {
    const { server, text, spec, mintedMs, record } = await askedAddress(context, input)
    const machine = await machineOf(context, input)
    ensureStateDirectory(bootPath(context, 'urls'))
    const authority = await openBootAuthority(bootPath(context, 'authority.pem'), mintedMs)
    const { id, verifier, text: token } = newBootToken()
    await bootUrlsIn(bootPath(context, 'urls')).add({ ...record, id, verifier, machine, network: null })
    const source = `${server}/ignition/${token}`
    const { certificate: certificateAuthority } = authority
    if (input.on('--bare')) context.stdout.write(`${source}\n`)
    else
      await printDocument(
        context,
        pointerConfig({ source, sha512: hash('sha512', text), spec, certificateAuthority }),
      )
    tellOnce(context, record)
    return done
  },
})

function tellOnce(
  { say, stderr, verbosity }: CommandContext,
  { node, expiresAt }: { node: string; expiresAt: string },
): void {
  if (verbosity === 'quiet') return
  const name = visibleLine(node)
  const told = {
    en: `${name} may fetch it once, until ${expiresAt}, while osferry boot serve runs for this project`,
    zh: `${name} 可获取一次，截止 ${expiresAt}；期间本项目的 osferry boot serve 须在运行`,
  }
  stderr.write(`${say(told)}\n`)
}

async function machineOf(context: CommandContext, input: CommandInput): Promise<BootMachine> {
  if (input.on('--any-machine')) return { macs: [], uuid: null, serial: null, machineId: null }
  return bootMachineOf(await savedFacts(context, hostOfAddress(input)))
}
