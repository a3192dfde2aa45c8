import type { Target } from '../model/target.ts'

/** An operating system as a simulated machine shows it. */
export interface MachineSystem {
  /** The whole of /etc/os-release. */
  osRelease: string
  /** As a kubelet reports it. */
  osImage: string
  kernel: string
}

function system({ kernel, ...fields }: Record<string, string> & { kernel: string }): MachineSystem {
  const osRelease = Object.entries(fields)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join('')
  return { osRelease, osImage: fields['PRETTY_NAME'] ?? '', kernel }
}

/** What the recorded hosts ran: CentOS Linux 8.5. */
export const startingSystem: MachineSystem = system({
  NAME: 'CentOS Linux',
  VERSION: '8',
  ID: 'centos',
  ID_LIKE: 'rhel fedora',
  VERSION_ID: '8',
  PRETTY_NAME: 'CentOS Linux 8',
  kernel: '4.18.0-348.7.1.el8_5.x86_64',
})

const anolis = {
  NAME: 'Anolis OS',
  VERSION: '8.9',
  ID: 'anolis',
  ID_LIKE: 'rhel fedora centos',
  VERSION_ID: '8.9',
  PRETTY_NAME: 'Anolis OS 8.9',
}

/** What a machine runs when it was installed for a target. Names and versions only: nothing of these systems is in the lab. */
export const installedSystems: Readonly<Record<Target, MachineSystem>> = {
  'anolis-rhck': system({ ...anolis, kernel: '4.18.0-513.18.1.0.1.an8.x86_64' }),
  'anolis-anck': system({ ...anolis, kernel: '5.10.134-16.2.an8.x86_64' }),
  containeros: system({
    NAME: 'LifseaOS',
    VERSION: '3 (lab)',
    ID: 'lifsea',
    VERSION_ID: '3',
    PRETTY_NAME: 'LifseaOS 3 (lab)',
    kernel: '5.10.134-15.lifsea8.x86_64',
  }),
}
