import type { Collector } from '../model/collector.ts'

/** Every collector, in the order in which a host answers. */
export const collectors: readonly Collector[] = [
  // Identity, kernel, hardware, storage.
  // End of identity, kernel, hardware, storage.
  //
  // Packages, services, container.
  // End of packages, services, container.
]
