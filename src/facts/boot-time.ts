import { defineCollector, FactGap } from '../model/collector.ts'
import { linesIn } from './values.ts'

/** How long the last boot took, by phase. */
export const bootTime = defineCollector({
  fact: 'bootTime',
  set: 'full',
  command: 'systemd-analyze time',
  script: 'exec systemd-analyze time 2>&1',
  parse({ stdout, exitCode }) {
    if (exitCode === 127) throw new FactGap('command-missing', 'systemd-analyze is not installed')
    const line = linesIn(stdout).find((one) => one.includes('Startup finished in'))
    if (line === undefined) throw new FactGap('failed', linesIn(stdout)[0]?.slice(0, 200) ?? 'no answer')
    const phase = (name: string): number | null => {
      const words = new RegExp(`((?:[\\d.]+(?:ms|min|us|s|h)\\s+)+)\\(${name}\\)`).exec(line)?.[1]
      return words === undefined ? null : milliseconds(words)
    }
    const total = /=\s*((?:[\d.]+(?:ms|min|us|s|h)\s*)+)$/.exec(line.trim())?.[1]
    return {
      firmwareMs: phase('firmware'),
      loaderMs: phase('loader'),
      kernelMs: phase('kernel'),
      initrdMs: phase('initrd'),
      userspaceMs: phase('userspace'),
      totalMs: total === undefined ? null : milliseconds(total),
    }
  },
})

const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000 }

/** `2min 3.402s` -> 123402. */
function milliseconds(words: string): number {
  const parts = [...words.matchAll(/([\d.]+)(ms|min|us|s|h)/g)]
  return Math.round(parts.reduce((sum, [, value, unit]) => sum + Number(value) * (units[unit ?? ''] ?? 0), 0))
}
