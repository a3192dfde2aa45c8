/** What iPXE asks first: it asks on with what it knows of the machine, by the same protocol and from the same server. */
export const firstScript = scriptOf([
  // A colon before the end of a relative address would be that of a scheme, so the MAC is written with hyphens.
  'chain /script?mac=${netX/mac:hexhyp}&uuid=${uuid}&serial=${serial:uristring} || goto local',
  'exit',
  ':local',
  'echo osferry: the boot server gave no script, booting from the local disk',
  ...fromDisk(),
])

/** For machines that are to boot the system that they have; it changes nothing. */
export const localScript = scriptOf([
  'echo osferry: no installation is due for this machine, booting from the local disk',
  ...fromDisk(),
])

/** What a machine that is installed loads. Everything is one word: see `isScriptWord`. */
export interface InstallWords {
  node: string
  /** Names of artifacts. */
  kernel: string
  initramfs: readonly string[]
  /** Of the kernel. */
  arguments: readonly string[]
  /** Those of the files that have a signature beside them, `NAME.sig`. */
  signed: ReadonlySet<string>
}

/** Loads kernel and initramfs and boots them; when anything of it fails, the machine boots from its local disk. */
export function installScript({ node, kernel, initramfs, arguments: words, signed }: InstallWords): string {
  const files = [
    { image: 'kernel', name: kernel },
    ...initramfs.map((name, index) => ({ image: `initramfs${index}`, name })),
  ]
  const checked = files.filter(({ name }) => signed.has(name))
  const [, ...archives] = files
  return scriptOf([
    `echo osferry: installs the system of ${node}`,
    `kernel --name kernel /artifacts/${kernel} ${kernelLine(initramfs.length, words)} || goto local`,
    ...archives.map(({ image, name }) => `initrd --name ${image} /artifacts/${name} || goto local`),
    'initrd --name authority /authority.cpio || goto local',
    ...checked.map(({ image, name }) => `imgverify ${image} /artifacts/${name}.sig || goto local`),
    'boot || goto local',
    ':local',
    'echo osferry: nothing was installed, booting from the local disk',
    ...fromDisk(),
  ])
}

/** All that a kernel is told: kernels that are loaded as EFI programs find their archives by `initrd=`. */
export function kernelLine(archives: number, words: readonly string[]): string {
  const names = [...Array.from({ length: archives }, (_, index) => `initramfs${index}`), 'authority']
  return [...names.map((name) => `initrd=${name}`), ...words].join(' ')
}

/**
 * True for a word that iPXE takes as it is: printable ASCII, nothing that it expands, no beginning of a comment or of another
 * command. Source: https://ipxe.org/scripting
 */
export function isScriptWord(word: string): boolean {
  return /^(?![#|&;])[!-~]{1,400}$/.test(word) && !word.includes('${')
}

/** EFI goes on to its next entry by itself; a BIOS is told the first disk. */
function fromDisk(): string[] {
  return ['imgfree', 'iseq ${platform} efi && exit ||', 'sanboot --no-describe --drive 0x80 || exit']
}

function scriptOf(lines: readonly string[]): string {
  return `${['#!ipxe', ...lines].join('\n')}\n`
}
