import { ensureStateDirectory } from '../inventory/atomic-file.ts'
import { MigrationError } from '../model/errors.ts'
import type { HostFacts } from '../model/facts.ts'
import type { BootMachine } from '../provision/boot-machine.ts'
import { isScriptWord } from '../provision/ipxe-script.ts'
import { newBootToken } from '../provision/boot-token.ts'
import { bootUrlsIn } from '../provision/boot-urls.ts'
import { networkBootScript } from '../provision/network-boot.ts'
import { addressArguments, addressFlags, askedAddress, hostOfAddress } from './boot-address.ts'
import { bootMachineOf } from './boot-machine-of.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, textOnly } from './define-command.ts'
import { findProfile } from './find-profile.ts'
import { savedFacts } from './ignition-inputs.ts'
import { networkBootOf } from './network-boot-of.ts'
import { bootPath } from './state-paths.ts'

const protocols = ['https', 'http'] as const

/** `osferry boot ipxe NODE FILE`: the machine of the node is installed when it boots from the network, once. */
export const bootIpxe = defineCommand({
  path: 'boot ipxe',
  formats: textOnly,
  details: {
    en: 'Lets the machine of a node be installed when iPXE on it loads /boot.ipxe from osferry boot serve of this project: kernel, initramfs and arguments of the os profile, and an address by which it gets its configuration once. After that, and when the time is over, the machine boots its local disk, as every other machine does. Prints the script without the secret of the address, which is made when the machine asks.',
    zh: '让节点的机器在其 iPXE 从本项目的 osferry boot serve 加载 /boot.ipxe 时安装：使用系统描述中的内核、initramfs 和参数，以及只能获取一次配置的地址。此后或过期之后，该机器与其他机器一样从本地磁盘启动。输出不含地址机密的脚本，机密在机器请求时生成。',
  },
  arguments: addressArguments,
  flags: [
    ...addressFlags,
    {
      flags: '--profile <name>',
      text: {
        en: 'os profile with install.artifacts and install.installArguments; boot serve needs the same one',
        zh: '含 install.artifacts 和 install.installArguments 的系统描述；boot serve 须使用同一个',
      },
    },
    {
      flags: '--over <protocol>',
      choices: protocols,
      text: {
        en: 'https: iPXE must trust the authority of the project; http, too: whoever listens on that network may fetch the configuration first',
        zh: 'https：iPXE 须信任项目的颁发机构；http：也允许 HTTP，该网络上的监听者可能抢先获取配置',
      },
    },
  ],
  examples: [
    'osferry boot ipxe worker-1 worker-1.ign --profile ./ours.yaml --server https://boot.example.com:8443 --over https',
    'osferry boot ipxe worker-1 worker-1.ign --profile ./ours.yaml --server https://192.0.2.10:8443 --over http --valid 20m',
  ],
  async run(context, input) {
    const over = protocols.find((protocol) => protocol === input.value('--over'))
    const profileName = input.value('--profile')
    if (over === undefined || profileName === undefined)
      throw new MigrationError('USAGE', 'boot ipxe needs --profile and --over', {
        hint: 'osferry boot ipxe --help: --over http where the network of the installation is trusted, else --over https',
      })
    const { server, record } = await askedAddress(context, input)
    const { node, expiresAt } = record
    const strange = [node, server].find((word) => !isScriptWord(word))
    if (strange !== undefined)
      throw new MigrationError('USAGE', `${JSON.stringify(strange)} cannot stand in an iPXE script`)
    const facts = await savedFacts(context, hostOfAddress(input))
    const { profile } = await findProfile(profileName, context)
    const network = networkBootOf(profile, { architecture: architectureOf(facts), over, server })
    const machine = knownMachine(facts)
    const { id } = newBootToken()
    ensureStateDirectory(bootPath(context, 'urls'))
    await bootUrlsIn(bootPath(context, 'urls')).add({
      ...record,
      id,
      verifier: null,
      progress: null,
      machine,
      network,
    })
    const tokens = { ignition: 'MADE-WHEN-ASKED', progress: 'MADE-WHEN-ASKED' }
    const script = networkBootScript(network, { node, tokens, signed: new Set() })
    context.stdout.write(script)
    tellWhen(context, node, expiresAt)
    return done
  },
})

/** What iPXE tells of itself is compared with this. */
function knownMachine(facts: HostFacts): BootMachine {
  const machine = bootMachineOf(facts)
  if (machine.macs.length > 0 || machine.uuid !== null || machine.serial !== null) return machine
  throw incomplete(facts, 'no MAC, UUID or serial by which its machine is known')
}

function architectureOf(facts: HostFacts): string {
  const { cpu } = facts.facts
  if (cpu?.status === 'ok') return cpu.value.arch
  throw incomplete(facts, 'no architecture')
}

function incomplete({ host: { name: host } }: HostFacts, what: string): MigrationError {
  return new MigrationError('FACTS_INCOMPLETE', `the facts of ${host} tell ${what}`, {
    hint: `osferry collect -l host=${host} --set full`,
  })
}

function tellWhen({ say, stderr, verbosity }: CommandContext, node: string, expiresAt: string): void {
  if (verbosity === 'quiet') return
  const told = {
    en: `${node} is installed when iPXE on its machine loads /boot.ipxe from osferry boot serve, until ${expiresAt}`,
    zh: `该节点的机器在 ${expiresAt} 之前由 iPXE 从 osferry boot serve 加载 /boot.ipxe 时，将安装 ${node}`,
  }
  stderr.write(`${say(told)}\n`)
}
