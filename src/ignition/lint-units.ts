import type { Unit } from './config.ts'
import { problem, repeated, type IgnitionIssue, type LintRule } from './lint-issue.ts'
import { parseUnitFile } from './unit-file.ts'
import { orderingCycle } from './unit-order.ts'

const kinds = 'service|socket|device|mount|automount|swap|target|path|timer|snapshot|slice|scope'
const unitName = new RegExp(`^[^/\\s]+\\.(${kinds})$`)

/** Units and drop-ins have the names and the form that systemd reads, and what is enabled can be. */
export const unitRule: LintRule = ({ systemd }) => {
  const units = systemd?.units ?? []
  return [
    ...repeated(units, ({ name }) => name).map(({ index }) =>
      problem('unit', ['systemd', 'units', index], { en: 'stands twice', zh: '重复出现' }),
    ),
    ...units.flatMap((unit, index) => unitIssues(unit, ['systemd', 'units', index])),
  ]
}

function unitIssues(unit: Unit, place: readonly PropertyKey[]): IgnitionIssue[] {
  const { name, contents, dropins, enabled } = unit
  const issues: IgnitionIssue[] = []
  if (!unitName.test(name))
    issues.push(
      problem('unit-name', [...place, 'name'], { en: 'is no name of a unit', zh: '不是有效的单元名称' }),
    )
  const settings = contents === null || contents === undefined ? [] : parseUnitFile(contents)
  if (settings === undefined) issues.push(notAUnit([...place, 'contents']))
  const isWhole = typeof contents === 'string' && contents !== ''
  if (enabled === true && isWhole && settings !== undefined && !hasInstall(settings))
    issues.push(
      problem('unit-install', [...place, 'contents'], {
        en: 'is enabled and has no [Install] section: nothing starts it',
        zh: '已启用但没有 [Install] 段：不会被启动',
      }),
    )
  for (const [index, dropin] of (dropins ?? []).entries()) {
    const at = [...place, 'dropins', index]
    if (!/^[^/]+\.conf$/.test(dropin.name))
      issues.push(
        problem('drop-in-name', [...at, 'name'], { en: 'does not end with .conf', zh: '未以 .conf 结尾' }),
      )
    if (parseUnitFile(dropin.contents ?? '') === undefined) issues.push(notAUnit([...at, 'contents']))
  }
  for (const { index } of repeated(dropins ?? [], (dropin) => dropin.name))
    issues.push(problem('drop-in-name', [...place, 'dropins', index], { en: 'stands twice', zh: '重复出现' }))
  return issues
}

function hasInstall(settings: NonNullable<ReturnType<typeof parseUnitFile>>): boolean {
  return settings.some(({ section }) => section === 'Install')
}

function notAUnit(path: readonly PropertyKey[]): IgnitionIssue {
  return problem('unit-contents', path, {
    en: 'is not the text of a unit: [Section] and Key=value lines',
    zh: '不是单元文件的文本：应为 [段] 和 键=值',
  })
}

/** No unit waits for something that waits for it: systemd would leave one out at boot, and Ignition does not see it. */
export const orderRule: LintRule = ({ systemd }) => {
  const units = (systemd?.units ?? []).filter(({ mask }) => mask !== true)
  const ordered = units.map(({ name, contents, dropins, enabled }) => {
    const texts = [contents ?? '', ...(dropins ?? []).map((dropin) => dropin.contents ?? '')]
    const settings = texts.flatMap((text) => parseUnitFile(text) ?? [])
    // What is not enabled is wanted by nobody through its [Install] section.
    const counted = enabled === true ? settings : settings.filter(({ section }) => section !== 'Install')
    return { name, settings: counted }
  })
  const cycle = orderingCycle(ordered)
  if (cycle === undefined) return []
  const index = units.findIndex(({ name }) => cycle.includes(name))
  const circle = [...cycle, cycle[0]].join(' after ')
  return [
    problem('unit-order', index === -1 ? ['systemd', 'units'] : ['systemd', 'units', index], {
      en: `${circle}: one of them would not be started`,
      zh: `启动顺序成环：${[...cycle, cycle[0]].join(' 在其后 ')}，其中之一不会被启动`,
    }),
  ]
}
