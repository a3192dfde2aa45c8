import { visibleLine } from '../model/visible-text.ts'
import type { FleetProgress, WorkProgress } from './actions.ts'
import type { ReadKinds } from './cluster.ts'
import { sayIn } from './layout.ts'
import type { Surface } from './screen.ts'
import { cut, wrap } from './width.ts'

/** How far work is, under its title. */
export function progressLines(title: string, progress: WorkProgress, surface: Surface): string[] {
  return 'kinds' in progress ? kindLines(title, progress, surface) : fleetLines(title, progress, surface)
}

/** What was read so far, in as many lines as it takes. */
function kindLines(title: string, { kinds }: ReadKinds, { columns }: Surface): string[] {
  const read = kinds.map(({ resource, objects }) => `✔ ${visibleLine(resource)} ${objects}`)
  return [cut(title, columns - 1), ...wrap(read.join('   '), columns - 1)]
}

/** A bar, counts and a few hosts at work: as many lines for ten hosts as for ten thousand. */
function fleetLines(title: string, progress: FleetProgress, surface: Surface): string[] {
  const { columns } = surface
  const say = sayIn(surface)
  const { total, complete, partial, failed } = progress
  const finished = complete + partial + failed
  const width = Math.min(30, Math.max(8, columns - 40))
  const full = total === 0 ? 0 : Math.floor((finished / total) * width)
  const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)}`
  const counts = [
    `✔ ${complete} ${say({ en: 'complete', zh: '完成' })}`,
    `◐ ${partial} ${say({ en: 'partial', zh: '部分' })}`,
    `✖ ${failed} ${say({ en: 'failed', zh: '失败' })}`,
    `${Math.max(0, total - finished - progress.running.length)} ${say({ en: 'queued', zh: '排队' })}`,
  ]
  const running = progress.running
    .slice(0, 6)
    .map((name) => visibleLine(name))
    .join('  ')
  return [
    title,
    `${bar} ${finished}/${total}`,
    `  ${counts.join('   ')}`,
    `  ${say({ en: 'running', zh: '进行中' })}  ${running}${progress.running.length > 6 ? ' …' : ''}`,
  ].map((line) => cut(line, columns - 1))
}
