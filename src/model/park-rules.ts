import { isWritableOnImmutable, outlastsBootOfImmutable } from './containeros-paths.ts'
import type { LocalData } from './data-decision.ts'
import { possibleActions } from './data-rules.ts'
import { fewNames } from './few-names.ts'
import type { Target } from './target.ts'
import type { Text } from './text.ts'

/**
 * Why an archive of files cannot be made of a piece of data, or could not be put back on the new system; undefined when both can.
 * A plan says so when it is made, and the step before it writes. Images are no files, and have a step of their own.
 */
export function whyNotParked(
  { kind, path, writtenByStaying }: Pick<LocalData, 'kind' | 'path' | 'writtenByStaying'>,
  target: Target,
): Text | undefined {
  if (kind === 'kubelet-root')
    return {
      en: 'the kubelet of the new system has made its own by the time when data is put back',
      zh: '放回数据时，新系统的 kubelet 已生成自己的目录',
    }
  if (!possibleActions[kind].includes('park'))
    return {
      en: `of data of the kind ${kind} no archive of files can be made`,
      zh: `${kind} 类数据无法做成文件存档`,
    }
  if (path === null) return { en: 'its path is not known', zh: '路径未知' }
  const parts = path.slice(1).split('/')
  if (!path.startsWith('/') || parts.some((part) => ['', '.', '..'].includes(part)))
    return {
      en: `${path} is no absolute path of a directory that goes straight down`,
      zh: `${path} 不是逐级向下的绝对目录路径`,
    }
  if (target === 'containeros' && !isWritableOnImmutable(path))
    return {
      en: `${path} is read-only on a ContainerOS, so it could not be put back there`,
      zh: `${path} 在 ContainerOS 上是只读的，无法放回`,
    }
  if (target === 'containeros' && !outlastsBootOfImmutable(path))
    return {
      en: `${path} lies in memory on a ContainerOS, so what was put back there would be gone at its next boot`,
      zh: `${path} 在 ContainerOS 上位于内存中，放回的数据会在下次启动时丢失`,
    }
  if (writtenByStaying !== undefined) {
    const pods = fewNames(writtenByStaying)
    return {
      en: `pods that stay through a drain write there (${pods}): also while it is archived, and on the new system before it is put back`,
      zh: `排空后仍留在节点上的 Pod 会写入该目录（${pods}）：归档期间如此，在新系统上放回数据之前亦如此`,
    }
  }
  return undefined
}
