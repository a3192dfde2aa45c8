import { defineCheck, pass } from '../src/model/check.ts'
import { excerptOf, nameSome } from '../src/model/excerpt.ts'

/** Certificate authorities of the company: without them the new system trusts neither registry nor proxy. */
export const trustAnchors = defineCheck({
  id: 'trust-anchors',
  domain: 'security',
  targets: ['containeros'],
  needs: ['trustAnchors'],
  severity: 'medium',
  title: { en: 'Own certificate authorities must be carried over', zh: '自有 CA 证书需要随迁' },
  what: {
    en: 'Certificates in /etc/pki/ca-trust/source/anchors were added for a private registry, proxy or identity provider. Image pulls of a new system fail with x509 errors until they are there.',
    zh: '/etc/pki/ca-trust/source/anchors 中的证书通常用于私有镜像仓库、代理或身份提供方。新系统缺少这些证书时，拉取镜像会报 x509 错误。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Write them by Ignition to /etc/pki/ca-trust/source/anchors, or per registry below /etc/containerd/certs.d.',
        zh: '由 Ignition 写入 /etc/pki/ca-trust/source/anchors，或按仓库放入 /etc/containerd/certs.d。',
      },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 1 },
  sources: ['update-ca-trust(8)', 'https://github.com/containerd/containerd/blob/main/docs/hosts.md'],
  evaluate({ trustAnchors }) {
    const { files } = trustAnchors
    if (files.length === 0) return pass
    return {
      status: 'fail',
      here: { en: `Added here: ${nameSome(files)}.`, zh: `本机添加的证书：${nameSome(files)}。` },
      evidence: [{ fact: 'trustAnchors', excerpt: excerptOf(files) }],
    }
  },
})
