import type { AnyStep } from '../model/step.ts'
import { cordonStep } from '../steps/step-cordon.ts'
import { provisionStep } from '../steps/step-provision.ts'
import { restoreMetadataStep } from '../steps/step-restore-metadata.ts'
import { uncordonStep } from '../steps/step-uncordon.ts'
import type { RunPorts } from './run-ports.ts'

/** Every step that this osferry can do. */
export const runSteps: readonly AnyStep<RunPorts>[] = [
  cordonStep,
  provisionStep,
  restoreMetadataStep,
  uncordonStep,
]
