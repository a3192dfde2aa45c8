import { describe, expect, it } from 'vitest'
import { drawScreen } from '../../src/wizard/layout.ts'
import { progressLines } from '../../src/wizard/screen-progress.ts'
import { assessScreen } from '../../src/wizard/screen-assess.ts'
import { findingScreen } from '../../src/wizard/screen-finding.ts'
import { collectScreen, failureScreen, resultsScreen } from '../../src/wizard/screen-hosts.ts'
import { errorScreen } from '../../src/wizard/screen-error.ts'
import { helpScreen } from '../../src/wizard/screen-help.ts'
import { reportScreen } from '../../src/wizard/screen-report.ts'
import { fleetScreen, guessSource, sourcesScreen, startScreen } from '../../src/wizard/screen-sources.ts'
import { initialView, type Screen, type Surface } from '../../src/wizard/screen.ts'
import { createTally, type AssessView } from '../../src/wizard/tally.ts'
import { widthOf } from '../../src/wizard/width.ts'
import { wizardStages, type CommandFor, type HostResult } from '../../src/wizard/actions.ts'
import { languages, type Language } from '../../src/model/text.ts'
import { assessedHost, checkInfos, summaries } from '../support/wizard-data.ts'

function surfaceOf(columns: number, language: Language): Surface {
  return { columns, rows: 24, language, paint: (_, text) => text }
}

function draw(screen: Screen, columns: number, language: Language): string {
  const { content, bottom } = drawScreen(screen, initialView, surfaceOf(columns, language))
  return [...content, ...bottom].map((line) => line.trimEnd()).join('\n')
}

/** A task in words, as a command line would be. */
const commandFor: CommandFor = (task) => {
  const source = task.do === 'load' ? task.source : undefined
  const from = source === undefined ? '' : ` ${source.kind}:${source.path}`
  const missing = task.do === 'collect' && task.onlyMissing === true ? ' --only-missing' : ''
  return `osferry ${task.do}${from}${missing}`
}

const errorWords = (code: string) =>
  code === 'HOST_TIMEOUT'
    ? { title: { en: 'timed out', zh: '超时' }, adviceZh: '主机未在限定时间内完成。' }
    : undefined

function optionsOf(stage: 'access' | 'collect', language: Language, command = 'osferry test') {
  return { stage, language, command, next: 'osferry collect', errorWords }
}

function assessed(hosts: number): AssessView {
  const tally = createTally()
  const all = Array.from({ length: hosts }, (_, index) => assessedHost(`node-${index}`, index))
  for (const host of all) tally.addHost(host)
  return tally.finish({ createdAt: '2026-11-21T00:00:00Z', checks: checkInfos, byTarget: summaries(all) })
}

const results: HostResult[] = [
  { host: 'a', status: 'complete', privilege: 'sudo' },
  { host: 'b', status: 'partial', privilege: 'user' },
  {
    host: '\u001b[31mevil\u202e',
    status: 'failed',
    failure: { code: 'HOST_TIMEOUT', message: 'no answer', hint: 'is it up?' },
  },
]

describe('sources', () => {
  const sources = [
    { kind: 'ansible', path: './inventory/hosts.yml', hosts: 52 },
    { kind: 'csv', path: '资产清单.csv', hosts: 1 },
    { kind: 'ssh-config', path: '~/.ssh/config', hosts: null, problem: 'not readable' },
  ] as const

  it('lists what was found, 80 columns, English', () => {
    expect(draw(sourcesScreen(sources, 'en', commandFor), 80, 'en')).toMatchInlineSnapshot(`
      "[Sources] › Access › Collect › Assess › Report                        READ ONLY
      ───────────────────────────────────────────────────────────────────────────────
      Where are the hosts? Found on this machine:

      ❯ Ansible inventory  ./inventory/hosts.yml  52 hosts
        CSV file           资产清单.csv           1 host
        ssh_config         ~/.ssh/config          ✖ not readable
        Another file …

      ───────────────────────────────────────────────────────────────────────────────
      ↑↓ choose · ⏎ open · ? help · s save and quit · l 中文
      same as: osferry load ansible:./inventory/hosts.yml"
    `)
  })

  it('lists what was found, 60 columns, Chinese', () => {
    expect(draw(sourcesScreen(sources, 'zh-CN', commandFor), 60, 'zh-CN')).toMatchInlineSnapshot(`
      "[主机来源] › 连通性 › 采集 › 评估 › 报告               只读
      ───────────────────────────────────────────────────────────
      主机在哪里？在本机发现：

      ❯ Ansible 清单       ./inventory/hosts.yml  52 台主机
        CSV 文件           资产清单.csv           1 台主机
        ssh_config         ~/.ssh/config          ✖ not readable
        其他文件 …

      ───────────────────────────────────────────────────────────
      ↑↓ 选择 · ⏎ 确定 · ? 说明 · s 保存并退出 · l English
      等价命令： osferry load ansible:./inventory/hosts.yml"
    `)
  })

  it('knows the kind of a path that was typed', () => {
    expect(guessSource('cmdb.CSV').kind).toBe('csv')
    expect(guessSource('~/.ssh/config').kind).toBe('ssh-config')
    expect(guessSource('x/inventory.yaml').kind).toBe('inventory')
    expect(guessSource('hosts')).toEqual({ kind: 'ansible', path: 'hosts' })
    expect(guessSource('csv:export.txt')).toEqual({ kind: 'csv', path: 'export.txt' })
  })
})

