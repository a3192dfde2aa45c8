import { visibleLine } from '../model/visible-text.ts'
import type { FleetProgress } from './actions.ts'
import { sayIn } from './layout.ts'
import type { Surface } from './screen.ts'
import { cut } from './width.ts'

/** A bar, counts and a few hosts at work: as many lines for ten hosts as for ten thousand. */
export function progressLines(title: string, progress: FleetProgress, surface: Surface): string[] {
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
