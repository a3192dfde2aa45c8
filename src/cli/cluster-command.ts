import type { CommandContext } from './context.ts'
import { shellWord } from './shell-word.ts'

/**
 * A command to run next, against the same cluster and state: without the flags that chose them, a copied line would reach
 * whatever cluster is the current one.
 */
export function clusterCommand({ settings }: Pick<CommandContext, 'settings'>, command: string): string {
  const keys = ['cluster.kubeconfig', 'cluster.context', 'state'] as const
  const flags = keys.flatMap((key) => {
    const name = key.replace('cluster.', '')
    const value = settings.text(key)
    const isGiven = value !== undefined && settings.all.get(key)?.origin.from === 'flag'
    return isGiven ? [`--${name} ${shellWord(value)}`] : []
  })
  return ['osferry', command, ...flags].join(' ')
}
