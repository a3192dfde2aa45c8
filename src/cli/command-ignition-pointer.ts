import { hash } from 'node:crypto'
import { resolve } from 'node:path'
import { pointerConfig } from '../ignition/pointer-config.ts'
import { readBounded } from '../inventory/read-bounded.ts'
import { MigrationError } from '../model/errors.ts'
import { defineCommand, documentFormats, done } from './define-command.ts'
import { readSoundIgnition } from './ignition-file.ts'
import { printDocument } from './output.ts'

/** `osferry ignition pointer FILE URL`: a configuration that fetches another one, and takes no other bytes than those of the file. */
export const ignitionPointer = defineCommand({
  path: 'ignition pointer',
  formats: documentFormats,
  details: {
    en: 'Prints a small configuration that fetches a large one from an address: for clouds whose user data is limited. It is bound to the bytes of the file by their sha512: serve exactly those, without redirects. Nothing is contacted.',
    zh: '输出一份从指定地址获取完整配置的小配置，用于用户数据大小受限的云平台。它以 sha512 绑定文件内容：请原样提供该文件，不要重定向。不连接任何服务。',
  },
  arguments: [
    { name: 'file', text: { en: 'Ignition configuration (JSON)', zh: 'Ignition 配置（JSON）' } },
    {
      name: 'url',
      text: { en: 'where the machine fetches it: http(s)', zh: '机器获取配置的地址：http(s)' },
    },
  ],
  flags: [
    {
      flags: '--ca <file>',
      text: { en: 'certificate authority of that server (PEM)', zh: '该服务器的证书颁发机构（PEM）' },
    },
  ],
  examples: ['osferry ignition pointer worker-1.ign https://boot.example.com/worker-1.ign --ca ca.pem'],
  async run(context, input) {
    const { cwd } = context
    const [file = '', url = ''] = input.arguments
    const { text, spec } = await readSoundIgnition(context, file)
    const authority = input.value('--ca')
    const pointer = pointerConfig({
      source: checkedUrl(url),
      sha512: hash('sha512', text),
      spec,
      certificateAuthority: authority === undefined ? undefined : await readBounded(resolve(cwd, authority)),
    })
    await printDocument(context, pointer)
    return done
  },
})

/** Without name and password: user data is read by many. */
function checkedUrl(url: string): string {
  if (/^https?:\/\/[^\s@"'\\]+$/.test(url) && URL.canParse(url)) return url
  throw new MigrationError('USAGE', 'the address is no http(s) URL, or holds a name or password', {
    hint: 'osferry ignition pointer FILE https://HOST/PATH',
  })
}
