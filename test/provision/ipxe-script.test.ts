import { describe, expect, it } from 'vitest'
import { firstScript, installScript, isScriptWord, localScript } from '../../src/provision/ipxe-script.ts'

describe('scripts for iPXE', () => {
  it('ask by what the machine is, and boot its disk when nobody answers', () => {
    expect(firstScript).toMatchInlineSnapshot(`
      "#!ipxe
      chain /script?mac=\${netX/mac:hexhyp}&uuid=\${uuid}&serial=\${serial:uristring} || goto local
      exit
      :local
      echo osferry: the boot server gave no script, booting from the local disk
      imgfree
      iseq \${platform} efi && exit ||
      sanboot --no-describe --drive 0x80 || exit
      "
    `)
  })

  it('boot the disk of a machine that is not to be installed', () => {
    expect(localScript).toMatchInlineSnapshot(`
      "#!ipxe
      echo osferry: no installation is due for this machine, booting from the local disk
      imgfree
      iseq \${platform} efi && exit ||
      sanboot --no-describe --drive 0x80 || exit
      "
    `)
  })

  it('load and check everything before anything is booted', () => {
    const words = ['console=ttyS0', 'ignition.config.url=https://boot:8443/ignition/TOKEN']
    const files = { kernel: 'vmlinuz', initramfs: ['a.img', 'b.img'] }
    const script = installScript({
      node: 'worker-1',
      ...files,
      arguments: words,
      signed: new Set(['vmlinuz', 'b.img', 'other']),
    })
    expect(script).toMatchInlineSnapshot(`
      "#!ipxe
      echo osferry: installs the system of worker-1
      kernel --name kernel /artifacts/vmlinuz initrd=initramfs0 initrd=initramfs1 initrd=authority console=ttyS0 ignition.config.url=https://boot:8443/ignition/TOKEN || goto local
      initrd --name initramfs0 /artifacts/a.img || goto local
      initrd --name initramfs1 /artifacts/b.img || goto local
      initrd --name authority /authority.cpio || goto local
      imgverify kernel /artifacts/vmlinuz.sig || goto local
      imgverify initramfs1 /artifacts/b.img.sig || goto local
      boot || goto local
      :local
      echo osferry: nothing was installed, booting from the local disk
      imgfree
      iseq \${platform} efi && exit ||
      sanboot --no-describe --drive 0x80 || exit
      "
    `)
  })
})

describe('words of a script', () => {
  it.each([
    ['ignition.platform.id=metal', true],
    ['coreos.inst.ignition_url=https://[2001:db8::1]:8443/ignition/0.a', true],
    ['a=$b{c}', true],
    ['x'.repeat(400), true],
    ['a=${net0/mac}', false],
    ['$${a}', false],
    ['two words', false],
    ['line\nboot', false],
    ['tab\t', false],
    ['#', false],
    ['#comment', false],
    ['||', false],
    ['&&', false],
    [';', false],
    ['é', false],
    ['\u0000', false],
    ['', false],
    ['x'.repeat(401), false],
  ])('%j: %s', (word, isWord) => {
    expect(isScriptWord(word)).toBe(isWord)
  })
})
