import { hash } from 'node:crypto'
import { resolve } from 'node:path'
import { needsToken } from '../ignition/placeholders.ts'
import { pointerConfig } from '../ignition/pointer-config.ts'
import { ensureStateDirectory } from '../inventory/atomic-file.ts'
import { MigrationError } from '../model/errors.ts'
import { visibleLine } from '../model/visible-text.ts'
import { openBootAuthority } from '../provision/boot-authority.ts'
import type { BootMachine } from '../provision/boot-machine.ts'
import { newBootToken } from '../provision/boot-token.ts'
import { bootUrlsIn } from '../provision/boot-urls.ts'
import { bootMachineOf } from './boot-machine-of.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, documentFormats, done, type CommandInput } from './define-command.ts'
import { durationMs } from './duration.ts'
import { readSoundIgnition } from './ignition-file.ts'
import { savedFacts } from './ignition-inputs.ts'
import { printDocument } from './output.ts'
import { bootPath } from './state-paths.ts'

const usualTime = '1h'

/** `osferry boot url NODE FILE`: an address by which the node may fetch its configuration once, and the pointer to it. */
export const bootUrl = defineCommand({
  path: 'boot url',
  formats: documentFormats,
  details: {
    en: 'Makes an address at which osferry boot serve of this project hands out a configuration once, and prints the small configuration that points to it: for user data, or wherever the machine finds its Ignition configuration. The server need not run yet; only the sha256 of the secret in the address is kept.',
    zh: '生成一个一次性地址，由本项目的 osferry boot serve 在该地址提供一次配置，并输出指向它的小配置，可用作用户数据等。此时服务不必已在运行；地址中的机密只保存其 sha256。',
  },
  arguments: [
    { name: 'node', text: { en: 'node that boots with it', zh: '使用该配置启动的节点' } },
    {
      name: 'file',
      text: {
        en: 'its configuration: osferry ignition render',
        zh: '节点的配置，由 osferry ignition render 生成',
      },
    },
  ],
  flags: [
    {
      flags: '--server <url>',
      text: {
        en: 'how machines call the server: https://boot.example.com:8443',
        zh: '机器访问服务所用的地址，如 https://boot.example.com:8443',
      },
    },
    {
      flags: '--valid <time>',
      text: {
        en: `how long: 90s, 30m, 2h; default ${usualTime}`,
        zh: `有效时间，如 90s、30m、2h，默认 ${usualTime}`,
      },
    },
    {
      flags: '--host <name>',
      text: {
        en: 'host of the inventory whose saved facts tell its MAC, UUID, serial and machine id; default: the name of the node',
        zh: '清单中的主机，由其已保存的事实得知 MAC、UUID、序列号和 machine-id；默认与节点同名',
      },
    },
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
    const [node = '', file = ''] = input.arguments
    const server = checkedServer(input.value('--server'))
    const mintedMs = Date.parse(context.clock.now())
    const expiresMs = mintedMs + durationMs(input.value('--valid') ?? usualTime, '--valid')
    const path = resolve(context.cwd, file)
    const { text, spec } = await readSoundIgnition(context, file)
    refuseWithoutToken(file, text)
    const machine = await machineOf(context, input)
    ensureStateDirectory(bootPath(context, 'urls'))
    const authority = await openBootAuthority(bootPath(context, 'authority.pem'), mintedMs)
    const token = newBootToken()
    const expiresAt = new Date(expiresMs).toISOString()
    await bootUrlsIn(bootPath(context, 'urls')).add({
      schema: 'boot-url/v1',
      id: token.id,
      verifier: token.verifier,
      node,
      config: { path, sha256: hash('sha256', text) },
      mintedAt: new Date(mintedMs).toISOString(),
      expiresAt,
      machine,
    })
    const source = `${server}/ignition/${token.text}`
    const { certificate: certificateAuthority } = authority
    if (input.on('--bare')) context.stdout.write(`${source}\n`)
    else
      await printDocument(
        context,
        pointerConfig({ source, sha512: hash('sha512', text), spec, certificateAuthority }),
      )
    tellOnce(context, node, expiresAt)
    return done
  },
})

function tellOnce({ say, stderr, verbosity }: CommandContext, node: string, expiresAt: string): void {
  if (verbosity === 'quiet') return
  const name = visibleLine(node)
  const told = {
    en: `${name} may fetch it once, until ${expiresAt}, while osferry boot serve runs for this project`,
    zh: `${name} 可获取一次，截止 ${expiresAt}；期间本项目的 osferry boot serve 须在运行`,
  }
  stderr.write(`${say(told)}\n`)
}

/** Throws BOOT_TOKEN_NEEDED for a configuration that the server could not hand out as it is. */
function refuseWithoutToken(file: string, text: string): void {
  if (!needsToken(text)) return
  throw new MigrationError(
    'BOOT_TOKEN_NEEDED',
    `${file} needs a bootstrap token, and osferry boot serve mints none yet`,
    {
      hint: 'put a token in the place of OSFERRY-BOOTSTRAP-TOKEN: kubeadm token create --ttl 1h; keep the file mode 0600',
    },
  )
}

async function machineOf(context: CommandContext, input: CommandInput): Promise<BootMachine> {
  if (input.on('--any-machine')) return { macs: [], uuid: null, serial: null, machineId: null }
  return bootMachineOf(await savedFacts(context, input.value('--host') ?? input.arguments[0] ?? ''))
}

function checkedServer(text: string | undefined): string {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:' && url.href === `${url.origin}/`) return url.origin
  throw new MigrationError(
    'USAGE',
    '--server is to say how machines call the server, over https and without a path',
    {
      hint: '--server https://boot.example.com:8443',
    },
  )
}
