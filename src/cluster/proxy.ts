import { BlockList, isIP } from 'node:net'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy on the way to a server: the kubeconfig's own, else HTTPS_PROXY or HTTP_PROXY unless NO_PROXY names the server.
 * The machine itself is never reached through one. Source: golang.org/x/net/http/httpproxy, which kubectl uses.
 */
export function proxyFor(
  server: string,
  configured: string | undefined,
  env: Environment,
): string | undefined {
  if (configured !== undefined) return configured
  const url = new URL(server)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isLoopback(host) || isExempt(host, url.port, valueOf(env, 'NO_PROXY'))) return undefined
  const proxy = valueOf(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (proxy === undefined) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

/** True for names and addresses of this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function valueOf(env: Environment, name: string): string | undefined {
  return env[name] || env[name.toLowerCase()] || undefined
}

function isExempt(host: string, port: string, noProxy: string | undefined): boolean {
  const entries = (noProxy ?? '').split(',').map((entry) => entry.trim().toLowerCase())
  return entries.some((entry) => entry !== '' && covers(entry, host.toLowerCase(), port || '443'))
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return inNetwork(entry, host)
  const [, name = entry, onlyPort] = /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? '' : entry) ?? []
  const wanted = name === '' ? entry : name
  if (onlyPort !== undefined && onlyPort !== port) return false
  if (isIP(wanted) > 0) return wanted === host
  const suffix = wanted.replace(/^\*?\.?/, '')
  const itself = host === suffix && !/^\*?\./.test(wanted)
  return itself || host.endsWith(`.${suffix}`)
}

function inNetwork(entry: string, host: string): boolean {
  const [address = '', bits] = entry.split('/')
  const version = isIP(address)
  const length = Number(bits)
  if (version === 0 || isIP(host) !== version || !(length >= 0 && length <= (version === 4 ? 32 : 128)))
    return false
  const network = new BlockList()
  network.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6')
  return network.check(host, version === 4 ? 'ipv4' : 'ipv6')
}
