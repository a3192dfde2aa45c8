import { createHash } from 'node:crypto'
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  closeArtifacts,
  isArtifactName,
  openArtifacts,
  type WantedArtifact,
} from '../../src/provision/boot-artifacts.ts'
import { checksumMemory, type ChecksumMemory } from '../../src/provision/checksum-memory.ts'

let directory = ''
let wanted: WantedArtifact
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'osferry-artifacts-'))
  const path = join(directory, 'rootfs.img')
  writeFileSync(path, 'a system')
  wanted = { name: 'rootfs.img', path, sha256: createHash('sha256').update('a system').digest('hex') }
})
afterEach(() => {
  rmSync(directory, { recursive: true })
})

const signal = new AbortController().signal
const nothing = 'f'.repeat(64)
const saved = (): string => join(directory, 'checksums.json')
const memoryOf = (text?: string): ChecksumMemory =>
  checksumMemory(text, async (written) => await Promise.resolve(writeFileSync(saved(), written)))

describe('artifacts of the boot server', () => {
  it('are refused with another sha256 than the one that was meant', async () => {
    const other = { ...wanted, sha256: nothing }
    await expect(openArtifacts([wanted, other], { memory: memoryOf(), signal })).rejects.toMatchObject({
      code: 'BOOT_ARTIFACT_WRONG',
      message: `${wanted.path} has the sha256 ${wanted.sha256}, not ${nothing}`,
    })
  })

  it('are refused when they are no files', async () => {
    for (const path of [directory, join(directory, 'gone')])
      await expect(
        openArtifacts([{ ...wanted, path }], { memory: memoryOf(), signal }),
      ).rejects.toMatchObject({
        code: 'DOCUMENT_NOT_FOUND',
      })
  })

  it('stay the files that were checked when others take their place, and are told when they are written to', async () => {
    const [artifact] = await openArtifacts([wanted], { memory: memoryOf(), signal })
    const other = join(directory, 'other')
    writeFileSync(other, 'b system')
    const kept = join(directory, 'kept')
    renameSync(wanted.path, kept)
    renameSync(other, wanted.path)
    const read = await artifact!.file.read({ buffer: Buffer.alloc(8), position: 0 })
    expect(read.buffer.toString()).toBe('a system')
    appendFileSync(kept, '!')
    expect(await artifact!.isAsChecked()).toBe(false)
    await closeArtifacts([artifact!])
  })

  it('are not read again while nobody has touched them', async () => {
    await closeArtifacts(await openArtifacts([wanted], { memory: memoryOf(), signal }))
    // A sum that no reading could give: it shows that the memory is what was asked.
    const text = readFileSync(saved(), 'utf8').replace(wanted.sha256, nothing)
    await closeArtifacts(
      await openArtifacts([{ ...wanted, sha256: nothing }], { memory: memoryOf(text), signal }),
    )
    const { atime, mtime } = statSync(wanted.path)
    writeFileSync(wanted.path, 'b system')
    utimesSync(wanted.path, atime, mtime)
    await expect(
      openArtifacts([{ ...wanted, sha256: nothing }], { memory: memoryOf(text), signal }),
    ).rejects.toMatchObject({ code: 'BOOT_ARTIFACT_WRONG' })
  })

  it('are read again when what was saved is damaged', async () => {
    for (const text of ['', '{', '{"schema":"boot-checksums/v1","files":[{}]}', '[]']) {
      const opened = await openArtifacts([wanted], { memory: memoryOf(text), signal })
      expect(opened).toHaveLength(1)
      await closeArtifacts(opened)
    }
  })

  it('have names that mean nothing in a path', () => {
    for (const name of ['rootfs.img', 'kernel-6.1.0+2~a', '0']) expect(isArtifactName(name)).toBe(true)
    for (const name of ['', '.', '..', '.hidden', 'a/b', 'a%2fb', 'a b', 'a\\b', 'ä', 'a?b', 'a'.repeat(201)])
      expect(isArtifactName(name)).toBe(false)
  })
})
