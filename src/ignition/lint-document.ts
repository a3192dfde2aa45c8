import { ignitionSpecs, type IgnitionSpec } from '../model/os-profile.ts'
import { doubt, problem, repeated, type IgnitionIssue, type LintRule } from './lint-issue.ts'
import { isRemote, resourcesOf } from './resources.ts'
import { isNewer, specFeatures } from './spec-features.ts'

const version = ['ignition', 'version']

/** The version is one that Ignition reads, and has everything that is used. */
export const versionRule: LintRule = (config) => {
  const spec = ignitionSpecs.find((known) => known === config.ignition.version)
  if (spec === undefined)
    return [
      problem('version', version, {
        en: `${JSON.stringify(config.ignition.version)} is no specification that osferry writes: ${ignitionSpecs.join(', ')}`,
        zh: `${JSON.stringify(config.ignition.version)} 不是可用的规范版本：${ignitionSpecs.join('、')}`,
      }),
    ]
  return specFeatures.flatMap((feature) => {
    const path = isNewer(feature.since, spec) ? feature.find(config) : undefined
    return path === undefined ? [] : [tooNew(path, feature.name, feature.since)]
  })
}

function tooNew(path: readonly PropertyKey[], name: string, since: IgnitionSpec): IgnitionIssue {
  return problem('version', path, {
    en: `${name} is part of ${since} and later: an older one passes over it or refuses it`,
    zh: `${name} 自 ${since} 起才有：更早的版本会忽略或拒绝它`,
  })
}

/** What is fetched is fetched whole, from where it says, and within a time. */
export const resourceRule: LintRule = (config) => {
  const resources = resourcesOf(config)
  const remote = resources.find(({ resource }) => isRemote(resource))
  const total = config.ignition.timeouts?.httpTotal ?? 0
  const limits =
    remote === undefined || total > 0
      ? []
      : [
          problem('http-total', ['ignition', 'timeouts', 'httpTotal'], {
            en: 'something is fetched without a limit of time: a server that answers 5xx, or has an unknown certificate, is asked for ever',
            zh: '有内容需要通过网络获取却没有总时限：服务器返回 5xx 或证书不受信任时会无限重试',
          }),
        ]
  const negative = Object.entries(config.ignition.timeouts ?? {}).flatMap(([name, value]) =>
    typeof value === 'number' && value < 0
      ? [problem('http-total', ['ignition', 'timeouts', name], { en: 'is below 0', zh: '小于 0' })]
      : [],
  )
  return [
    ...limits,
    ...negative,
    ...resources.flatMap(({ path, resource }) => resourceIssues(path, resource)),
  ]
}

const schemes = /^(https?|tftp|s3|gs|arn|data):/
const hashes = /^(sha256-[0-9a-f]{64}|sha512-[0-9a-f]{128})$/i

function resourceIssues(
  path: readonly PropertyKey[],
  resource: ReturnType<typeof resourcesOf>[number]['resource'],
): IgnitionIssue[] {
  const { source, compression, httpHeaders, verification } = resource
  const hash = verification?.hash
  const issues: IgnitionIssue[] = []
  if (typeof source === 'string' && source !== '' && !schemes.test(source))
    issues.push(
      problem('source', [...path, 'source'], {
        en: 'is none of http, https, tftp, s3, gs, arn, data',
        zh: '不是 http、https、tftp、s3、gs、arn、data 之一',
      }),
    )
  if (typeof source === 'string' && source.startsWith('data:') && !/^data:[^,]*,/.test(source))
    issues.push(
      problem('source', [...path, 'source'], { en: 'has no comma before its data', zh: '数据前缺少逗号' }),
    )
  if ((httpHeaders?.length ?? 0) > 0 && !/^https?:/.test(source ?? ''))
    issues.push(
      problem('headers', [...path, 'httpHeaders'], {
        en: 'headers are sent over http and https only',
        zh: '只有 http 和 https 才会发送请求头',
      }),
    )
  for (const { index } of repeated(httpHeaders ?? [], ({ name }) => name))
    issues.push(problem('headers', [...path, 'httpHeaders', index], { en: 'stands twice', zh: '重复出现' }))
  if (compression !== null && compression !== undefined && compression !== '' && compression !== 'gzip')
    issues.push(problem('compression', [...path, 'compression'], { en: 'is not gzip', zh: '不是 gzip' }))
  if (typeof hash === 'string' && !hashes.test(hash))
    issues.push(
      problem('hash', [...path, 'verification', 'hash'], {
        en: 'is neither sha256-HEX nor sha512-HEX of the right length',
        zh: '不是长度正确的 sha256-HEX 或 sha512-HEX',
      }),
    )
  if (isRemote(resource) && (hash === null || hash === undefined))
    issues.push(
      doubt('hash', path, {
        en: 'is fetched without a hash: an empty answer (HTTP 204) is taken for an empty file or configuration',
        zh: '未注明哈希：空响应（HTTP 204）会被当作空文件或空配置',
      }),
    )
  return issues
}

/** Kernel arguments are wanted or unwanted, each once. */
export const kernelArgumentsRule: LintRule = ({ kernelArguments }) => {
  const wanted = kernelArguments?.shouldExist ?? []
  const unwanted = kernelArguments?.shouldNotExist ?? []
  const twice = { en: 'stands twice', zh: '重复出现' }
  return [
    ...repeated(wanted, (word) => word).map(({ index }) =>
      problem('kernel-arguments', ['kernelArguments', 'shouldExist', index], twice),
    ),
    ...repeated([...wanted, ...unwanted], (word) => word).flatMap(({ index }) =>
      index < wanted.length
        ? []
        : [problem('kernel-arguments', ['kernelArguments', 'shouldNotExist', index - wanted.length], twice)],
    ),
  ]
}

/** Proxies are reached over http or https. */
export const proxyRule: LintRule = ({ ignition: { proxy } }) =>
  (['httpProxy', 'httpsProxy'] as const).flatMap((name) => {
    const url = proxy?.[name]
    if (url === null || url === undefined || /^https?:\/\//.test(url)) return []
    return [
      problem('proxy', ['ignition', 'proxy', name], { en: 'is no http(s) URL', zh: '不是 http(s) 地址' }),
    ]
  })
