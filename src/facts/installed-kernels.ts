import { compareVersions } from '../kernel/rpm-version.ts'
import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import type { InstalledKernels } from '../model/facts-kernel.ts'
import { installedScript, parseInstalled } from './installed.ts'
import { baseName, readTexts } from './values.ts'

const modules = '/lib/modules/*'
const vmlinuz = '/boot/vmlinuz-*'
const initramfs = '/boot/initramfs-*.img'
const config = '/boot/config-*'
const entries = '/boot/loader/entries/*.conf'
const grubDefaults = '/etc/default/grub'
const grubenvs = ['/boot/grub2/grubenv', '/boot/efi/EFI/*/grubenv']

/** Packages that bring a kernel image; `kernel` itself is only a frame around kernel-core. */
const kernelPackage = /^kernel(?:-rt|-debug|-plus|-lt|-ml|-uek|-64k)?(?:-core)?$/

/** Kernels in the package database, in /lib/modules and in /boot, and the one that boots next. */
export const installedKernels = defineCollector({
  fact: 'installedKernels',
  set: 'full',
  command: "rpm -qa 'kernel*'; ls /lib/modules /boot; cat /boot/loader/entries/*.conf; grub2-editenv list",
  files: [entries, ...grubenvs, grubDefaults],
  paths: [modules, vmlinuz, initramfs, config],
  script: installedScript,
  timeoutMs: 30_000,
  maxBytes: 4 * 1024 * 1024,
  parse(input) {
    const packaged = packagedReleases(input.stdout)
    const bls = blsEntries(input)
    const saved = fixedEntry(input) ?? savedEntry(input)
    // A block that could not be read may name any entry.
    const chosen = saved === null && isUnread(input) ? undefined : defaultEntry(bls, saved)
    const value = {
      kernels: kernels(input, packaged),
      defaultRelease: chosen?.release ?? null,
      defaultEntry: chosen?.id ?? saved,
      newestRelease: packaged.toSorted(compareReleases).at(-1) ?? null,
      blsEntries: bls.map(({ id, release }) => ({ id, release })),
    }
    const notes = notesOf(input)
    return notes.length === 0 ? value : { value, degraded: notes.join('; ') }
  },
})

type Entry = InstalledKernels['blsEntries'][number] & { title: string | null }

function notesOf(input: CollectorInput): string[] {
  const denied = [entries, ...grubenvs, grubDefaults].filter(
    (path) => input.files.get(path)?.status === 'denied',
  )
  const hasRows = /^[\w.+-]+\t\d+\t/m.test(input.stdout)
  return [
    ...(denied.length > 0
      ? [`not allowed to read ${denied.join(', ')}: the default boot entry is not known`]
      : []),
    ...(hasRows ? [] : ['the package database did not answer: packaged kernels are not known']),
  ]
}

function packagedReleases(stdout: string): string[] {
  // Only the rows that matter: the database may have thousands.
  const rows = stdout.split('\n').filter((line) => line.startsWith('\u001e') || line.startsWith('kernel'))
  const all = rows.some((line) => line.startsWith('kernel')) ? parseInstalled(rows.join('\n')) : []
  const found = all.filter(({ name }) => kernelPackage.test(name))
  return [...new Set(found.map(({ version, release, arch }) => `${version}-${release}.${arch}`))]
}

function kernels(input: CollectorInput, packaged: readonly string[]): InstalledKernels['kernels'] {
  const releases = (pattern: string, prefix: string, suffix = ''): Set<string> =>
    new Set(
      input.pathsMatching(pattern).map((path) =>
        baseName(path)
          .slice(prefix.length)
          .slice(0, suffix ? -suffix.length : undefined),
      ),
    )
  const images = releases(vmlinuz, 'vmlinuz-')
  const ramdisks = releases(initramfs, 'initramfs-', '.img')
  const configs = releases(config, 'config-')
  const trees = [...releases(modules, '')].filter((name) => /^\d/.test(name))
  const all = new Set([...packaged, ...trees, ...[...images].filter((name) => /^\d/.test(name))])
  return [...all]
    .toSorted(compareReleases)
    .slice(-50)
    .map((release) => ({
      release,
      vmlinuz: images.has(release),
      initramfs: ramdisks.has(release),
      config: configs.has(release),
      packaged: packaged.includes(release),
    }))
}

/** https://uapi-group.org/specifications/specs/boot_loader_specification/ */
function blsEntries(input: CollectorInput): Entry[] {
  const found = readTexts(input, [entries]).map(([path, text]): Entry => {
    const field = (key: string): string | null =>
      new RegExp(`^${key}\\s+(\\S.*)$`, 'm').exec(text)?.[1]?.trim() ?? null
    const image = /vmlinuz-(\S+)/.exec(field('linux') ?? '')?.[1] ?? null
    return {
      id: baseName(path).replace(/\.conf$/, ''),
      release: field('version') ?? image,
      title: field('title'),
    }
  })
  // GRUB shows the newest first: grub-core/commands/blscfg.c compares the ids as rpm does.
  return found.toSorted((a, b) => compareVersions(b.id, a.id)).slice(0, 100)
}

/** The environment block names an entry by id, title or number. */
function savedEntry(input: CollectorInput): string | null {
  const found = readTexts(input, grubenvs).map(([, text]) => /^saved_entry=(.+)$/m.exec(text)?.[1]?.trim())
  return found.find((entry) => entry !== undefined && entry !== '') ?? null
}

/** GRUB_DEFAULT of /etc/default/grub, which grub2-mkconfig writes into grub.cfg; `saved` leaves it to the block. */
function fixedEntry(input: CollectorInput): string | null {
  const lines = linesOfDefaults(input).flatMap((line) => /^\s*GRUB_DEFAULT=(.*)$/.exec(line)?.[1] ?? [])
  const value =
    lines
      .at(-1)
      ?.trim()
      .replace(/^(["'])(.*)\1$/, '$2') ?? ''
  return value === '' || value === 'saved' ? null : value
}

function linesOfDefaults(input: CollectorInput): string[] {
  const answer = input.files.get(grubDefaults)
  return answer?.status === 'read' ? answer.text.split('\n') : []
}

function isUnread(input: CollectorInput): boolean {
  return grubenvs
    .flatMap((path) => [path, ...input.matching(path)])
    .some((path) => ['denied', 'failed'].includes(input.files.get(path)?.status ?? ''))
}

function defaultEntry(bls: readonly Entry[], saved: string | null): Entry | undefined {
  if (saved === null) return bls[0]
  const byName = bls.find(({ id, title }) => id === saved || title === saved)
  return byName ?? (/^\d{1,3}$/.test(saved) ? bls[Number(saved)] : undefined)
}

function compareReleases(a: string, b: string): number {
  return compareVersions(a, b)
}
