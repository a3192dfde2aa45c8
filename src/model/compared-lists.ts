/** Lists of a snapshot by which a cluster is compared with how it was. */
export const comparedLists = [
  'nodes',
  'workloads',
  'pods',
  'services',
  'volumes',
  'claims',
  'attachments',
] as const
export type ComparedList = (typeof comparedLists)[number]
