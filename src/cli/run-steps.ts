import type { AnyStep } from '../model/step.ts'
import { cordonStep } from '../steps/step-cordon.ts'
import { drainStep } from '../steps/step-drain.ts'
import { provisionStep } from '../steps/step-provision.ts'
import { restoreMetadataStep } from '../steps/step-restore-metadata.ts'
import { snapshotStep } from '../steps/step-snapshot.ts'
import { uncordonStep } from '../steps/step-uncordon.ts'
import { verifyWorkloadsStep } from '../steps/step-verify-workloads.ts'
import { waitDetachStep } from '../steps/step-wait-detach.ts'
import { waitReadyStep } from '../steps/step-wait-ready.ts'
import type { RunPorts } from './run-ports.ts'

/** Every step that this osferry can do. */
export const runSteps: readonly AnyStep<RunPorts>[] = [
  snapshotStep,
  cordonStep,
  drainStep,
  waitDetachStep,
  provisionStep,
  waitReadyStep,
  restoreMetadataStep,
  uncordonStep,
  verifyWorkloadsStep,
]
