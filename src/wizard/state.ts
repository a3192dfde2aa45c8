import type { Target } from '../model/target.ts'
import type { Fleet, HostResult, HostSource, WizardActions, WizardStage } from './actions.ts'
import type { AssessView } from './tally.ts'

/** Where the wizard stands; what `s` saves is a part of it. */
export interface WizardState {
  stage: WizardStage
  source?: Pick<HostSource, 'kind' | 'path'>
  fleet?: Fleet
  targets: Target[]
  /** Hosts that the user left out. */
  skipped: Set<string>
  access?: readonly HostResult[]
  assessed?: AssessView
}

/** Where to go after a stage. */
export type StageMove = 'next' | 'back' | 'stay' | 'finish'

/** The batch command of the present stage. */
export function commandOf(state: WizardState, actions: WizardActions): string {
  return actions.command({
    stage: state.stage,
    source: state.source,
    inventoryPath: state.fleet?.inventoryPath,
    targets: state.targets,
    skipped: [...state.skipped],
  })
}

/** Hosts to work on: the fleet without those left out. */
export function hostsOf(state: WizardState): string[] {
  return (state.fleet?.hosts ?? []).map(({ name }) => name).filter((name) => !state.skipped.has(name))
}