describe('access and collect', () => {
  it('shows failures by kind, never a row a host', () => {
    expect(draw(resultsScreen(results, optionsOf('access', 'en', 'osferry doctor --hosts')), 80, 'en'))
      .toMatchInlineSnapshot(`
      "Sources › [Access] › Collect › Assess › Report                        READ ONLY
      ───────────────────────────────────────────────────────────────────────────────
      ✔ 2 of 3 hosts can be reached
      ◐ 1 of them in part
      ! 1 without root rights: some facts will be missing (ssh.become: sudo in the
      inventory)
      ✖ 1 failed:

      ❯ ✖ HOST_TIMEOUT              1 host  \\x1b[31mevil\\u202e
        Go on to collect facts from 2 hosts

      ───────────────────────────────────────────────────────────────────────────────
      ↑↓ choose · ⏎ open · r retry failed · b back · ? help · s save and quit
      l 中文
      same as: osferry doctor --hosts"
    `)
    const many = Array.from({ length: 1000 }, (_, index): HostResult => ({
      host: `n${index}`,
      status: 'failed',
      failure: { code: index % 2 === 0 ? 'HOST_TIMEOUT' : 'HOST_REFUSED', message: 'x' },
    }))
    expect(resultsScreen(many, optionsOf('access', 'en')).rows).toHaveLength(2)
  })

  it('does not let hostile names drive the terminal', () => {
    const text = draw(resultsScreen(results, optionsOf('access', 'en')), 80, 'en')
    expect(text).toContain(String.raw`\x1b[31mevil\u202e`)
    expect(text).not.toContain('\u001b')
  })

  it('draws the same number of lines of progress for ten hosts and ten thousand', () => {
    const progress = {
      total: 10_000,
      complete: 4000,
      partial: 2,
      failed: 1,
      running: Array.from({ length: 30 }, (_, i) => `node-${i}`),
    }
    expect(progressLines('Collecting …', progress, surfaceOf(80, 'en')).join('\n')).toMatchInlineSnapshot(`
      "Collecting …
      ████████████░░░░░░░░░░░░░░░░░░ 4003/10000
        ✔ 4000 complete   ◐ 2 partial   ✖ 1 failed   5967 queued
        running  node-0  node-1  node-2  node-3  node-4  node-5 …"
    `)
  })
})

