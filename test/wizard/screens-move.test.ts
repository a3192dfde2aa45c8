import { describe, expect, it } from 'vitest'
import { PlanOptions } from '../../src/model/plan-options.ts'
import { Playbook } from '../../src/model/playbook.ts'
import { languages, type Language } from '../../src/model/text.ts'
import type { KnownCluster } from '../../src/wizard/cluster.ts'
import { dataGroups, actionsOf } from '../../src/wizard/data-groups.ts'
import { drawScreen } from '../../src/wizard/layout.ts'
import { fitChoices, newMove, wishOf, workOn } from '../../src/wizard/move-state.ts'
import type { EndedRun, HostData, HostGroup, MovingPlaybook, SavedPlan } from '../../src/wizard/move.ts'
import { planSettings } from '../../src/wizard/plan-settings.ts'
import { newRunView, noteWarning } from '../../src/wizard/run-view.ts'
import { runLines } from '../../src/wizard/run-lines.ts'
import { approvalsScreen } from '../../src/wizard/screen-approvals.ts'
import { clusterScreen } from '../../src/wizard/screen-cluster.ts'
import { dataChoiceScreen, dataScreen } from '../../src/wizard/screen-data.ts'
import { endedNodesScreen, endScreen } from '../../src/wizard/screen-end.ts'
import { finalScreen, lostScreen, reviewScreen } from '../../src/wizard/screen-review.ts'
import {
  settingChoiceScreen,
  settingsScreen,
  storeScreen,
  timesScreen,
} from '../../src/wizard/screen-settings.ts'
import { groupScreen, targetsScreen } from '../../src/wizard/screen-targets.ts'
import { leftOutScreen, wavesScreen, waveScreen } from '../../src/wizard/screen-waves.ts'
import { initialView, type Screen } from '../../src/wizard/screen.ts'
import { widthOf } from '../../src/wizard/width.ts'
import { makePlan } from '../support/plan-fixture.ts'

const evil = 'e\u001b[31mvil\u202e'
const long = 'a-very-long-name-of-something-that-nobody-would-choose-'.repeat(4)

const playbook = (name: string, target: 'containeros' | 'anolis-anck'): MovingPlaybook => ({
  ...Playbook.parse({
    schema: 'playbook/v1',
    name,
    title: { en: name, zh: name },
    target,
    phases: {
      migrate: [{ uses: 'data.park' }],
      replace: [{ uses: 'host.provision', pointOfNoReturn: true }, { uses: 'node.verify-os' }],
      restore: [{ uses: 'data.restore' }],
    },
  }),
  target,
  id: name,
})

const verdicts = { READY: 4, READY_WITH_ACTIONS: 2, BLOCKED: 1, UNKNOWN: 1 }
const group = (id: string, hosts: number): HostGroup => ({
  id,
  hosts,
  byTarget: (['anolis-anck', 'containeros'] as const).map((target) => ({
    target,
    verdicts,
    reasons: [{ key: 'x', title: { en: `${long} ${evil}`, zh: '很长的标题'.repeat(20) }, hosts: 3 }],
  })),
})

function moveOf() {
  const move = newMove()
  fitChoices(move, {
    groups: Array.from({ length: 60 }, (_, index) => group(index === 0 ? '' : `group=${evil}${index}`, 8)),
    playbooks: [playbook('to-containeros', 'containeros'), playbook('to-anck', 'anolis-anck')],
    lost: [{ id: `./${evil}.yaml`, problem: `${long}\n${evil}` }],
    stores: ['parked', long],
  })
  move.choices.set('', 'to-anck')
  workOn(move, 'to-anck')
  return move
}

const found: HostData[] = Array.from({ length: 300 }, (_, index) => ({
  host: `node-${index}`,
  target: 'containeros',
  data: {
    id: `local-volume:${index}`,
    kind: 'local-volume',
    path: index === 0 ? null : `/mnt/${long}${index % 50}/${index % 2 === 0 ? evil : index}`,
    usedBy: [`shop/${evil}`, `pv-${index}`],
    bytes: index,
    action: index % 3 === 0 ? 'discard' : null,
    reason: { en: `the decision says park: ${long}`, zh: long },
  },
}))

function savedPlan(): SavedPlan {
  const plan = makePlan()
  const lost = {
    id: 'host-path:/x',
    kind: 'host-path' as const,
    path: `/x/${evil}`,
    usedBy: [],
    bytes: null,
    action: 'discard' as const,
    reason: { en: evil, zh: evil },
  }
  const waves = Array.from({ length: 40 }, (_, index) => ({
    ...plan.waves[0]!,
    index,
    simulated: {
      ...plan.waves[0]!.simulated,
      budgets: [{ namespace: evil, name: long, allowed: null, evictions: 3 }],
      warnings: [{ en: `${long} ${evil}`, zh: '警告'.repeat(60) }],
    },
  }))
  return {
    plan: {
      ...plan,
      nodes: plan.nodes.map((node) => ({ ...node, data: [lost] })),
      waves,
      leftOut: [{ host: evil, reasons: [{ en: long, zh: '原因'.repeat(80) }] }],
    },
    digest: 'a'.repeat(64),
    slots: waves.slice(1).map(({ index }) => ({
      index,
      startsAt: new Date(index * 86_400_000).toISOString(),
      p50At: new Date((index + 1) * 86_400_000).toISOString(),
      p90At: new Date((index + 2) * 86_400_000).toISOString(),
      mayPassEnd: true,
    })),
    notes: [evil, long],
    playbook: 'to-containeros',
    path: `plan-${long}.json`,
    optionsPath: 'plan.options.yaml',
    approvals: {
      required: 3,
      missing: 2,
      given: [
        { identity: evil, at: evil, counts: false, key: null, reason: `${long} ${evil}` },
        { identity: 'li.wei@example.com', at: '2026-11-21T00:00:00Z', counts: true, key: long, reason: '' },
      ],
      notes: [evil, long],
    },
  }
}

