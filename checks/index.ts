import type { AnyCheck } from '../src/model/check.ts'

/** Identity, kernel, hardware and boot: who the host is, and what its kernel and firmware need. */
const platformChecks: readonly AnyCheck[] = []

/** Packages, storage, network, services, security, runtime and Kubernetes: what runs on the host. */
const workloadChecks: readonly AnyCheck[] = []

/** Every built-in check, in the order in which people read them. */
export const checks: readonly AnyCheck[] = [...platformChecks, ...workloadChecks]
