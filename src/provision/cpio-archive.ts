const directoryMode = 0o04_0755
const fileMode = 0o10_0644

/**
 * An archive that a kernel unpacks over its initramfs, in the "new ASCII" form: one file with the directories above it, all of
 * root. Path (relative) and content are ASCII, and so is the archive.
 * Source: https://docs.kernel.org/driver-api/early-userspace/buffer-format.html
 */
export function cpioArchive({ path, content }: { path: string; content: string }): string {
  const parts = path.split('/')
  const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
  const members = [
    ...above.map((name) => ({ name, mode: directoryMode, content: '' })),
    { name: path, mode: fileMode, content },
    { name: 'TRAILER!!!', mode: 0, content: '' },
  ]
  return members.map((member, index) => memberText({ ...member, inode: index + 1 })).join('')
}

interface Member {
  inode: number
  mode: number
  name: string
  content: string
}

function memberText({ inode, mode, name, content }: Member): string {
  const [links, nameBytes] = [1, name.length + 1]
  const fields = [inode, mode, 0, 0, links, 0, content.length, 0, 0, 0, 0, nameBytes, 0]
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`
  return padded(`${head}${name}\0`) + padded(content)
}

/** Everything begins at a multiple of four bytes. */
function padded(text: string): string {
  return text.padEnd(Math.ceil(text.length / 4) * 4, '\0')
}