const ended: EndedRun = {
  run: '20261121-120000-aaaaaa',
  exitCode: 7,
  meaning: { en: long, zh: '含义'.repeat(40) },
  reason: evil,
  nodes: Array.from({ length: 200 }, (_, index) => ({
    node: `${evil}${index}`,
    state: index % 2 === 0 ? 'failed' : 'done',
    isPastPointOfNoReturn: true,
    because: long,
    rollback: 'snapshot',
  })),
  next: Array.from({ length: 9 }, () => `osferry runs resume ${long}`),
  files: [{ what: { en: 'Journal', zh: '日志' }, path: '.osferry/journal.db' }],
}

const gaps = Array.from({ length: 9 }, () => ({
  resource: `${evil}.${long}`,
  reason: { en: 'not allowed', zh: '没有权限' },
  message: evil,
}))
const snapshot = { context: evil, server: evil, ageMs: 1, isOld: true, nodes: null, matched: null, gaps }
const clusters: KnownCluster[] = [
  { login: { context: `${long}${evil}`, server: `https://${long}` }, snapshot },
  { login: { problem: `${long} ${evil}` }, snapshotProblem: evil },
]

function screens(language: Language): Screen[] {
  const move = moveOf()
  const wish = wishOf(move)!
  const options = PlanOptions.parse({
    ...wish.options,
    data: [{ kind: 'local-volume', action: 'park', reason: 'x' }],
    windows: [{ days: ['fri'], start: '22:00', length: '6h', timeZone: 'Asia/Shanghai' }],
    freezes: [{ from: '2027-01-01T00:00:00Z', until: '2027-01-02T00:00:00Z', reason: evil }],
  })
  const others = move.basis!.playbooks
  const settings = planSettings(others[0]!, options)
  const groups = dataGroups(found)
  const saved = savedPlan()
  const { plan } = saved
  const place = { title: settings[0]!.title, language, command: 'osferry x' }
  return [
    targetsScreen(move, language, 'osferry playbooks list'),
    groupScreen(move.basis!.groups[1]!, others, { language, command: 'osferry x' }),
    dataScreen(groups, language, 'osferry x'),
    dataScreen([], language, 'osferry x'),
    ...groups
      .slice(0, 5)
      .map((one) => dataChoiceScreen(one, { actions: actionsOf(one), language, command: '' })),
    settingsScreen(settings, language, 'osferry x'),
    ...settings.map((setting) => settingChoiceScreen(setting, language, 'osferry x')),
    storeScreen(['parked', evil], place),
    timesScreen('windows', options, place),
    timesScreen('freezes', options, place),
    wavesScreen(saved, language, 'osferry x'),
    waveScreen(plan.waves[0]!, saved, language),
    waveScreen(plan.waves[1]!, saved, language),
    leftOutScreen(plan, language, 'osferry x'),
    reviewScreen({ saved, hasChanged: true, canStart: true, others }, language, 'osferry x'),
    approvalsScreen(saved.approvals, language, { approve: `osferry ${long}`, verify: 'osferry x' }),
    approvalsScreen({ required: null, missing: 0, given: [], notes: [] }, language, {
      approve: 'osferry x',
      verify: 'osferry x',
    }),
    ...clusters.map((cluster) => clusterScreen(cluster, language, () => 'osferry x')),
    finalScreen(plan, language, 'osferry x'),
    lostScreen(plan, language, 'osferry x'),
    endScreen({ ended, others }, language, 'osferry x'),
    endedNodesScreen(ended, language, 'osferry x'),
  ]
}

describe('every screen of the move', () => {
  it.each([60, 80, 120])(
    'fits %i columns and 24 rows in both languages, and no name drives the terminal',
    (columns) => {
      for (const language of languages)
        for (const screen of screens(language)) {
          const surface = { columns, rows: 24, language, paint: (_: string, text: string) => text }
          for (const view of [initialView, { ...initialView, cursor: screen.rows.length - 1 }]) {
            const { content, bottom } = drawScreen(
              screen,
              { ...view, cursor: Math.max(0, view.cursor) },
              surface,
            )
            const lines = [...content, ...bottom]
            expect(Math.max(...lines.map((line) => widthOf(line)))).toBeLessThan(columns)
            expect(lines.length).toBeLessThanOrEqual(24)
            expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
          }
        }
    },
  )

  it('shows a run in as many lines as there are, whatever it is about', () => {
    const view = newRunView(makePlan())
    for (let index = 0; index < 300; index += 1) noteWarning(view, `${evil}${index}`, '2026-11-21T00:00:00Z')
    view.hold = { en: evil, zh: evil }
    for (const language of languages)
      for (const room of [4, 10, 40])
        for (const onlyLog of [true, false]) {
          const lines = runLines(view, { language, nowMs: 0, room, onlyLog })
          expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
          expect(lines.length).toBeLessThanOrEqual(Math.max(room, 9))
        }
  })
})
