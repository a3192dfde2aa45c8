import { hash } from 'node:crypto'
import { pointerConfig } from '../ignition/pointer-config.ts'
import { privateFile } from '../ignition/text-file.ts'
import { ensureStateDirectory } from '../inventory/atomic-file.ts'
import { MigrationError } from '../model/errors.ts'
import { plainPath } from '../model/plain-path.ts'
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
      flags: '--progress <path>',
      text: {
        en: 'where on the machine the pointer writes the address by which it tells how far it is, for root alone',
        zh: '指针配置在机器上写入进度回报地址的路径，仅 root 可读',
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
    const progressPath = progressPathOf(input)
    const { server, text, spec, mintedMs, record } = await askedAddress(context, input)
    const machine = await machineOf(context, input)
    ensureStateDirectory(bootPath(context, 'urls'))
    const authority = await openBootAuthority(bootPath(context, 'authority.pem'), mintedMs)
    const { id, verifier, text: token } = newBootToken()
    const telling = progressPath === undefined ? undefined : newBootToken(id)
    const progress = telling?.verifier ?? null
    await bootUrlsIn(bootPath(context, 'urls')).add({
      ...record,
      id,
      verifier,
      progress,
      machine,
      network: null,
    })
    const source = `${server}/ignition/${token}`
    const { certificate: certificateAuthority } = authority
    const files =
      progressPath === undefined || telling === undefined
        ? []
        : [privateFile(progressPath, `${server}/progress/${telling.text}\n`)]
    if (input.on('--bare')) context.stdout.write(`${source}\n`)
    else
      await printDocument(
        context,
        pointerConfig({ source, sha512: hash('sha512', text), spec, certificateAuthority, files }),
      )
    tellOnce(context, record)
    return done
  },
})

/** Throws USAGE. */
function progressPathOf(input: CommandInput): string | undefined {
  const path = input.value('--progress')
  const isFile = path !== '/' && path === plainPath(path ?? '')
  if (path === undefined || (isFile && !input.on('--bare'))) return path
  throw new MigrationError('USAGE', `--progress ${JSON.stringify(path)} cannot be written by the pointer`, {
    hint: '--progress /etc/osferry-progress, an absolute path, and without --bare: the file is a part of the pointer',
  })
}

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
