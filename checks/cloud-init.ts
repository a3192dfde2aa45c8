import { defineCheck, notApplicable, pass } from '../src/model/check.ts'

/** cloud-init after a conversion waits or renames the host; ContainerOS uses Ignition instead. */
export const cloudInit = defineCheck({
  id: 'cloud-init',
  domain: 'services',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  needs: ['cloudInit'],
  severity: 'medium',
  title: { en: 'cloud-init runs at boot', zh: '启动时会运行 cloud-init' },
  what: {
    en: 'After a conversion cloud-init may take the host for a new one: it waits for a data source, sets the host name and network again, or regenerates SSH host keys. On ContainerOS Ignition takes its place, so its user data must be translated.',
    zh: '转换后 cloud-init 可能把主机当作新实例：等待数据源、重设主机名和网络，甚至重新生成 SSH 主机密钥。ContainerOS 用 Ignition 取代它，原有 user-data 需要转换。',
  },
  remedies: [
    {
      kind: 'command',
      argv: ['touch', '/etc/cloud/cloud-init.disabled'],
      text: { en: 'For an in-place move.', zh: '适用于就地迁移。' },
    },
  ],
  effort: { onceMinutes: 30, perHostMinutes: 1 },
  sources: ['https://cloudinit.readthedocs.io/en/latest/howto/disable_cloud_init.html'],
  evaluate({ cloudInit }) {
    if (!cloudInit.installed) return notApplicable('cloud-init is not installed.', '未安装 cloud-init。')
    if (!cloudInit.enabled) return pass
    const sources = cloudInit.datasources.join(', ')
    return {
      status: 'fail',
      here: {
        en: `cloud-init is enabled${sources === '' ? '' : ` (data sources: ${sources})`}.`,
        zh: `cloud-init 已启用${sources === '' ? '' : `（数据源：${sources}）`}。`,
      },
      evidence: [
        { fact: 'cloudInit', excerpt: `enabled; datasource_list: ${sources === '' ? '-' : sources}` },
      ],
    }
  },
})
