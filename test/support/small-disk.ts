import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A small file system over a directory, in a mount namespace that lives as long as this. */
export interface SmallDisk {
  /** Words in front of a command that sees it and works in this directory. */
  wrapper(cwd: string): readonly string[]
  stop(): Promise<void>
}

/** Mounts one of this size (`16m`) with what the directory holds. Needs root; nobody outside of the namespace sees it. */
export async function mountSmallDisk(directory: string, size: string): Promise<SmallDisk> {
  const script = `mount --make-rprivate / && exec 3<"$2" && mount -t tmpfs -o "size=$1" tmpfs "$2" &&
    cp -a /proc/self/fd/3/. "$2" && exec 3<&- && echo mounted && exec sleep infinity`
  const holder = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', size, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(holder, 'close')
  await Promise.race([once(holder.stdout, 'data'), ended])
  if (holder.exitCode !== null) throw new Error(`no file system of ${size} could be mounted on ${directory}`)
  return {
    wrapper: (cwd) => ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, `--wdns=${cwd}`],
    async stop() {
      holder.kill()
      await ended
    },
  }
}
