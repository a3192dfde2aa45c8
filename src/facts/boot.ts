import type { CollectorInput } from '../model/collector.ts'
import { defineCollector } from '../model/collector.ts'
import type { Boot } from '../model/facts-storage.ts'
import { grubDefault } from './grub-default.ts'
import { linesOf, parseMarked } from './marked.ts'
import { parseMounts } from './mount-table.ts'
import { lineOf, linesIn, noteDenied, readTexts } from './values.ts'

const dracut = ['/etc/dracut.conf', '/etc/dracut.conf.d/*.conf']
const tpm = '/sys/class/tpm/tpm0/tpm_version_major'
const efiGrubenv = '/boot/efi/EFI/*/grubenv'

/** The first four bytes of an EFI variable are its attributes: UEFI specification, 8.2. */
const script = `
[ -d /sys/firmware/efi ] || exit 0
printf '\\036secure boot\\n'
od -An -tu1 -j4 -N1 /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
printf '\\036entries\\n'
! command -v efibootmgr >/dev/null || efibootmgr -v
exit 0`

/** How the machine starts: firmware, ESP, boot entries, GRUB defaults, dracut. */
export const boot = defineCollector({
  fact: 'boot',
  set: 'full',
  command: 'ls /sys/firmware/efi; efibootmgr -v; cat /etc/default/grub /etc/dracut.conf.d/*.conf',
  files: ['/etc/default/grub', '/proc/mounts', tpm, ...dracut],
  paths: [
    '/sys/firmware/efi',
    '/boot/grub2/grubenv',
    efiGrubenv,
    '/usr/sbin/efibootmgr',
    '/sys/class/tpm/tpm0',
  ],
  script,
  parse(input) {
    const parts = parseMarked(input.stdout)
    const secure = linesOf(parts, 'secure boot')[0]?.trim()
    const manager = linesOf(parts, 'entries')
    const grub = input.files.get('/etc/default/grub')
    const value: Boot = {
      mode: input.paths.has('/sys/firmware/efi') ? 'uefi' : 'bios',
      esp: espOf(input),
      secureBoot: secure === '1' ? true : secure === '0' ? false : null,
      tpm: input.paths.has('/sys/class/tpm/tpm0') ? (lineOf(input, tpm) ?? 'unknown') : null,
      efiTools: input.paths.has('/usr/sbin/efibootmgr'),
      efiEntries: efiEntries(manager),
      efiBootOrder: valueOf(manager, 'BootOrder')?.split(',') ?? [],
      efiBootCurrent: valueOf(manager, 'BootCurrent'),
      grubDefault: grub?.status === 'read' ? grubDefault(grub.text) : null,
      grubenvBytes: grubenvBytes(input),
      grubenvHidden: ['/boot/grub2/grubenv', efiGrubenv].some((path) => input.hidden(path)),
      dracutConf: dracutConf(input),
    }
    return noteDenied(input, ['/etc/default/grub'], value)
  },
})

function espOf(input: CollectorInput): Boot['esp'] {
  const table = parseMounts(input.text('/proc/mounts') ?? '')
  const found = ['/boot/efi', '/efi', '/boot'].flatMap((target) =>
    table.filter((mount) => mount.target === target && mount.fstype === 'vfat'),
  )[0]
  return found === undefined ? null : { device: found.source, mountpoint: found.target, fstype: found.fstype }
}

/** `Boot0001* CentOS Linux<TAB>HD(1,GPT,...)/File(\\EFI\\centos\\shimx64.efi)` */
function efiEntries(lines: readonly string[]): Boot['efiEntries'] {
  return lines.slice(0, 200).flatMap((line) => {
    const [, id, star, rest] = /^Boot([0-9A-F]{4})(\*?)\s+(.*)$/i.exec(line) ?? []
    if (id === undefined || rest === undefined) return []
    const [label = '', path] = rest.split('\t')
    return [{ id, label: label.trim(), active: star === '*', path: path?.trim() || null }]
  })
}

function valueOf(lines: readonly string[], key: string): string | null {
  return (
    lines
      .find((line) => line.startsWith(`${key}: `))
      ?.slice(key.length + 2)
      .trim() || null
  )
}

/** On UEFI machines of CentOS 8, /boot/grub2/grubenv is a link to the one on the ESP. */
function grubenvBytes(input: CollectorInput): number | null {
  const plain = input.paths.get('/boot/grub2/grubenv')
  if (plain?.kind === 'file') return plain.sizeBytes
  const onEsp = input.pathsMatching(efiGrubenv)[0]
  return onEsp === undefined ? null : (input.paths.get(onEsp)?.sizeBytes ?? null)
}

function dracutConf(input: CollectorInput): Boot['dracutConf'] {
  const rows = readTexts(input, dracut).flatMap(([file, text]) =>
    linesIn(text).flatMap((line) => {
      const [, key, value] = /^\s*([a-z_]+)\+?=\s*"?([^"#]*)"?/.exec(line) ?? []
      return key === undefined || value === undefined ? [] : [{ file, key, value: value.trim() }]
    }),
  )
  return [...input.atMost(rows, 200, 'settings of dracut')]
}