describe('assessment', () => {
  it('ranks findings by hosts unblocked, 80 columns, English', () => {
    expect(draw(assessScreen(assessed(24), 'en', commandFor), 80, 'en')).toMatchInlineSnapshot(`
      "Sources › Access › Collect › [Assess] › Report                        READ ONLY
      ───────────────────────────────────────────────────────────────────────────────
      24 hosts, 24 with complete facts. What is unknown is never ready.
                      READY  ACTIONS  BLOCKED  UNKNOWN
      Anolis RHCK        24        0        0        0
      Anolis ANCK        16        0        8        0
      ContainerOS        12        0       12        0

      Fix these first:
                      Blocks  Then unblocked
      ❯ Anolis ANCK        8          8 of 8  Kernel modules from outside the distri…
        ContainerOS        8         6 of 12  Kernel modules from outside the distri…
        ContainerOS        6        12 of 12  Something writes outside /etc and /var
        Write the reports

      ───────────────────────────────────────────────────────────────────────────────
      ↑↓ choose · ⏎ open · n write reports · b back · ? help · s save and quit
      l 中文
      same as: osferry assess"
    `)
  })

  it('says which hosts of the inventory were chosen', () => {
    const view = { ...assessed(2), selector: 'role=build', inventoryHosts: 14 }
    expect(assessScreen(view, 'en', commandFor).body[0]).toContain(
      '2 of 14 hosts of the inventory (-l role=build)',
    )
    expect(assessScreen(view, 'zh-CN', commandFor).body[0]).toContain(
      '清单 14 台主机中的 2 台（-l role=build）',
    )
  })

  it('says what the checks of nodes rest on, or that nobody looked at the cluster', () => {
    const without = { ...assessed(2), cluster: null }
    expect(assessScreen(without, 'en', commandFor).body[1]).toContain('The cluster was not looked at')
    expect(assessScreen(without, 'zh-CN', commandFor).body[1]).toContain('未检查集群')
    const cluster = {
      context: 'production',
      server: 'https://192.0.2.1:6443',
      version: 'v1.24.3',
      createdAt: '2026-11-20T10:00:00Z',
      nodes: 3,
      matched: 2,
      stale: true,
      gaps: [],
    }
    expect(assessScreen({ ...assessed(2), cluster }, 'en', commandFor).body[1]).toBe(
      'Cluster production: 3 nodes, 2 hosts matched to nodes, snapshot of 2026-11-20T10:00:00Z, too old to rest on.',
    )
    expect(assessScreen(assessed(2), 'en', commandFor).body.join('')).not.toContain('luster')
  })

  it('ranks findings by hosts unblocked, 60 columns, Chinese', () => {
    expect(draw(assessScreen(assessed(24), 'zh-CN', commandFor), 60, 'zh-CN')).toMatchInlineSnapshot(`
      "主机来源 › 连通性 › 采集 › [评估] › 报告               只读
      ───────────────────────────────────────────────────────────
      24 台主机，其中 24 台信息完整。未知绝不视为就绪。
                       就绪   需处理     阻断     未知
      Anolis RHCK        24        0        0        0
      Anolis ANCK        16        0        8        0
      ContainerOS        12        0       12        0

      优先修复：
                        阻断    累计解除阻断
      ❯ Anolis ANCK        8     8 台中 8 台  加载了发行版之外的…
        ContainerOS        8    12 台中 6 台  加载了发行版之外的…
        ContainerOS        6   12 台中 12 台  有程序写入 /etc 和…
        生成报告

      ───────────────────────────────────────────────────────────
      ↑↓ 选择 · ⏎ 确定 · n 生成报告 · b 返回 · ? 说明
      s 保存并退出 · l English
      等价命令： osferry assess"
    `)
  })

  it('shows why, what was seen, the evidence and the fix of a finding', () => {
    const view = assessed(24)
    const page = { view, finding: view.findings[0]!, example: 1 }
    const surface = { ...surfaceOf(60, 'en'), rows: 60 }
    expect(
      drawScreen(
        findingScreen(page, 'en', 'osferry checks explain out-of-tree-modules'),
        initialView,
        surface,
      ).content.join('\n'),
    ).toMatchInlineSnapshot(`
      "Sources › Access › Collect › [Assess] › Report    READ ONLY
      ───────────────────────────────────────────────────────────
      Kernel modules from outside the distribution are loaded
      out-of-tree-modules · blocks · anolis-anck, containeros

      Why
        Kernel modules from outside the distribution are loaded.
        It will not work on the new kernel without a rebuild.

      Seen on node-3
        node-3 loads nvidia 470.57

      Evidence
        $ cat /proc/modules
          nvidia 35000320 12 - Live 0x0 (POE)

      Fix
        a) $ dnf remove 'kmod nvidia'

      8 hosts
        node-0  node-3  node-6  node-9  node-12  node-15  node-18
        node-21

      Sources
        modules(5)

      "
    `)
  })
})

describe('the footer', () => {
  const footer = (screen: Screen, cursor: number, language: Language = 'en'): string =>
    drawScreen(screen, { ...initialView, cursor }, surfaceOf(80, language)).bottom.join('\n')
  const sources = [
    { kind: 'inventory', path: 'inventory.yaml', hosts: 14 },
    { kind: 'ansible', path: 'hosts.ini', hosts: 14 },
  ] as const

  it('names the command of the row under the cursor', () => {
    const screen = sourcesScreen(sources, 'en', commandFor)
    expect(footer(screen, 0)).toContain('same as: osferry load inventory:inventory.yaml')
    expect(footer(screen, 1)).toContain('same as: osferry load ansible:hosts.ini')
    expect(footer(screen, 2)).toMatch(/same as: osferry load$/)
    const collecting = collectScreen({ hosts: 14, missing: 2 }, 'en', commandFor)
    expect(footer(collecting, 0)).toContain('same as: osferry collect --only-missing')
    expect(footer(collecting, 1)).toMatch(/same as: osferry collect$/)
    expect(footer(collecting, 2)).toContain('same as: osferry assess')
    expect(footer(resultsScreen(results, optionsOf('access', 'en')), 1)).toContain('same as: osferry collect')
  })

  it('offers back only where there is something behind, and scrolling only where something scrolls', () => {
    expect(footer(sourcesScreen(sources, 'en', commandFor), 0)).not.toContain('back')
    const help = helpScreen('start', { stage: undefined, language: 'en', command: 'osferry x' })
    expect(footer(help, 0)).toContain('⏎ b back')
    expect(footer(help, 0)).not.toContain('scroll')
    expect(footer({ ...help, body: Array.from({ length: 40 }, () => 'line') }, 0)).toContain('↑↓ scroll')
  })
})

