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
import { parkDataStep } from '../steps/step-park-data.ts'
import { parkImagesStep } from '../steps/step-park-images.ts'
import { renderIgnitionStep } from '../steps/step-render-ignition.ts'
import { restoreDataStep } from '../steps/step-restore-data.ts'
import { restoreImagesStep } from '../steps/step-restore-images.ts'
import { verifyOsStep } from '../steps/step-verify-os.ts'
import type { RunPorts } from './run-ports.ts'

/** Every step that this osferry can do. */
export const runSteps: readonly AnyStep<RunPorts>[] = [
  snapshotStep,
  cordonStep,
  parkDataStep,
  parkImagesStep,
  drainStep,
  waitDetachStep,
  renderIgnitionStep,
  provisionStep,
  waitReadyStep,
  verifyOsStep,
  restoreDataStep,
  restoreImagesStep,
  restoreMetadataStep,
  uncordonStep,
  verifyWorkloadsStep,
]
