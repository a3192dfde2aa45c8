import type { Target } from '../model/target.ts'
import type { CommandFor, Fleet, HostResult, HostSource, WizardActions, WizardStage } from './actions.ts'
import { wishOf, type MoveState } from './move-state.ts'
import type { AssessView } from './tally.ts'

/** Where the wizard stands; what `s` saves is a part of it. */
export interface WizardState {
  stage: WizardStage
  /** A session of before was found; it stays until this one is saved or finished. */
  hasSession?: boolean
  source?: Pick<HostSource, 'kind' | 'path'>
  fleet?: Fleet
  targets: Target[]
  /** Hosts that the user left out. */
  skipped: Set<string>
  access?: readonly HostResult[]
  assessed?: AssessView
  /** Whether there is a cluster whose snapshot the reader has seen; undefined = not looked yet. */
  cluster?: 'seen' | 'none'
  move: MoveState
}

/** Where to go after a stage. */
export type StageMove = 'next' | 'back' | 'stay' | 'finish' | { to: WizardStage }

/** The batch commands of this session, as it stands when one is asked for. */
export function commandsOf(state: WizardState, actions: WizardActions): CommandFor {
  return (task) => {
    const wish = wishOf(state.move)
    return actions.command({
      task,
      inventoryPath: state.fleet?.inventoryPath,
      targets: state.targets,
      skipped: [...state.skipped],
      ...(wish === undefined ? {} : { wish }),
    })
  }
}

/** Hosts to work on: the fleet without those left out. */
export function hostsOf(state: WizardState): string[] {
  return (state.fleet?.hosts ?? []).map(({ name }) => name).filter((name) => !state.skipped.has(name))
}
