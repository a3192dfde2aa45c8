import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Images without a repository digest exist nowhere else: the rewrite destroys the last copy. */
export const localOnlyImages = defineCheck({
  id: 'local-only-images',
  domain: 'runtime',
  targets: ['containeros'],
  needs: ['images'],
  severity: 'high',
  title: { en: 'Images exist only on this host', zh: '镜像仅存在于本主机' },
  what: {
    en: 'Images that were built or loaded here carry no digest of a registry. After the disk is rewritten their pods stay in ErrImagePull, and nobody can build the same image again from the node.',
    zh: '在本机构建或导入的镜像没有仓库 digest。磁盘重写后，使用它们的 Pod 会一直 ErrImagePull，而且无法再从该节点取回原镜像。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Push the images to a registry, or let osferry park and load them.',
        zh: '将镜像推送到镜像仓库，或由 osferry 转存后再导入。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 10 },
  sources: ['https://kubernetes.io/docs/concepts/containers/images/'],
  evaluate({ images }) {
    if (images.localOnly.length === 0) return pass
    const names = images.localOnly.map(({ id, tags }) => tags[0] ?? id.slice(0, 19))
    const runtime = images.runtime
    return {
      status: 'fail',
      here: {
        en: `${names.length} of ${images.total} images are in no registry that this host knows of: ${nameSome(names)}.`,
        zh: `${images.total} 个镜像中有 ${names.length} 个不在本机已知的任何镜像仓库中：${nameSome(names)}。`,
      },
      evidence: [
        {
          fact: 'images',
          excerpt: excerptOf(
            images.localOnly.map(
              (i) => `${i.tags.join(' ') || '<none>'} ${i.id} ${i.sizeBytes ?? '-'} bytes`,
            ),
          ),
        },
      ],
      remedies: images.localOnly
        .flatMap(({ tags }) => tags.slice(0, 1))
        .slice(0, 10)
        .map((tag) => ({
          kind: 'command',
          argv:
            runtime === 'docker'
              ? ['docker', 'push', tag]
              : ['ctr', '--namespace', 'k8s.io', 'images', 'push', tag],
        })),
    }
  },
})
