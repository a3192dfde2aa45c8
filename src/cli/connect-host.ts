import { hash } from 'node:crypto'
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
  /**
   * Token of the step by which the run has replaced the system of the host, when its cluster tells which machine it is now;
   * undefined = only keys that are known.
   */
  newKeyOf: string | undefined
  signal: AbortSignal
}

export interface Connections {
  connect(host: ResolvedHost, options: ConnectOptions): Promise<Connection>
  close(): Promise<void>
}

/**
 * Connects by the keys that are known. A machine that was installed anew has another one: a host whose system this run has replaced
 * is believed once to be that machine, when it says so by the machine id and boot id that its node has in the cluster. The key is
 * kept in `host-keys/RUN/HOST~SYSTEM` of the state directory, and no other is accepted in its place: only a system that replaces
 * this one, as on the way back, has a file of its own.
 */
export function openConnections({ context, run }: RunWorld): Connections {
  const prompter = createPrompter(context)
  const usual = connectorFor(context, prompter)
  const renewed = connectorFor(context, prompter, { systemKnownHosts: [] })
  const state = context.settings.required('state')

  function placeOf({ name }: ResolvedHost, system: string): NewKeyFile {
    const host = basename(factsFileName(name), '.json')
    const file = join(state, 'host-keys', run.id, `${host}~${hash('sha256', system).slice(0, 16)}`)
    return { file, log: context.log, home: homeOf(context.env) }
  }

  async function byNewKey(
    host: ResolvedHost,
    { place, newKey, signal }: { place: NewKeyFile; newKey: string; signal: AbortSignal },
  ): Promise<Connection> {
    return { host: await renewed.connect(withKeysOf(host, place.file), { signal }), newKey }
  }

  /** Nothing of ours but a signature is given to a host whose key is not known. */
  async function accept(
    host: ResolvedHost,
    { require, signal, place }: ConnectOptions & { place: NewKeyFile },
  ): Promise<string> {
    ensureStateDirectory(state)
    const newKey = acceptNewKey(host, {
      place,
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
      const { newKeyOf, signal } = options
      const place = newKeyOf === undefined ? undefined : placeOf(host, newKeyOf)
      const accepted = place === undefined ? undefined : await acceptedKey(host, place)
      if (place !== undefined && accepted !== undefined)
        return await byNewKey(host, { place, newKey: accepted, signal })
      try {
        return { host: await usual.connect(host, { signal }), newKey: undefined }
      } catch (error) {
        if (place === undefined || !isNewKeyOf(error, host)) throw error
        const newKey = await accept(host, { ...options, place })
        context.log.info('host key accepted after the replacement of the system', { host: host.name, newKey })
        return await byNewKey(host, { place, newKey, signal })
      }
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
