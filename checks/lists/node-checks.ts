import type { AnyCheck } from '../../src/model/check.ts'
import { budgetNeverAllows } from '../budget-never-allows.ts'
import { nodeCordoned } from '../node-cordoned.ts'

/** What the snapshot of the cluster says about the host's node: what a drain will meet, and what a reprovision destroys. */
export const nodeChecks: readonly AnyCheck[] = [budgetNeverAllows, nodeCordoned]
