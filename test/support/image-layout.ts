import { hash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { tarContent, tarEnd, tarHeader } from './tar-blocks.ts'

/** The platform of this machine, as images name it. */
const architecture = process.arch === 'x64' ? 'amd64' : process.arch

/** A small image in an OCI layout, which the test has written itself. */
export interface LayoutImage {
  /** The directory, and the same as an archive. */
  directory: string
  archive: string
  /** What its names stand for: the manifest, or the index around it. */
  digest: string
  manifest: string
  config: string
}

interface LayoutOptions {
  /** What the one file in it says. */
  content: string | Buffer
  names: readonly string[]
  /** Of two platforms, the other of which is not there: as containerd keeps it after a pull. */
  index?: boolean
}

const types = 'application/vnd.oci.image'

/** Writes an image with one layer into a new directory. */
export function writeLayout(
  directory: string,
  { content, names, index = false }: LayoutOptions,
): LayoutImage {
  const blobs = join(directory, 'blobs/sha256')
  mkdirSync(blobs, { recursive: true })
  const add = (
    bytes: Buffer | string,
    mediaType: string,
  ): { mediaType: string; digest: string; size: number } => {
    const digest = hash('sha256', bytes)
    writeFileSync(join(blobs, digest), bytes)
    return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(bytes) }
  }
  const bytes = Buffer.from(content as string)
  const layer = Buffer.concat([tarHeader({ name: 'content', size: bytes.length }), padded(bytes), tarEnd])
  const config = add(
    JSON.stringify({
      architecture,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [`sha256:${hash('sha256', layer)}`] },
      history: [{ created: '2026-11-21T00:00:00Z', created_by: 'test' }],
    }),
    `${types}.config.v1+json`,
  )
  const layers = [add(gzipSync(layer), `${types}.layer.v1.tar+gzip`)]
  const mediaType = `${types}.manifest.v1+json`
  const manifest = add(JSON.stringify({ schemaVersion: 2, mediaType, config, layers }), mediaType)
  const platform = { architecture, os: 'linux' }
  const other = {
    ...manifest,
    digest: `sha256:${'1'.repeat(64)}`,
    platform: { architecture: 's390x', os: 'linux' },
  }
  const root = index
    ? add(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: `${types}.index.v1+json`,
          manifests: [{ ...manifest, platform }, other],
        }),
        `${types}.index.v1+json`,
      )
    : manifest
  const manifests = names.map((name) => ({
    ...root,
    annotations: {
      'io.containerd.image.name': name,
      'org.opencontainers.image.ref.name': name.slice(name.lastIndexOf(':') + 1),
    },
  }))
  writeFileSync(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
  writeFileSync(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  const archive = `${directory}.tar`
  execFileSync('tar', ['-C', directory, '-cf', archive, '.'])
  return { directory, archive, digest: root.digest, manifest: manifest.digest, config: config.digest }
}

function padded(bytes: Buffer): Buffer {
  return tarContent(bytes.toString('latin1'))
}
