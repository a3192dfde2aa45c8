import type { IgnitionSpec } from '../model/os-profile.ts'
import type { File, IgnitionConfig } from './config.ts'

export interface PointerTarget {
  /** Where the machine fetches the configuration: http(s). */
  source: string
  /** Of the bytes that are served there, hex. */
  sha512: string
  /** That of the configuration: what reads it reads the pointer. */
  spec: IgnitionSpec
  /** Certificate authority (PEM) of the server; undefined = one that the image knows. */
  certificateAuthority?: string | undefined
  /** What the machine gets beside the configuration. */
  files?: File[]
}

/** Without a limit a server that answers 5xx, or has an unknown certificate, is asked for ever. */
const totalSeconds = 600

/** A configuration that is no more than the address of another one, which counts only when its bytes are those that were meant. */
export function pointerConfig({
  source,
  sha512,
  spec,
  certificateAuthority,
  files = [],
}: PointerTarget): IgnitionConfig {
  const authority = `data:,${encodeURIComponent(certificateAuthority ?? '')}`
  return {
    ignition: {
      version: spec,
      config: { merge: [{ source, verification: { hash: `sha512-${sha512}` } }] },
      timeouts: { httpTotal: totalSeconds },
      ...(certificateAuthority === undefined
        ? {}
        : { security: { tls: { certificateAuthorities: [{ source: authority }] } } }),
    },
    ...(files.length === 0 ? {} : { storage: { files } }),
  }
}
