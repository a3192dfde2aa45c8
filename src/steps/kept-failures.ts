import { StepError } from '../model/step-error.ts'

/** Nobody can tell whether something was kept; that is never taken for kept. `what`: `/srv of host-1 was kept`. */
export function notTold(what: string, why: string): StepError {
  return new StepError('config', `whether ${what} cannot be told: ${why}`, { code: 'DATA_KEPT_NOT_TOLD' })
}

const mostTold = 5

/** Something is not as it was. `what`: a sentence about all of it; `next`: what people can do now. */
export function keptDiffers(
  what: string,
  { wrong, next }: { wrong: readonly string[]; next: string },
): StepError {
  const more = wrong.length > mostTold ? `; and ${wrong.length - mostTold} more` : ''
  const told = `${wrong.slice(0, mostTold).join('; ')}${more}`
  return new StepError('data', `${what} (${next}): ${told}`, { code: 'DATA_KEPT_DIFFERS' })
}
