import type { PlannedWave } from './plan.ts'
import type { Text } from './text.ts'

/** What a wave is of, in a word. */
export const waveKindTexts: Readonly<Record<PlannedWave['kind'], Text>> = {
  canary: { en: 'canary', zh: '金丝雀' },
  workers: { en: 'workers', zh: '工作节点' },
  'control-plane': { en: 'control plane', zh: '控制平面' },
  hosts: { en: 'hosts', zh: '主机' },
}
