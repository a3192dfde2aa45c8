import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ignitionDiff } from '../../src/cli/command-ignition-diff.ts'
import { ignitionExplain } from '../../src/cli/command-ignition-explain.ts'
import { ignitionRender } from '../../src/cli/command-ignition-render.ts'
import { ignitionValidate } from '../../src/cli/command-ignition-validate.ts'
import type { CommandInput } from '../../src/cli/define-command.ts'
import { factsDirectory } from '../../src/cli/state-paths.ts'
import { IgnitionConfig } from '../../src/ignition/config.ts'
import { writeFacts } from '../../src/inventory/facts-store.ts'
import { commandContext } from '../support/command-context.ts'
import { factsWith, hostFacts } from '../support/facts-fixture.ts'
import { certificate, fileText } from '../support/ignition-request.ts'
import { wholeProfile } from '../support/whole-profile.ts'

let directory = ''
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'osferry-ignition-'))
  const base = hostFacts()
  const cron = {
    jobs: [{ source: '/etc/crontab', user: 'root', schedule: '@daily', command: '/opt/backup' }],
  }
  const load = [{ file: '/etc/modules-load.d/k8s.conf', module: 'nf_conntrack_ipv4' }]
  const context = await commandContext(directory)
  await writeFacts(factsDirectory(context), factsWith({ cron, moduleConfig: { load } }, base))
  writeFileSync(join(directory, 'ours.yaml'), stringify(wholeProfile()))
  const accept = ['kubelet-config:/var/lib/kubelet/config.yaml', 'cron:/etc/crontab:@daily /opt/backup']
  const joins = { server: 'https://10.0.0.1:6443', certificateAuthority: certificate }
  const settings = { schema: 'ignition-settings/v1', join: joins, accept }
  writeFileSync(join(directory, 'settings.yaml'), stringify(settings))
})
afterAll(() => {
  rmSync(directory, { recursive: true })
})

const given = (name: string, flags: Record<string, string> = {}): CommandInput => ({
  arguments: [name],
  value: (flag) => flags[flag],
  values: () => [],
  on: () => false,
})
const ours = { '--profile': './ours.yaml', '--settings': 'settings.yaml' }

describe('osferry ignition render', () => {
  it('prints a configuration, and ends with 0 when everything is decided', async () => {
    const context = await commandContext(directory)
    const exit = await ignitionRender.run(context, given('worker-1', ours))
    expect(context.written.stderr).toBe('')
    expect(exit.code).toBe(0)
    const config = IgnitionConfig.parse(JSON.parse(context.written.stdout))
    expect(config.ignition.version).toBe('3.3.0')
    expect(fileText(config, '/etc/hostname')).toBe('worker-1\n')
    // The kernel of the profile has merged this module into another one.
    expect(fileText(config, '/etc/modules-load.d/90-osferry.conf')).toBe('nf_conntrack\n')
  })

  it('names what would be lost, and ends with 2, while nobody has decided', async () => {
    const context = await commandContext(directory)
    const exit = await ignitionRender.run(context, given('worker-1', { '--profile': './ours.yaml' }))
    expect(exit).toMatchObject({
      code: 2,
      reason: expect.stringContaining('of the old system would be lost'),
    })
    expect(context.written.stderr).toContain('cron:/etc/crontab:@daily /opt/backup  ')
    expect(() => JSON.parse(context.written.stdout)).not.toThrow()
  })

  it('refuses a built-in profile that does not say what is needed', async () => {
    const context = await commandContext(directory)
    await expect(
      ignitionRender.run(context, given('worker-1', { '--profile': 'lifseaos' })),
    ).rejects.toMatchObject({
      code: 'PROFILE_INCOMPLETE',
    })
  })

  it('refuses a host without facts, and a call without a profile', async () => {
    const context = await commandContext(directory)
    await expect(ignitionRender.run(context, given('worker-9', ours))).rejects.toMatchObject({
      code: 'DOCUMENT_NOT_FOUND',
    })
    await expect(ignitionRender.run(context, given('worker-1'))).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('refuses settings with a private key by file, line and field, and does not show it', async () => {
    const pem = `${certificate}-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----\n`
    const settings = { schema: 'ignition-settings/v1', certificateAuthorities: [{ name: 'a', pem }] }
    writeFileSync(join(directory, 'key.yaml'), stringify(settings))
    const context = await commandContext(directory)
    const refused = await ignitionRender
      .run(context, given('worker-1', { ...ours, '--settings': 'key.yaml' }))
      .catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'IGNITION_SETTINGS_INVALID',
      message: expect.stringMatching(/key\.yaml:4:5: certificateAuthorities\[0\]\.pem: holds a private key/),
    })
    expect(JSON.stringify(refused)).not.toContain('CANARY')
  })
})

