import { isIP } from 'node:net'
import { MigrationError } from '../model/errors.ts'
import type { ListenAddress } from '../provision/boot-server.ts'
import type { CommandInput, FlagDefinition } from './define-command.ts'

const usualAddress = '127.0.0.1:8443'

/** Where the boot server listens, and how machines call it. */
export const listenFlags: readonly FlagDefinition[] = [
  {
    flags: '--https <address:port>',
    text: {
      en: `where to listen for HTTPS; default ${usualAddress}`,
      zh: `HTTPS 监听地址，默认 ${usualAddress}`,
    },
  },
  {
    flags: '--http <address:port>',
    text: {
      en: 'where to listen without encryption, for loaders that know no HTTPS; default: nowhere',
      zh: '不加密的监听地址，供不支持 HTTPS 的引导程序使用；默认不监听',
    },
  },
  {
    flags: '--name <host>',
    many: true,
    text: {
      en: 'name or address by which machines call this server, for its certificate; may be repeated; default: the address of --https',
      zh: '机器访问本服务所用的名称或地址，写入证书；可重复；默认为 --https 的地址',
    },
  },
]

export interface BootAddresses {
  https: ListenAddress
  http: ListenAddress | undefined
  /** The certificate is for these; machines are told the first one. */
  names: readonly [string, ...string[]]
}

/** What the flags say. Throws USAGE. */
export function bootAddresses(input: CommandInput): BootAddresses {
  const https = listenAddress(input.value('--https') ?? usualAddress, '--https')
  const plain = input.value('--http')
  const http = plain === undefined ? undefined : listenAddress(plain, '--http')
  const named = input.values('--name').map(checkedName)
  const isEverywhere = https.host === '0.0.0.0' || https.host === '::'
  const [first, ...more] = [...named, ...(isEverywhere ? [] : [https.host])]
  if (first !== undefined) return { https, http, names: [first, ...more] }
  throw new MigrationError(
    'USAGE',
    `--https ${https.host} is every address of this machine, and none by which it is called`,
    {
      hint: 'say by --name how machines call this server',
    },
  )
}

function listenAddress(text: string, flag: string): ListenAddress {
  const {
    v6,
    host = v6,
    port = '',
  } = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:]+)):(?<port>\d{1,5})$/.exec(text)?.groups ?? {}
  if (host !== undefined && isIP(host) === (v6 === undefined ? 4 : 6) && Number(port) <= 65_535)
    return { host, port: Number(port) }
  throw new MigrationError('USAGE', `${flag} ${JSON.stringify(text)} is no address and port`, {
    hint: `${flag} 192.0.2.10:8443, or [2001:db8::10]:8443; port 0 = any free one`,
  })
}

function checkedName(name: string): string {
  if (isIP(name) !== 0 || /^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(name)) return name
  throw new MigrationError('USAGE', `--name ${JSON.stringify(name)} is no name or address of a host`)
}
