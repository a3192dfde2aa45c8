import { z } from 'zod'
import { FactGap } from '../model/collector.ts'

/** One `ip` for links, addresses and routes of both families: `-batch` runs several commands in a process. */
export const ipScript = `printf 'address show\\nroute show table all\\n' | ip -d -j -batch -`

const Link = z.object({
  ifname: z.string(),
  link: z.string().nullish(),
  mtu: z.int().nullish(),
  operstate: z.string().nullish(),
  link_type: z.string().nullish(),
  address: z.string().nullish(),
  permaddr: z.string().nullish(),
  master: z.string().nullish(),
  altnames: z.array(z.string()).nullish(),
  linkinfo: z
    .object({
      info_kind: z.string().nullish(),
      info_data: z.object({ mode: z.unknown(), id: z.unknown() }).partial().nullish(),
      info_slave_data: z.object({ perm_hwaddr: z.unknown() }).partial().nullish(),
    })
    .nullish(),
  addr_info: z
    .array(
      z.object({
        family: z.string(),
        local: z.string().nullish(),
        prefixlen: z.int().nullish(),
        scope: z.string().nullish(),
        dynamic: z.boolean().nullish(),
      }),
    )
    .nullish(),
})
export type Link = z.infer<typeof Link>

const Route = z.object({
  dst: z.string(),
  type: z.string().nullish(),
  gateway: z.string().nullish(),
  via: z.object({ host: z.string() }).partial().nullish(),
  dev: z.string().nullish(),
  table: z.union([z.string(), z.int()]).nullish(),
  protocol: z.union([z.string(), z.int()]).nullish(),
  metric: z.int().nullish(),
  nexthops: z.array(z.object({ gateway: z.string().nullish(), dev: z.string().nullish() })).nullish(),
})
export type Route = z.infer<typeof Route>

/** Links of the first document; an entry of a form not known is an error, an empty one (`{}`, as ip prints for filtered links) is not. */
export function parseLinks(stdout: string, exitCode: number): Link[] {
  return document(stdout, exitCode, 0)
    .filter((entry) => !isEmpty(entry))
    .map((entry) => parsed(Link, entry))
}

/** Routes of all tables. */
export function parseRoutes(stdout: string, exitCode: number): Route[] {
  return document(stdout, exitCode, 1)
    .filter((entry) => !isEmpty(entry))
    .map((entry) => parsed(Route, entry))
}

function parsed<T>(schema: z.ZodType<T>, entry: unknown): T {
  const result = schema.safeParse(entry)
  if (result.success) return result.data
  throw new FactGap(
    'unparsable',
    `ip printed an entry of an unknown form: ${JSON.stringify(entry).slice(0, 200)}`,
  )
}

/** `ip -batch` prints one JSON document a line. */
function document(stdout: string, exitCode: number, index: number): unknown[] {
  if (exitCode === 127) throw new FactGap('command-missing', 'ip is not installed')
  const line = stdout.split('\n').filter((one) => one.startsWith('['))[index]
  if (line === undefined) throw new FactGap('failed', `ip gave no answer (exit status ${exitCode})`)
  try {
    return z.array(z.unknown()).parse(JSON.parse(line))
  } catch {
    throw new FactGap('unparsable', 'ip did not print JSON')
  }
}

function isEmpty(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && Object.keys(entry).length === 0
}