describe('osferry ignition explain', () => {
  it('says of each part from where it comes, in both languages', async () => {
    for (const language of ['en', 'zh-CN'] as const) {
      const say = ({ en, zh }: { en: string; zh: string }) => (language === 'en' ? en : zh)
      const context = await commandContext(directory, { language, say })
      const exit = await ignitionExplain.run(context, given('worker-1', ours))
      expect(exit.code).toBe(0)
      expect(context.written.stdout).toMatch(/hostname +\/etc\/hostname +plan\.node/)
      expect(context.written.stdout).toContain(language === 'en' ? 'FROM' : '来源')
    }
  })
})

describe('osferry ignition diff', () => {
  it('tells an earlier configuration from the one of now, and nothing from the same one', async () => {
    const rendered = await commandContext(directory)
    await ignitionRender.run(rendered, given('worker-1', ours))
    writeFileSync(join(directory, 'before.ign'), rendered.written.stdout)
    const same = await commandContext(directory)
    const input = { ...given('worker-1', ours), arguments: ['worker-1', 'before.ign'], on: () => true }
    expect(await ignitionDiff.run(same, input)).toMatchObject({ code: 0, reason: 'no changes' })
    writeFileSync(join(directory, 'before.ign'), rendered.written.stdout.replace('worker-1', 'worker-9'))
    const other = await commandContext(directory)
    expect(await ignitionDiff.run(other, input)).toMatchObject({ code: 2, reason: '1 change' })
    expect(other.written.stdout).toContain('-worker-9 | +worker-1')
  })
})

describe('osferry ignition validate', () => {
  const write = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text)
    return name
  }
  const wrong = JSON.stringify({
    ignition: { version: '3.4.0' },
    storage: { files: [{ path: '/etc/a', mode: 644 }] },
  })

  it('takes what render has made', async () => {
    const rendered = await commandContext(directory)
    await ignitionRender.run(rendered, given('worker-1', ours))
    const context = await commandContext(directory)
    const exit = await ignitionValidate.run(context, given(write('good.ign', rendered.written.stdout)))
    expect(exit.code).toBe(0)
    expect(context.written.stdout).toBe('')
  })

  it('names every trap by its place, and ends with 65', async () => {
    const context = await commandContext(directory, { format: 'json' })
    const exit = await ignitionValidate.run(context, given(write('wrong.ign', wrong)))
    expect(exit.code).toBe(65)
    expect(JSON.parse(context.written.stdout)).toMatchObject({
      items: [{ severity: 'error', rule: 'mode', path: 'storage.files.0.mode' }],
      exit: { code: 65 },
    })
  })

  it('counts the specification that a system reads', async () => {
    const context = await commandContext(directory)
    const exit = await ignitionValidate.run(
      context,
      given(write('wrong.ign', wrong), { '--profile': 'nestos' }),
    )
    expect(exit.reason).toContain('2 errors')
    expect(context.written.stdout).toContain('3.4.0 is newer than 3.3.0')
  })

  it('says of a mode that is written in octal what JSON makes of it', async () => {
    const context = await commandContext(directory)
    const text = '{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"/etc/a","mode":0644}]}}'
    expect((await ignitionValidate.run(context, given(write('octal.ign', text)))).code).toBe(65)
    expect(context.written.stdout).toContain('0644 as 420')
  })
})
