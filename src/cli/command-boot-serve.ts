import { once } from 'node:events'
import { dirname } from 'node:path'
import { ensureStateDirectory, writeFileAtomically } from '../inventory/atomic-file.ts'
import { readBounded } from '../inventory/read-bounded.ts'
import { isMigrationError } from '../model/errors.ts'
import { artifactRoute } from '../provision/answer-artifact.ts'
import { constantRoutes } from '../provision/answer-constant.ts'
import { ignitionRoute } from '../provision/answer-ignition.ts'
import { progressRoute, type BootProgress } from '../provision/answer-progress.ts'
import { scriptRoute } from '../provision/answer-script.ts'
import type { BootAlarm } from '../provision/boot-alarm.ts'
import { closeArtifacts, openArtifacts, type CheckedArtifact } from '../provision/boot-artifacts.ts'
import { openBootAuthority } from '../provision/boot-authority.ts'
import { bootRequests } from '../provision/boot-requests.ts'
import { bootUrlsIn } from '../provision/boot-urls.ts'
import { startBootServer, usualBootLimits } from '../provision/boot-server.ts'
import { checksumMemory } from '../provision/checksum-memory.ts'
import { bootAddresses, listenFlags } from './boot-listeners.ts'
import { printAccess, printAlarm, printBootHead, printProgress } from './boot-print.ts'
import { wantedArtifacts, wantedFlags } from './boot-wanted.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done, type CommandInput } from './define-command.ts'
import { wholeNumber } from './drain-choices.ts'
import { bootPath } from './state-paths.ts'

/** `osferry boot serve`: hands files to machines that boot, until Ctrl-C. */
export const bootServe = defineCommand({
  path: 'boot serve',
  formats: ['table', 'ndjson'],
  details: {
    en: 'Serves files to machines that are installed, over HTTPS with a certificate authority of the project (made once, in the state directory), and over HTTP where you say so. A file is served only when its sha256 is the one that you or the os profile name; a file that was not touched since is not read again at the next start. Addresses of osferry boot url hand out a configuration once, and iPXE that loads /boot.ipxe is told what osferry boot ipxe has made for its machine. stdout has a line for every request, and for every stage that a machine tells.',
    zh: '通过 HTTPS 向正在安装的机器提供文件，证书由项目自己的颁发机构签发（首次运行时创建，保存在状态目录）；也可按需监听 HTTP。只有 sha256 与命令行或系统描述一致的文件才会提供；未被改动的文件在下次启动时不再重新计算。osferry boot url 生成的地址只提供一次配置；加载 /boot.ipxe 的 iPXE 得到 osferry boot ipxe 为该机器生成的脚本。标准输出为每个请求以及机器回报的每个阶段输出一行。',
  },
  flags: [
    ...listenFlags,
    ...wantedFlags,
    {
      flags: '--per-address <count>',
      text: {
        en: `connections from one address at once; default ${usualBootLimits.perAddress}`,
        zh: `每个来源地址的最大并发连接数，默认 ${usualBootLimits.perAddress}`,
      },
    },
  ],
  examples: [
    'osferry boot serve --artifact rootfs.img=SHA256 --https 192.0.2.10:8443 -o ndjson > access.ndjson',
    'osferry boot serve --profile ./ours.yaml --artifacts ./images --https 0.0.0.0:8443 --name boot.example.com --http 0.0.0.0:8080',
  ],
  async run(context, input) {
    const wanted = await wantedArtifacts(context, input)
    const addresses = bootAddresses(input)
    ensureStateDirectory(dirname(bootPath(context, 'urls')))
    ensureStateDirectory(bootPath(context, 'urls'))
    const memory = await savedChecksums(context)
    const artifacts = await openArtifacts(wanted, { memory, signal: context.signal })
    try {
      await serve(context, { input, addresses, artifacts })
    } finally {
      await closeArtifacts(artifacts)
    }
    return done
  },
})

async function serve(
  context: CommandContext,
  {
    input,
    addresses: { https, http, names },
    artifacts,
  }: {
    input: CommandInput
    addresses: ReturnType<typeof bootAddresses>
    artifacts: readonly CheckedArtifact[]
  },
): Promise<void> {
  const { clock, log, signal } = context
  const nowMs = Date.parse(clock.now())
  const authority = await openBootAuthority(bootPath(context, 'authority.pem'), nowMs)
  const urls = bootUrlsIn(bootPath(context, 'urls'))
  const onAlarm = (alarm: BootAlarm): void => printAlarm(context, alarm)
  const onProgress = (progress: BootProgress): void => printProgress(context, progress)
  const onRequest = bootRequests({
    routes: {
      artifacts: { methods: ['GET', 'HEAD'], answer: artifactRoute(artifacts) },
      ...constantRoutes(authority.certificate),
      script: { methods: ['GET'], answer: scriptRoute({ urls, artifacts, onAlarm, clock }) },
      ignition: { methods: ['GET'], answer: ignitionRoute({ urls, onAlarm, clock, signal }) },
      progress: { methods: ['POST'], answer: progressRoute({ urls, onProgress, clock }) },
    },
    onAccess: (access) => printAccess(context, access),
    onError: (error) => log.warn('a request could not be answered', { error: String(error) }),
    clock,
  })
  const listeners = [{ ...https, tls: authority.issue(names, nowMs) }, ...(http === undefined ? [] : [http])]
  const limits = {
    ...usualBootLimits,
    perAddress: wholeNumber(input, '--per-address') ?? usualBootLimits.perAddress,
  }
  const server = await startBootServer(listeners, { onRequest, limits })
  try {
    const { certificate: certificateAuthority, fingerprint } = authority
    printBootHead(context, { urls: server.urls, certificateAuthority, fingerprint, artifacts })
    // An AbortSignal keeps no process alive; open ports do.
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    await server.close()
  }
}

async function savedChecksums(context: CommandContext): Promise<ReturnType<typeof checksumMemory>> {
  const path = bootPath(context, 'checksums.json')
  const save = (text: string): Promise<void> => writeFileAtomically(path, text)
  try {
    return checksumMemory(await readBounded(path), save)
  } catch (error) {
    if (!isMigrationError(error)) throw error
    // What it knew is read from the files again.
    return checksumMemory(undefined, save)
  }
}
