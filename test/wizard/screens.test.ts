import { describe, expect, it } from 'vitest'
import { drawScreen } from '../../src/wizard/layout.ts'
import { progressLines } from '../../src/wizard/screen-progress.ts'
import { assessScreen } from '../../src/wizard/screen-assess.ts'
import { findingScreen } from '../../src/wizard/screen-finding.ts'
import { collectScreen, failureScreen, resultsScreen } from '../../src/wizard/screen-hosts.ts'
import { helpScreen, reportScreen } from '../../src/wizard/screen-report.ts'
import { fleetScreen, guessSource, sourcesScreen, startScreen } from '../../src/wizard/screen-sources.ts'
import { initialView, type Screen, type Surface } from '../../src/wizard/screen.ts'
import { createTally, type AssessView } from '../../src/wizard/tally.ts'
import { widthOf } from '../../src/wizard/width.ts'
import { wizardStages, type HostResult } from '../../src/wizard/actions.ts'
import { languages, type Language } from '../../src/model/text.ts'
import { assessedHost, checkInfos, summaries } from '../support/wizard-data.ts'

function surfaceOf(columns: number, language: Language): Surface {
  return { columns, rows: 24, language, paint: (_, text) => text }
}

function draw(screen: Screen, columns: number, language: Language): string {
  const { content, bottom } = drawScreen(screen, initialView, surfaceOf(columns, language))
  return [...content, ...bottom].map((line) => line.trimEnd()).join('\n')
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
    expect(
      draw(
        sourcesScreen(sources, 'en', 'osferry inventory import --from ansible:./inventory/hosts.yml'),
        80,
        'en',
      ),
    ).toMatchInlineSnapshot(`
      "[Sources] › Access › Collect › Assess › Report                        READ ONLY
      ───────────────────────────────────────────────────────────────────────────────
      Where are the hosts? Found on this machine:

      ❯ Ansible inventory  ./inventory/hosts.yml  52 hosts
        CSV file           资产清单.csv           1 host
        ssh_config         ~/.ssh/config          ✖ not readable
        Another file …

      ───────────────────────────────────────────────────────────────────────────────
      ↑↓ choose · ⏎ open · b back · ? help · s save and quit · l 中文
      same as: osferry inventory import --from ansible:./inventory/hosts.yml"
    `)
  })

  it('lists what was found, 60 columns, Chinese', () => {
    expect(
      draw(
        sourcesScreen(sources, 'zh-CN', 'osferry inventory import --from ansible:./inventory/hosts.yml'),
        60,
        'zh-CN',
      ),
    ).toMatchInlineSnapshot(`
      "[主机来源] › 连通性 › 采集 › 评估 › 报告               只读
      ───────────────────────────────────────────────────────────
      主机在哪里？在本机发现：

      ❯ Ansible 清单       ./inventory/hosts.yml  52 台主机
        CSV 文件           资产清单.csv           1 台主机
        ssh_config         ~/.ssh/config          ✖ not readable
        其他文件 …

      ───────────────────────────────────────────────────────────
      ↑↓ 选择 · ⏎ 确定 · b 返回 · ? 说明 · s 保存并退出
      l English
      等价命令： osferry inventory import --from
        ansible:./inventory/hosts.yml"
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
    expect(
      draw(resultsScreen(results, { stage: 'access', language: 'en', command: 'osferry doctor' }), 80, 'en'),
    ).toMatchInlineSnapshot(`
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
      same as: osferry doctor"
    `)
    const many = Array.from({ length: 1000 }, (_, index): HostResult => ({
      host: `n${index}`,
      status: 'failed',
      failure: { code: index % 2 === 0 ? 'HOST_TIMEOUT' : 'HOST_REFUSED', message: 'x' },
    }))
    expect(resultsScreen(many, { stage: 'access', language: 'en', command: '' }).rows).toHaveLength(2)
  })

  it('does not let hostile names drive the terminal', () => {
    const text = draw(resultsScreen(results, { stage: 'access', language: 'en', command: '' }), 80, 'en')
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
    expect(draw(assessScreen(assessed(24), 'en', 'osferry assess'), 80, 'en')).toMatchInlineSnapshot(`
      "Sources › Access › Collect › [Assess] › Report                        READ ONLY
      ───────────────────────────────────────────────────────────────────────────────
      24 hosts, 24 with complete facts. What is unknown is never ready.
                      READY  ACTIONS  BLOCKED  UNKNOWN
      Anolis RHCK        24        0        0        0
      Anolis ANCK        16        0        8        0
      ContainerOS        12        0       12        0

      Fix these first (hosts unblocked):
      ❯     ▇▇▇▇ 8/8  blocks  Kernel modules from outside the distribution are loaded
             ▇▇▇ 4/6  blocks  Something writes outside /etc and /var
        Write the reports

      ───────────────────────────────────────────────────────────────────────────────
      ↑↓ choose · ⏎ open · n write reports · b back · ? help · s save and quit
      l 中文
      same as: osferry assess"
    `)
  })

  it('ranks findings by hosts unblocked, 60 columns, Chinese', () => {
    expect(draw(assessScreen(assessed(24), 'zh-CN', 'osferry assess'), 60, 'zh-CN')).toMatchInlineSnapshot(`
      "主机来源 › 连通性 › 采集 › [评估] › 报告               只读
      ───────────────────────────────────────────────────────────
      24 台主机，其中 24 台信息完整。未知绝不视为就绪。
                       就绪   需处理     受阻     未知
      Anolis RHCK        24        0        0        0
      Anolis ANCK        16        0        8        0
      ContainerOS        12        0       12        0

      优先处理（可解除阻断的主机数）：
      ❯     ▇▇▇▇ 8/8  阻断    加载了发行版之外的内核模块
             ▇▇▇ 4/6  阻断    有程序写入 /etc 和 /var 以外的路径
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
    startScreen({ ...session, targets: [...session.targets], skipped: [] }, language),
    sourcesScreen(
      [{ kind: 'csv', path: `${'很长的目录/'.repeat(20)}x.csv`, hosts: 7 }],
      language,
      'osferry x',
    ),
    sourcesScreen([], language, ''),
    fleetScreen(
      {
        inventoryPath: 'inventory.yaml',
        hosts: [],
        notes: Array.from({ length: 20 }, () => ({ en: 'n'.repeat(200), zh: '注'.repeat(100) })),
      },
      language,
      '',
    ),
    resultsScreen(results, {
      stage: 'collect',
      language,
      command: `osferry collect -l '${'x'.repeat(200)}'`,
    }),
    failureScreen(
      {
        code: 'HOST_LOST',
        message: 'm'.repeat(300),
        hint: '提示'.repeat(80),
        hosts: Array.from({ length: 500 }, (_, i) => `node-${i}`),
      },
      { stage: 'access', language, command: '' },
    ),
    collectScreen({ hosts: 10, missing: 4 }, language, 'osferry collect'),
    assessScreen(view, language, 'osferry assess'),
    ...view.findings.map((finding) =>
      findingScreen({ view, finding, example: 0 }, language, 'osferry assess'),
    ),
    reportScreen([{ format: 'html', path: 'r.html' }], language, 'osferry report'),
    ...wizardStages.map((stage) => helpScreen(stage, language)),
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
