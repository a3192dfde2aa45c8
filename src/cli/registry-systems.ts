import { row, type CommandRow } from './command-row.ts'

/** Commands about the new system: what it is, and the configuration that a node boots it with. */
export const systemRows: readonly CommandRow[] = [
  row(
    'profile list',
    { en: 'list the built-in os profiles', zh: '列出内置的系统描述' },
    async () => (await import('./command-profile-list.ts')).profileList,
  ),
  row(
    'profile show',
    { en: 'show an os profile, each value with its source', zh: '显示系统描述的各项及来源' },
    async () => (await import('./command-profile-show.ts')).profileShow,
  ),
  row(
    'profile validate',
    { en: 'check os profiles', zh: '校验系统描述' },
    async () => (await import('./command-profile-validate.ts')).profileValidate,
  ),
  row(
    'profile probe',
    { en: 'fill in an os profile from a machine that runs it', zh: '根据运行该系统的机器补全系统描述' },
    async () => (await import('./command-profile-probe.ts')).profileProbe,
  ),
  row(
    'ignition render',
    { en: 'make the Ignition configuration of a node', zh: '生成节点的 Ignition 配置' },
    async () => (await import('./command-ignition-render.ts')).ignitionRender,
  ),
  row(
    'ignition explain',
    { en: 'say where each part of a configuration comes from', zh: '说明配置各部分的来源' },
    async () => (await import('./command-ignition-explain.ts')).ignitionExplain,
  ),
  row(
    'ignition diff',
    { en: 'compare a configuration with an earlier one', zh: '与之前的配置比较' },
    async () => (await import('./command-ignition-diff.ts')).ignitionDiff,
  ),
  row(
    'ignition validate',
    { en: 'check an Ignition configuration', zh: '校验 Ignition 配置' },
    async () => (await import('./command-ignition-validate.ts')).ignitionValidate,
  ),
  row(
    'ignition pointer',
    { en: 'make a small configuration that fetches another one', zh: '生成获取另一份配置的指针配置' },
    async () => (await import('./command-ignition-pointer.ts')).ignitionPointer,
  ),
  row(
    'boot serve',
    { en: 'serve install files to machines, until Ctrl-C', zh: '向机器提供安装文件，直到按 Ctrl-C' },
    async () => (await import('./command-boot-serve.ts')).bootServe,
  ),
  row(
    'boot url',
    { en: 'an address by which a node gets its configuration, once', zh: '生成节点获取配置的一次性地址' },
    async () => (await import('./command-boot-url.ts')).bootUrl,
  ),
  row(
    'boot ipxe',
    { en: 'let a node be installed at its next boot from the network', zh: '让节点在下次网络启动时安装' },
    async () => (await import('./command-boot-ipxe.ts')).bootIpxe,
  ),
  row(
    'boot list',
    { en: 'addresses that were made, and how far their machines are', zh: '列出已生成的地址及其机器的进度' },
    async () => (await import('./command-boot-list.ts')).bootList,
  ),
]
