import type { WizardActions } from './actions.ts'
import { clusterScreen } from './screen-cluster.ts'
import { commandsOf, type WizardState } from './state.ts'
import type { Terminal } from './terminal.ts'

/**
 * Shows the snapshot that the assessment would rest on, and takes one where the reader wants it. `none` = there is no cluster here,
 * and nothing was asked.
 */
export async function askForSnapshot(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<'next' | 'back' | 'none'> {
  const commandFor = commandsOf(state, actions)
  const command = (): string => commandFor({ do: 'snapshot' })
  for (;;) {
    const title = { en: 'Looking for a cluster', zh: '查找集群' }
    const looked = await terminal.work({ stage: 'assess', title, command }, ({ signal }) =>
      actions.cluster({ signal }),
    )
    if (looked === undefined) return 'back'
    const known = looked.value
    if (known === undefined) return 'none'
    const choice = await terminal.choose('cluster', () =>
      clusterScreen(known, terminal.language(), commandFor),
    )
    if (choice.kind !== 'row') return 'back'
    if (choice.id === 'next') return 'next'
    const taking = { en: 'Reading the cluster, changing nothing', zh: '读取集群（不做任何更改）' }
    await terminal.work({ stage: 'assess', title: taking, command }, ({ onProgress, signal }) =>
      actions.takeSnapshot({ onProgress, signal }),
    )
  }
}
