import { hash } from 'node:crypto'
import { resolve } from 'node:path'
import { needsToken } from '../ignition/placeholders.ts'
import { MigrationError } from '../model/errors.ts'
import type { IgnitionSpec } from '../model/os-profile.ts'
import type { BootUrl } from '../provision/boot-urls.ts'
import type { CommandContext } from './context.ts'
import type { ArgumentDefinition, CommandInput, FlagDefinition } from './define-command.ts'
import { durationMs } from './duration.ts'
import { readSoundIgnition } from './ignition-file.ts'

const usualTime = '1h'

/** Whose configuration is to be handed out, and which one. */
export const addressArguments: readonly ArgumentDefinition[] = [
  { name: 'node', text: { en: 'node that boots with it', zh: '使用该配置启动的节点' } },
  {
    name: 'file',
    text: {
      en: 'its configuration: osferry ignition render',
      zh: '节点的配置，由 osferry ignition render 生成',
    },
  },
]

/** Where it is handed out, how long, and to which machine. */
export const addressFlags: readonly FlagDefinition[] = [
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
]

/** A configuration that may be handed out. */
export interface AskedAddress {
  /** `https://HOST:PORT`. */
  server: string
  text: string
  spec: IgnitionSpec
  mintedMs: number
  /** Of its record, all that does not depend on who gets it. */
  record: Pick<BootUrl, 'schema' | 'node' | 'config' | 'mintedAt' | 'expiresAt'>
}

/** What arguments and flags say. Rejects with USAGE, IGNITION_INVALID, BOOT_TOKEN_NEEDED and DOCUMENT_* errors. */
export async function askedAddress(context: CommandContext, input: CommandInput): Promise<AskedAddress> {
  const [node = '', file = ''] = input.arguments
  const server = checkedServer(input.value('--server'))
  const mintedMs = Date.parse(context.clock.now())
  const expiresMs = mintedMs + durationMs(input.value('--valid') ?? usualTime, '--valid')
  const { text, spec } = await readSoundIgnition(context, file)
  refuseWithoutToken(file, text)
  return {
    server,
    text,
    spec,
    mintedMs,
    record: {
      schema: 'boot-url/v1',
      node,
      config: { path: resolve(context.cwd, file), sha256: hash('sha256', text) },
      mintedAt: new Date(mintedMs).toISOString(),
      expiresAt: new Date(expiresMs).toISOString(),
    },
  }
}

/** The host whose facts tell which machine it is. */
export function hostOfAddress(input: CommandInput): string {
  return input.value('--host') ?? input.arguments[0] ?? ''
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
