import { basename, join } from 'node:path'
import { acceptedKey, acceptNewKey, withKeysOf, type NewKeyFile } from '../hosts/reinstalled.ts'
import { ensureStateDirectory } from '../inventory/atomic-file.ts'
import { factsFileName } from '../inventory/facts-store.ts'
import { isMigrationError } from '../model/errors.ts'
import type { ResolvedHost } from '../model/inventory.ts'
import type { Host } from '../model/ports.ts'
import { StepError } from '../model/step-error.ts'
import { machineOfHost, type Machine } from '../steps/prove-machine.ts'
import { connectorFor, homeOf } from './connector-for.ts'
import { createPrompter } from './prompter.ts'
import type { RunWorld } from './run-world.ts'

/** A connected host, and the fingerprint of the key that the run has accepted for it, if it has. */
export interface Connection {
  host: Host
  newKey: string | undefined
}

export interface ConnectOptions {
  /** Throws for a machine that is not the one that is meant. */
  require: (told: Machine) => void
  /** The run has replaced the system of the host, and its cluster tells which machine it is now. */
  mayHaveNewKey: boolean
  signal: AbortSignal
}

export interface Connections {
  connect(host: ResolvedHost, options: ConnectOptions): Promise<Connection>
  close(): Promise<void>
}

/**
 * Connects by the keys that are known. A machine that was installed anew has another one: a host whose system this run has replaced
 * is believed once to be that machine, when it says so by the machine id and boot id that its node has in the cluster. The key is
 * kept in `host-keys/RUN/HOST` of the state directory, and no other is accepted in its place.
 */
export function openConnections({ context, run }: RunWorld): Connections {
  const prompter = createPrompter(context)
  const usual = connectorFor(context, prompter)
  const renewed = connectorFor(context, prompter, { systemKnownHosts: [] })
  const state = context.settings.required('state')

  function placeOf({ name }: ResolvedHost): NewKeyFile {
    const file = join(state, 'host-keys', run.id, basename(factsFileName(name), '.json'))
    return { file, log: context.log, home: homeOf(context.env) }
  }

  async function byNewKey(host: ResolvedHost, newKey: string, signal: AbortSignal): Promise<Connection> {
    const { file } = placeOf(host)
    return { host: await renewed.connect(withKeysOf(host, file), { signal }), newKey }
  }

  /** Nothing of ours but a signature is given to a host whose key is not known. */
  async function accept(host: ResolvedHost, { require, signal }: ConnectOptions): Promise<string> {
    ensureStateDirectory(state)
    const newKey = acceptNewKey(host, {
      place: placeOf(host),
      connector: renewed,
      signal,
      async prove(probe) {
        try {
          require(await machineOfHost(probe, { become: false, signal }))
        } catch (error) {
          if (!(error instanceof StepError)) throw error
          const message = `the new host key of ${host.name} is not accepted: ${error.message}`
          throw new StepError(error.failureClass, message, { code: error.code, cause: error })
        }
      },
    })
    return await newKey.catch((error: unknown) => {
      if (!isMigrationError(error, 'HOST_AUTH_FAILED')) throw error
      const message = `the new host key of ${host.name} is not accepted: it was asked with keys only, never with a password, and did not let us in`
      throw new StepError('config', message, { code: 'HOST_KEY_NOT_PROVEN', cause: error })
    })
  }

  return {
    async connect(host, options) {
      const { mayHaveNewKey, signal } = options
      const accepted = await acceptedKey(host, placeOf(host))
      if (accepted !== undefined) return await byNewKey(host, accepted, signal)
      try {
        return { host: await usual.connect(host, { signal }), newKey: undefined }
      } catch (error) {
        if (!mayHaveNewKey || !isNewKeyOf(error, host)) throw error
      }
      const newKey = await accept(host, options)
      context.log.info('host key accepted after the replacement of the system', { host: host.name, newKey })
      return await byNewKey(host, newKey, signal)
    },
    async close() {
      await Promise.allSettled([usual.close(), renewed.close()])
    },
  }
}

/** Another key, or an unknown one, of the host itself: not of a jump host, and not a file that cannot be read. */
function isNewKeyOf(error: unknown, { name }: ResolvedHost): boolean {
  if (!isMigrationError(error, 'HOST_KEY_CHANGED', 'HOST_KEY_UNKNOWN')) return false
  return error.details['host'] === name && error.details['presented'] !== undefined
}
