import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { findIgnitionSettings } from '../../src/cli/ignition-inputs.ts'
import { commandContext } from '../support/command-context.ts'

const ignition = {
  ignition: { version: '3.3.0' },
  storage: { files: [{ path: '/etc/motd', mode: 420, overwrite: true, contents: { source: 'data:,ours' } }] },
}

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'osferry-own-'))
  mkdirSync(path.join(cwd, 'team'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

/** Settings in a directory of their own, with a file beside them. */
async function found(name: string, text: string, butane?: string): ReturnType<typeof findIgnitionSettings> {
  const settings = { schema: 'ignition-settings/v1', ownConfig: name }
  writeFileSync(path.join(cwd, 'team', 'settings.yaml'), stringify(settings))
  writeFileSync(path.join(cwd, 'team', name), text)
  const programs = path.join(cwd, 'bin')
  mkdirSync(programs)
  if (butane !== undefined) {
    writeFileSync(path.join(programs, 'butane'), `#!/bin/sh\n${butane}\n`)
    chmodSync(path.join(programs, 'butane'), 0o755)
  }
  const context = await commandContext(cwd)
  const PATH = butane === undefined ? programs : `${programs}:/usr/bin:/bin`
  return await findIgnitionSettings({ ...context, env: { PATH } }, 'team/settings.yaml')
}

describe('the configuration of a team', () => {
  it('is read beside the settings that name it', async () => {
    expect((await found('ours.ign', JSON.stringify(ignition))).ownConfig).toEqual(ignition)
  })

  it('is refused with every error and its place', async () => {
    const files = [{ path: '/etc/motd', mode: 644 }]
    const text = JSON.stringify({ ...ignition, storage: { files }, sytemd: {} })
    await expect(found('ours.ign', text)).rejects.toMatchObject({
      code: 'IGNITION_INVALID',
      message: expect.stringMatching(/ours\.ign is not valid:\n {2}sytemd: /),
    })
  })

  // What stands in for butane writes down how it was called, and answers as butane does.
  it('is what butane makes of it, called strictly and with the files beside it', async () => {
    const program = `echo "$@" > '${cwd}/called'; echo '${JSON.stringify(ignition)}'`
    expect((await found('ours.bu', 'variant: fcos\n', program)).ownConfig).toEqual(ignition)
    const team = path.join(cwd, 'team')
    expect(readFileSync(path.join(cwd, 'called'), 'utf8')).toBe(
      `--strict --files-dir ${team} ${team}/ours.bu\n`,
    )
  })

  it('is refused with the words of butane', async () => {
    const program = 'echo "warning at $.systemd.unitz, line 3: unused key unitz" >&2; exit 1'
    await expect(found('ours.bu', 'variant: fcos\n', program)).rejects.toMatchObject({
      code: 'IGNITION_INVALID',
      message: expect.stringContaining('line 3: unused key unitz'),
    })
  })

  it('says what to do where there is no butane', async () => {
    await expect(found('ours.bu', 'variant: fcos\n')).rejects.toMatchObject({
      message: expect.stringContaining('there is no program butane'),
      hint: expect.stringContaining('install butane'),
    })
  })
})
