/** The playbooks that come with osferry, in the order in which they are listed. */
export const builtInPlaybooks = [
  'centos8-to-containeros',
  'centos8-to-anolis-rhck',
  'centos8-to-anolis-anck',
  'assess-only',
] as const
