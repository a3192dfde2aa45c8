/** Keys with which the distributions sign their packages: long key id, 16 lower-case hex digits. */
export const distributionKeys = [
  {
    id: '05b555b38483c65d',
    owner: 'CentOS',
    source: 'https://www.centos.org/keys/ (CentOS 8 Official Signing Key)',
  },
  {
    id: '619140084873f7c5',
    owner: 'Anolis OS',
    source: 'https://mirrors.openanolis.cn/anolis/RPM-GPG-KEY-ANOLIS',
  },
] as const

/** True when the key belongs to the system's own distribution, before or after the move. */
export function isDistributionKey(keyId: string): boolean {
  return distributionKeys.some((key) => key.id === keyId)
}
