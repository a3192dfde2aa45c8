import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ignitionDiff } from '../../src/cli/command-ignition-diff.ts'
import { ignitionPointer } from '../../src/cli/command-ignition-pointer.ts'
import { ignitionExplain } from '../../src/cli/command-ignition-explain.ts'
import { ignitionRender } from '../../src/cli/command-ignition-render.ts'
import { ignitionValidate } from '../../src/cli/command-ignition-validate.ts'
import type { CommandInput } from '../../src/cli/define-command.ts'
import { factsDirectory } from '../../src/cli/state-paths.ts'
import { IgnitionConfig } from '../../src/ignition/config.ts'
import { lintIgnitionText } from '../../src/ignition/lint.ts'
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

  it.each([
    ['aws', 16_384],
    ['aliyun', 32_768],
    // 65,535 bytes of Base64 hold so many.
    ['openstack', 49_149],
  ])('counts what %s takes as user data: %i bytes', async (platform, most) => {
    const codes = async (bytes: number): Promise<[number, string]> => {
      const empty = '{"ignition":{"version":"3.3.0"}}'
      const context = await commandContext(directory)
      const file = write('sized.ign', empty.padEnd(bytes))
      const { code } = await ignitionValidate.run(context, given(file, { '--platform': platform }))
      return [code, context.written.stdout]
    }
    expect(await codes(most)).toEqual([0, ''])
    expect(await codes(most + 1)).toEqual([65, expect.stringContaining(`has ${most + 1} bytes`)])
  })
})

describe('osferry ignition pointer', () => {
  const url = 'https://boot.example.com/worker-1.ign'

  it('prints what fetches the file and no other bytes, and trusts the authority that was given', async () => {
    const rendered = await commandContext(directory)
    await ignitionRender.run(rendered, given('worker-1', ours))
    writeFileSync(join(directory, 'whole.ign'), rendered.written.stdout)
    writeFileSync(join(directory, 'ca.pem'), certificate)
    const context = await commandContext(directory)
    await ignitionPointer.run(context, { ...given('', { '--ca': 'ca.pem' }), arguments: ['whole.ign', url] })
    const pointer = IgnitionConfig.parse(JSON.parse(context.written.stdout))
    const digest = createHash('sha512').update(rendered.written.stdout).digest('hex')
    expect(pointer.ignition.config?.merge).toEqual([
      { source: url, verification: { hash: `sha512-${digest}` } },
    ])
    const [authority] = pointer.ignition.security?.tls?.certificateAuthorities ?? []
    expect(decodeURIComponent(authority?.source ?? '')).toBe(`data:,${certificate}`)
    const { issues } = lintIgnitionText(context.written.stdout)
    expect(issues).toEqual([])
    expect(context.written.stdout.length).toBeLessThan(2000)
  })

  it('refuses a file that would fail, and an address with a password', async () => {
    writeFileSync(join(directory, 'bad.ign'), '{"ignition":{"version":"2.2.0"}}')
    writeFileSync(join(directory, 'good.ign'), '{"ignition":{"version":"3.3.0"}}')
    const asked = async (...names: string[]): Promise<unknown> =>
      await ignitionPointer.run(await commandContext(directory), { ...given(''), arguments: names })
    await expect(asked('bad.ign', url)).rejects.toMatchObject({ code: 'IGNITION_INVALID' })
    const refused = await asked('good.ign', 'https://me:CANARY@h/x').catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'USAGE' })
    expect(String(refused)).not.toContain('CANARY')
  })
})
