/** What playbooks may use; the phases in which each may stand are those of DESIGN section 6. */
export const stepNames = [
  'cluster.snapshot',
  'cluster.cordon',
  'data.park',
  'images.park',
  'cluster.drain',
  'cluster.wait-detach',
  'ignition.render',
  'host.provision',
  'node.wait-ready',
  'node.verify-os',
  'data.restore',
  'images.restore',
  'cluster.restore-metadata',
  'cluster.uncordon',
  'workloads.verify',
] as const
export type StepName = (typeof stepNames)[number]
