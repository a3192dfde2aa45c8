import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { resolveSettings } from '../../src/cli/config.ts'
import type { CommandContext } from '../../src/cli/context.ts'
import type { SettingKey } from '../../src/cli/settings.ts'
import { equivalentCommand } from '../../src/cli/wizard-command.ts'
import { PlanOptions } from '../../src/model/plan-options.ts'
import { targets } from '../../src/model/target.ts'
import type { Language } from '../../src/model/text.ts'
import type { WizardChoices, WizardTask } from '../../src/wizard/actions.ts'

interface Session {
  flags?: readonly [SettingKey, unknown][]
  language?: Language
  env?: Readonly<Record<string, string>>
  files?: Readonly<Record<string, string>>
  choices?: Partial<WizardChoices>
  /** Of the hosts of the plan. */
  selector?: string
}

/** The command of a task in a directory of its own, whose path is taken out of the answer. */
async function commandOf(task: WizardTask, session: Session = {}): Promise<string> {
  const { flags = [], language = 'en', env = {}, files = {}, choices = {}, selector } = session
  const cwd = await mkdtemp(join(tmpdir(), 'osferry-command-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text)
  const variables = { HOME: cwd, XDG_CONFIG_HOME: cwd, ...env }
  const settings = await resolveSettings({
    flags: new Map(flags),
    configFiles: [],
    cwd,
    language,
    env: variables,
  })
  const context = { settings, cwd, env: variables, language } as unknown as CommandContext
  const all = { task, inventoryPath: undefined, targets: [...targets], skipped: [], ...choices }
  return equivalentCommand(context, all, selector).replaceAll(cwd, '')
}

describe('the equivalent command', () => {
  it('leaves hosts out of test and collection, and never out of the assessment', async () => {
    const skipped = ['web04.shop']
    const choices = { skipped }
    expect(await commandOf({ do: 'test' }, { choices })).toBe(
      "osferry doctor --hosts -l 'host notin (web04.shop)'",
    )
    expect(await commandOf({ do: 'collect', without: ['pay03.bank'] }, { choices })).toBe(
      "osferry collect -l 'host notin (pay03.bank,web04.shop)'",
    )
    expect(await commandOf({ do: 'assess' }, { choices })).toBe('osferry assess')
  })

  it('names the waivers file once there is one, unless the settings name it', async () => {
    const files = { 'waivers.yaml': 'schema: waivers/v1\nwaivers: []\n' }
    expect(await commandOf({ do: 'assess' })).toBe('osferry assess')
    expect(await commandOf({ do: 'assess', waiving: true })).toBe('osferry assess --waivers waivers.yaml')
    expect(await commandOf({ do: 'assess' }, { files })).toBe('osferry assess --waivers waivers.yaml')
    const named = { ...files, 'osferry.yaml': 'assess: { waivers: waivers.yaml }\n' }
    expect(await commandOf({ do: 'assess' }, { files: named })).toBe('osferry assess')
  })

  it('collects only what is missing, with the flags that the wizard was started with', async () => {
    expect(await commandOf({ do: 'collect', onlyMissing: true })).toBe('osferry collect --only-missing')
    const flags: [SettingKey, unknown][] = [
      ['ssh.user', 'ops'],
      ['ssh.hostKeys', 'accept-new'],
      ['ssh.connectTimeoutMs', '5'],
      ['assess.anck', '4.19'],
    ]
    expect(await commandOf({ do: 'collect' }, { flags })).toBe(
      'osferry collect --user ops --accept-new-host-keys --connect-timeout 5',
    )
    expect(await commandOf({ do: 'assess' }, { flags })).toBe('osferry assess --anck 4.19')
  })

  it('keeps a selector of the settings beside the hosts left out', async () => {
    const files = { 'osferry.yaml': 'selector: role=build\n' }
    const left = { do: 'collect', without: ['a'] } as const
    expect(await commandOf(left, { files })).toBe("osferry collect -l 'role=build,host notin (a)'")
    expect(await commandOf({ do: 'collect' }, { files })).toBe('osferry collect')
  })

  it('imports as the wizard does: an inventory that is there is not replaced', async () => {
    const source = { kind: 'ansible', path: 'hosts.ini' } as const
    const files = { 'inventory.yaml': 'schema: inventory/v1\n' }
    expect(await commandOf({ do: 'load' })).toBe('osferry inventory import --from ansible:PATH')
    expect(await commandOf({ do: 'load', source })).toBe('osferry inventory import --from ansible:hosts.ini')
    expect(await commandOf({ do: 'load', source }, { files })).toBe(
      'osferry inventory import --from ansible:hosts.ini --to .osferry/inventory.yaml',
    )
    const own = { kind: 'inventory', path: 'inventory.yaml' } as const
    expect(await commandOf({ do: 'load', source: own })).toBe('osferry inventory list')
    const ssh = { kind: 'ssh-config', path: '~/.ssh/config' } as const
    expect(await commandOf({ do: 'load', source: ssh })).toBe('osferry inventory import --from ssh-config')
    const home = { kind: 'csv', path: '~/cmdb hosts.csv' } as const
    expect(await commandOf({ do: 'load', source: home })).toBe(
      "osferry inventory import --from 'csv:/cmdb hosts.csv'",
    )
  })

  it('names the inventory only when it is another than the settings say', async () => {
    const elsewhere = { choices: { inventoryPath: '/srv/inventory.yaml' } }
    expect(await commandOf({ do: 'assess' }, elsewhere)).toBe(
      'osferry assess --inventory /srv/inventory.yaml',
    )
    const env = { OSFERRY_INVENTORY: '/srv/inventory.yaml' }
    expect(await commandOf({ do: 'assess' }, { ...elsewhere, env })).toBe('osferry assess')
  })

  it('writes reports in the language of the screens', async () => {
    expect(await commandOf({ do: 'report' })).toBe('osferry report')
    expect(await commandOf({ do: 'report' }, { language: 'zh-CN' })).toBe('osferry report --lang zh-CN')
    const env = { LANG: 'zh_CN.UTF-8' }
    expect(await commandOf({ do: 'report' }, { language: 'zh-CN', env })).toBe('osferry report')
    const files = { 'osferry.yaml': 'report: { lang: en }\n' }
    expect(await commandOf({ do: 'report' }, { language: 'zh-CN', files })).toBe('osferry report')
  })

  it('takes a snapshot of the cluster that the wizard was started for', async () => {
    const flags: [SettingKey, unknown][] = [['cluster.context', 'prod']]
    expect(await commandOf({ do: 'snapshot' }, { flags })).toBe('osferry cluster snapshot --context prod')
  })

  it('explains a check', async () => {
    expect(await commandOf({ do: 'explain', check: 'boot-space' })).toBe('osferry checks explain boot-space')
  })

  it('makes the same plan of the answers, and runs it, with the flags that the wizard was started with', async () => {
    const options = PlanOptions.parse({ schema: 'plan-options/v1' })
    const wish = { name: 'plan', playbook: 'centos8-to-containeros', groups: [], options }
    const choices = { wish }
    expect(await commandOf({ do: 'plan' }, { choices })).toBe(
      'osferry plan create --options plan.options.yaml',
    )
    const other = { wish: { ...wish, name: 'plan-anolis-anck' } }
    expect(await commandOf({ do: 'plan' }, { choices: other, selector: 'group in (a,b)' })).toBe(
      "osferry plan create --options plan-anolis-anck.options.yaml -l 'group in (a,b)' --out plan-anolis-anck.json",
    )
    const flags: [SettingKey, unknown][] = [['cluster.context', 'prod']]
    expect(await commandOf({ do: 'apply', digest: 'ab12ab12ab12' }, { choices, flags })).toBe(
      'osferry apply plan.json --approve ab12ab12ab12 --context prod',
    )
    const own = { wish: { ...wish, playbook: 'ours/move it.yaml' } }
    expect(await commandOf({ do: 'apply', digest: 'ab12ab12ab12' }, { choices: own })).toBe(
      "osferry apply plan.json --playbook 'ours/move it.yaml' --approve ab12ab12ab12",
    )
    expect(await commandOf({ do: 'playbooks', file: '' })).toBe('osferry playbooks validate FILE')
    expect(await commandOf({ do: 'approve', digest: 'ab12ab12ab12' }, { choices: other })).toBe(
      'osferry plan approve plan-anolis-anck.json --key ~/.ssh/id_ed25519 --digest ab12ab12ab12',
    )
    expect(await commandOf({ do: 'count-approvals' }, { choices })).toBe(
      'osferry plan verify plan.json --allowed-signers FILE',
    )
    const files = { 'osferry.yaml': 'approvals: { allowedSigners: signers }\n' }
    expect(await commandOf({ do: 'count-approvals' }, { choices, files })).toBe(
      'osferry plan verify plan.json',
    )
    expect(await commandOf({ do: 'playbooks' })).toBe('osferry playbooks list')
    expect(await commandOf({ do: 'show-run', run: '20261121-120000-aaaaaa' })).toBe(
      'osferry runs show 20261121-120000-aaaaaa',
    )
  })
})
