import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A machine as its loader knows it. */
export interface NetworkMachine {
  mac: string
  uuid: string
  serial: string
}

/** What a machine has booted, and for a kernel its command line. */
export interface NetworkBooted {
  what: 'kernel' | 'disk'
  line: string
}

/**
 * A machine with the real iPXE (Debian package ipxe-qemu) in QEMU boots from the network, by a server on loopback of this machine,
 * until something runs on it: the kernel of `tinyKernel`, or what is on its disk. Rejects when nothing does within a minute.
 */
export async function bootFromNetwork(
  port: number,
  { mac, uuid, serial }: NetworkMachine,
): Promise<NetworkBooted> {
  const work = mkdtempSync(join(tmpdir(), 'osferry-machine-'))
  const path = (name: string): string => join(work, name)
  writeFileSync(path('disk'), bootableDisk())
  const devices: readonly (readonly [string, string])[] = [
    ['-machine', 'pc,accel=tcg,graphics=off'],
    ['-m', '128'],
    ['-display', 'none'],
    ['-serial', `file:${path('serial')}`],
    ['-debugcon', `file:${path('debug')}`],
    ['-device', `isa-debug-exit,iobase=${exitPort}`],
    ['-drive', `file=${path('disk')},format=raw,if=virtio`],
    // A network of its own, in which loopback of this machine is 10.0.2.2.
    ['-netdev', `user,id=net,bootfile=http://10.0.2.2:${port}/boot.ipxe`],
    ['-device', `virtio-net-pci,netdev=net,mac=${mac},bootindex=1`],
    ['-uuid', uuid],
    ['-smbios', `type=1,serial=${serial},uuid=${uuid}`],
  ]
  const words = ['-nodefaults', '-no-reboot', ...devices.flat()]
  try {
    const child = spawn('qemu-system-x86_64', words, { stdio: 'ignore', timeout: 60_000 })
    const [code] = (await once(child, 'close')) as [number | null]
    const what = exits[code ?? -1]
    if (what === undefined)
      throw new Error(`it ended with ${code}: ${readFileSync(path('serial'), 'latin1')}`)
    return { what, line: readFileSync(path('debug'), 'latin1').replace('\0', '') }
  } finally {
    rmSync(work, { recursive: true })
  }
}

const exitPort = '0xf4'
/** QEMU's device makes of a byte an exit code: twice as much and one. */
const exits: Readonly<Record<number, NetworkBooted['what']>> = { 0x21: 'kernel', 0x03: 'disk' }

/**
 * What a loader takes for a Linux kernel (bzImage, boot protocol 2.6): it writes its command line to the debug console and ends
 * the machine. Source: https://docs.kernel.org/arch/x86/boot.html
 */
export function tinyKernel(): Buffer {
  const image = Buffer.alloc(4 * 512)
  image[0x1f1] = 1 // setup_sects
  image.writeUInt16LE(0xaa55, 0x1fe) // boot_flag
  instructions(['eb 6e']).copy(image, 0x200) // jmp 0x270
  image.write('HdrS', 0x202)
  image.writeUInt16LE(0x0206, 0x206) // version
  image[0x211] = 1 // loadflags: LOADED_HIGH
  image.writeUInt32LE(0x10_0000, 0x214) // code32_start
  image.writeUInt32LE(0x37ff_ffff, 0x22c) // initrd_addr_max
  image.writeUInt32LE(2047, 0x238) // cmdline_size
  const writeLine = [
    '8b 36 28 02', // mov si, [cmd_line_ptr]
    'ac e6 e9 84 c0 75 f9', // next: lodsb; out 0xe9, al; test al, al; jnz next
    'b0 10 e6 f4 eb fe', // mov al, 0x10; out 0xf4, al; jmp $
  ]
  instructions(writeLine).copy(image, 0x270)
  return image
}

/** Its boot sector ends the machine. */
function bootableDisk(): Buffer {
  const disk = Buffer.alloc(1024 * 1024)
  instructions(['b0 01 e6 f4 eb fe']).copy(disk) // mov al, 0x01; out 0xf4, al; jmp $
  disk.writeUInt16LE(0xaa55, 510)
  return disk
}

function instructions(lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('').replaceAll(' ', ''), 'hex')
}
