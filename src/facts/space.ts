import { defineCollector, FactGap } from '../model/collector.ts'
import { integer, linesIn } from './values.ts'

/** Free space and inodes. Only local filesystems (`-l`): df would wait for a file server that is gone. */
export const space = defineCollector({
  fact: 'space',
  set: 'basic',
  command: 'df -lk --output=source,fstype,size,avail,itotal,iavail,target',
  script: 'exec df -lk --output=source,fstype,size,avail,itotal,iavail,target',
  parse(input) {
    const { stdout, exitCode } = input
    if (exitCode === 127) throw new FactGap('command-missing', 'df is not installed')
    const filesystems = linesIn(stdout).flatMap((line) => {
      // The source may hold blanks, the numbers and the type cannot, the target comes last.
      const match = /^(\S.*?)\s+(\S+)\s+(\d+)\s+(\d+)\s+(\d+|-)\s+(\d+|-)\s+(\/.*)$/.exec(line)
      if (match === null) return []
      const [, source = '', fstype = '', size, available, inodes, inodesFree, target = ''] = match
      const total = integer(inodes)
      return [
        {
          source,
          target,
          fstype,
          sizeKiB: integer(size) ?? 0,
          availableKiB: integer(available) ?? 0,
          // btrfs and others make inodes as they need them and answer 0.
          inodes: total === 0 ? null : total,
          inodesFree: total === 0 ? null : integer(inodesFree),
        },
      ]
    })
    if (filesystems.length === 0)
      throw new FactGap('failed', `df listed no filesystem (exit status ${exitCode})`)
    return { filesystems: [...input.atMost(filesystems, 2000, 'filesystems')] }
  },
})