describe('errors', () => {
  const error = {
    code: 'HOST_TIMEOUT',
    message: 'no answer',
    hint: 'is it up?',
    words: errorWords('HOST_TIMEOUT'),
  }
  const bodyIn = (language: Language): readonly string[] =>
    errorScreen(error, { stage: 'access', language, command: '' }).body

  it('are explained in Chinese first, with the original under it once', () => {
    expect(bodyIn('zh-CN')).toEqual([
      '✖ 超时（HOST_TIMEOUT）',
      '主机未在限定时间内完成。',
      '',
      '详情（原文）：',
      '  no answer',
      '  → is it up?',
      '',
    ])
    const failure = failureScreen({ ...error, hosts: ['a'] }, optionsOf('access', 'zh-CN')).body
    expect(failure.slice(0, 6)).toEqual(bodyIn('zh-CN').slice(0, 6))
  })

  it('are as they came in English', () => {
    expect(bodyIn('en')).toEqual(['✖ timed out (HOST_TIMEOUT)', 'no answer', '→ is it up?', ''])
  })
})

describe('every screen', () => {
  const view = assessed(200)
  const session = {
    schema: 'wizard-session/v1',
    savedAt: '2026-11-21T00:00:00.000Z',
    language: 'en',
    stage: 'collect',
    source: { kind: 'ansible', path: './hosts' },
    targets: ['containeros'],
    skipped: [],
  } as const
  const make = (language: Language): Screen[] => [
    startScreen({ ...session, targets: [...session.targets], skipped: [] }, language, commandFor),
    sourcesScreen(
      [{ kind: 'csv', path: `${'很长的目录/'.repeat(20)}x.csv`, hosts: 7 }],
      language,
      commandFor,
    ),
    sourcesScreen([], language, commandFor),
    fleetScreen(
      {
        inventoryPath: 'inventory.yaml',
        hosts: [],
        notes: Array.from({ length: 20 }, () => ({ en: 'n'.repeat(200), zh: '注'.repeat(100) })),
      },
      language,
      commandFor,
    ),
    resultsScreen(results, optionsOf('collect', language, `osferry collect -l '${'x'.repeat(200)}'`)),
    failureScreen(
      {
        code: 'HOST_LOST',
        message: 'm'.repeat(300),
        hint: '提示'.repeat(80),
        hosts: Array.from({ length: 500 }, (_, i) => `node-${i}`),
      },
      optionsOf('access', language),
    ),
    collectScreen({ hosts: 10, missing: 4 }, language, commandFor),
    assessScreen(view, language, commandFor),
    ...view.findings.map((finding) =>
      findingScreen({ view, finding, example: 0 }, language, 'osferry assess'),
    ),
    reportScreen([{ format: 'html', path: 'r.html' }], language, {
      command: 'osferry report',
      planning: 'osferry playbooks list',
    }),
    ...([...wizardStages, 'start'] as const).map((topic) =>
      helpScreen(topic, { stage: undefined, language, command: 'osferry x' }),
    ),
    errorScreen(
      {
        code: 'HOST_TIMEOUT',
        message: 'm'.repeat(300),
        hint: 'h'.repeat(200),
        words: errorWords('HOST_TIMEOUT'),
      },
      { stage: 'access', language, command: 'osferry x' },
    ),
  ]

  it.each([60, 80, 120])('fits %i columns and 24 rows in both languages', (columns) => {
    for (const language of languages)
      for (const screen of make(language)) {
        const { content, bottom } = drawScreen(screen, initialView, surfaceOf(columns, language))
        const lines = [...content, ...bottom]
        expect(Math.max(...lines.map((line) => widthOf(line)))).toBeLessThan(columns)
        expect(lines.length).toBeLessThanOrEqual(24)
        expect(lines.join('\n')).toContain(language === 'en' ? 'READ ONLY' : '只读')
      }
  })
})
