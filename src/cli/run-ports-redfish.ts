import { join, resolve } from 'node:path'
import { factsFileName, readFactsFile } from '../inventory/facts-store.ts'
import { readBounded } from '../inventory/read-bounded.ts'
import { readRedfishStart, writeRedfishStart } from '../inventory/redfish-start-file.ts'
import type { RedfishParameters } from '../model/bmc-settings.ts'
import { nearestHint } from '../model/nearest.ts'
import { MigrationError } from '../model/errors.ts'
import type { BmcLogin } from '../provision/redfish-client.ts'
import type { RedfishPorts } from '../provision/redfish-provider.ts'
import { configuredSecret } from './configured-secret.ts'
import type { RunWorld } from './run-world.ts'
import { factsDirectory, redfishStartPath } from './state-paths.ts'

/** Labels of a host in the inventory. */
const addressLabel = 'bmc'
const certificateLabel = 'bmc-certificate'

/** BMCs by the inventory and osferry.yaml, machines by their facts. */
export function redfishPorts(
  { context, hosts }: Pick<RunWorld, 'context' | 'hosts'>,
  { bmc: name }: Pick<RedfishParameters, 'bmc'>,
): RedfishPorts {
  async function login(host: string): Promise<BmcLogin> {
    const { bmcs } = context.settings
    const configured = bmcs.get(name)
    if (configured === undefined) {
      const known = [...bmcs.keys()]
      throw new MigrationError('CONFIG_INVALID', `osferry.yaml has no ${name} under bmcs`, {
        hint: `${nearestHint(name, known)}There are ${known.length === 0 ? 'none' : known.join(', ')}.`,
      })
    }
    const { settings, directory } = configured
    const reveal = async (reference: string): Promise<string> =>
      await configuredSecret(context, { reference, directory })
    return {
      ...placeOf(host, hosts.get(host)?.labels ?? {}),
      auth: settings.auth ?? 'session',
      ca: settings.caFile === undefined ? undefined : await readBounded(resolve(directory, settings.caFile)),
      username: await reveal(settings.username),
      password: await reveal(settings.password),
    }
  }

  return {
    login,
    async hardware(host) {
      const { facts } = await readFactsFile(join(factsDirectory(context), factsFileName(host)))
      const told = facts.hardware?.status === 'ok' ? facts.hardware.value : undefined
      return { uuid: told?.uuid ?? undefined, serial: told?.serial ?? undefined }
    },
    starts: {
      read: async (host) => await readRedfishStart(redfishStartPath(context, host)),
      async write(start) {
        const at = context.clock.now()
        const path = redfishStartPath(context, start.host)
        await writeRedfishStart(path, { schema: 'redfish-start/v1', ...start, at })
      },
    },
    lookEveryMs: 3000,
  }
}

/** Throws INVENTORY_INVALID for labels that are no address and no fingerprint. */
function placeOf(
  host: string,
  labels: Readonly<Record<string, string>>,
): Pick<BmcLogin, 'url' | 'fingerprint'> {
  const { [addressLabel]: url, [certificateLabel]: told } = labels
  if (url === undefined || !isHttpsOrigin(url))
    throw new MigrationError(
      'INVENTORY_INVALID',
      `the label ${addressLabel} of ${host} in the inventory is ${url === undefined ? 'missing' : 'no https://HOST[:PORT]'}`,
      { hint: `labels: { ${addressLabel}: https://192.0.2.11 } beside the host's name` },
    )
  const fingerprint = told?.replaceAll(':', '').toLowerCase()
  if (fingerprint === undefined || /^[0-9a-f]{64}$/.test(fingerprint)) return { url, fingerprint }
  throw new MigrationError(
    'INVENTORY_INVALID',
    `the label ${certificateLabel} of ${host} in the inventory is no SHA-256 of a certificate`,
    { hint: 'openssl s_client -connect BMC:443 </dev/null | openssl x509 -noout -fingerprint -sha256' },
  )
}

function isHttpsOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, pathname, search, hash } = new URL(text)
  return (
    protocol === 'https:' &&
    [username, password, search, hash].every((part) => part === '') &&
    pathname === '/'
  )
}
