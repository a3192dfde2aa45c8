import * as fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { buildIgnition } from '../../src/ignition/build-config.ts'
import { textOf } from '../../src/ignition/text-file.ts'
import { ignitionApply, ignitionValidate } from '../support/ignition-program.ts'
import { ignitionRequest } from '../support/ignition-request.ts'
import { anyRequest } from '../support/random-host.ts'
import { keyFile, stackedRequest, vaultRequest } from '../support/stacked-host.ts'

const Oracle = z.object({
  rows: z.array(z.object({ name: z.string(), text: z.string(), exit: z.int(), warns: z.boolean() })),
})
const { rows } = Oracle.parse(
  JSON.parse(readFileSync(new URL('../fixtures/ignition/oracle.json', import.meta.url), 'utf8')),
)

/** Two hundred and forty hosts, the same in every run. */
const corpus = fc.sample(anyRequest, { numRuns: 240, seed: 20_261_121 })

/** A host with data on an array, on a volume, on a volume over an array, and on all of them. */
const arrayPath = '/var/array/a'
const volumePath = '/var/local-pv/a'
const bothPath = '/var/fast/a'
const stacked = [
  [arrayPath],
  [volumePath],
  [bothPath],
  [arrayPath, volumePath, bothPath, '/var/plain/a'],
].map((paths) => stackedRequest(paths))

describe('the real ignition-validate', () => {
  it('answers as the table of 39 says', async () => {
    const answers = await Promise.all(
      rows.map(async ({ name, text }) => {
        const { exit, text: said } = await ignitionValidate(text)
        return { name, exit, warns: said.includes('warning') }
      }),
    )
    expect(answers).toEqual(rows.map(({ name, exit, warns }) => ({ name, exit, warns })))
  })

  it('has nothing to say of any configuration that we make', async () => {
    const said: string[] = []
    for (const request of [ignitionRequest(), ...corpus, ...stacked, vaultRequest([keyFile])]) {
      const { exit, text } = await ignitionValidate(JSON.stringify(buildIgnition(request).config))
      if (exit !== 0 || text.trim() !== '') said.push(`${exit} ${text}`)
    }
    expect(said).toEqual([])
  })
})

describe('the real ignition', () => {
  it('writes the files and modes that were meant', async () => {
    for (const request of [...corpus.slice(0, 24), ...stacked]) {
      const { config } = buildIgnition(request)
      const root = mkdtempSync(join(tmpdir(), 'osferry-root-'))
      try {
        const { exit, text } = await ignitionApply(JSON.stringify(config), root)
        expect({ exit, said: exit === 0 ? '' : text }).toEqual({ exit: 0, said: '' })
        const files = config.storage?.files ?? []
        const written = files.map(({ path }) => ({
          path,
          mode: statSync(join(root, path)).mode & 0o7777,
          text: readFileSync(join(root, path), 'utf8'),
        }))
        expect(written).toEqual(
          files.map((file) => ({ path: file.path, mode: file.mode, text: textOf(file) })),
        )
        const unit = config.systemd?.units?.find(({ name }) => name === 'kubelet.service')
        const dropin = readFileSync(
          join(root, 'etc/systemd/system/kubelet.service.d/90-osferry.conf'),
          'utf8',
        )
        expect(dropin).toBe(unit?.dropins?.[0]?.contents)
        expect(readFileSync(join(root, 'etc/systemd/system-preset/20-ignition.preset'), 'utf8')).toContain(
          'enable kubelet.service',
        )
      } finally {
        rmSync(root, { recursive: true })
      }
    }
  })
})
