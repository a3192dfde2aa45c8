import type { Text } from '../model/text.ts'
import type { SettingKey } from './settings.ts'

/** What each setting does, as `--help` and `config view` say it. */
export const settingTexts: Readonly<Record<SettingKey, Text>> = {
  lang: { en: 'language of words for people', zh: '界面语言' },
  color: { en: 'colours', zh: '是否使用颜色' },
  output: { en: 'form of the answer on stdout', zh: '标准输出的格式' },
  inventory: { en: 'inventory file', zh: '主机清单文件' },
  facts: { en: 'directory of facts, one file a host', zh: '主机信息目录，每台主机一个文件' },
  state: { en: 'directory for what osferry keeps', zh: 'osferry 保存数据的目录' },
  selector: {
    en: 'only these hosts: role=worker,zone in (a,b),!gpu or host=web*',
    zh: '只处理选中的主机，例如 role=worker,zone in (a,b),!gpu 或 host=web*',
  },
  store: {
    en: 'where parked data is: a name of stores in osferry.yaml; parked is a directory of that name in the state directory',
    zh: '数据存档库：osferry.yaml 中 stores 下的名称；parked 默认为状态目录中的同名目录',
  },
  'ssh.user': {
    en: 'user to log in as; your own name when left out',
    zh: '登录用户；省略时为当前用户',
  },
  'ssh.port': { en: 'ssh port', zh: 'SSH 端口' },
  'ssh.backend': { en: 'ssh client', zh: 'SSH 客户端' },
  'ssh.identityFiles': { en: 'private key file', zh: '私钥文件' },
  'ssh.certificateFiles': { en: 'ssh certificate file', zh: 'SSH 证书文件' },
  'ssh.agent': { en: 'use the ssh agent', zh: '使用 ssh-agent' },
  'ssh.password': {
    en: 'where the password is (env:, file:, exec:)',
    zh: '密码的来源（env:、file:、exec:）',
  },
  'ssh.passphrase': { en: 'where the key passphrase is', zh: '私钥口令的来源' },
  'ssh.jump': { en: 'jump host', zh: '跳板机' },
  'ssh.become': { en: 'how to become root', zh: '如何取得 root 权限' },
  'ssh.becomePassword': { en: 'where the sudo password is', zh: 'sudo 密码的来源' },
  'ssh.hostKeys': {
    en: 'store keys of hosts never seen before; a changed key is still refused',
    zh: '接受并保存从未见过的主机密钥；密钥变更仍会被拒绝',
  },
  'ssh.knownHostsFiles': { en: 'known_hosts file', zh: 'known_hosts 文件' },
  'ssh.hostKeyAlias': { en: 'name under which host keys are stored', zh: '保存主机密钥所用的名称' },
  'ssh.connectTimeoutMs': {
    en: 'longest wait for a connection: seconds in flag and variable, milliseconds in osferry.yaml',
    zh: '连接超时：选项和环境变量以秒为单位，osferry.yaml 中以毫秒为单位',
  },
  'ssh.configFile': { en: 'ssh_config for the openssh client', zh: 'openssh 客户端使用的 ssh_config' },
  'collect.concurrency': { en: 'hosts at the same time', zh: '同时处理的主机数' },
  'collect.timeoutSeconds': { en: 'longest time for one host, in seconds', zh: '单台主机的最长时间（秒）' },
  'collect.set': { en: 'how much to read', zh: '采集范围' },
  'assess.targets': {
    en: 'target: rhck, anck, containeros or all',
    zh: '迁移目标：rhck、anck、containeros 或 all',
  },
  'assess.failOn': {
    en: 'findings this grave or graver: assess exits 2, JUnit counts them as failures',
    zh: '达到此级别的问题：assess 以 2 退出，JUnit 记为失败',
  },
  'assess.show': { en: 'mildest severity to print', zh: '显示的最低严重级别' },
  'assess.waivers': { en: 'waivers file', zh: '豁免文件' },
  'assess.checks': { en: "directory with your team's own checks", zh: '团队自定义检查项目录' },
  'assess.anck': { en: 'ANCK kernel line that decides', zh: '用于判定的 ANCK 内核版本' },
  'cluster.kubeconfig': {
    en: 'kubeconfig; KUBECONFIG, then ~/.kube/config when left out',
    zh: 'kubeconfig 文件；省略时依次为 KUBECONFIG、~/.kube/config',
  },
  'cluster.context': { en: 'context of the kubeconfig', zh: 'kubeconfig 中的上下文' },
  'ignition.profiles': {
    en: 'os profiles of your own, used by their name before the built-in ones',
    zh: '自有的系统描述文件，按名称使用，优先于内置描述',
  },
  'ignition.settings': {
    en: 'ignition-settings/v1: people, trust, registries, how to join, what may be lost',
    zh: 'ignition-settings/v1：用户、信任、镜像仓库、加入方式、允许丢弃的内容',
  },
  'approvals.allowedSigners': {
    en: 'who may approve plans: see ssh-keygen(1), ALLOWED SIGNERS; with it apply starts no plan without approvals',
    zh: '可批准计划的人：见 ssh-keygen(1) 的 ALLOWED SIGNERS；设置后 apply 只执行已获批准的计划',
  },
  'approvals.require': {
    en: 'approvals by different people and keys that a plan needs',
    zh: '计划所需的批准数，须为不同的人和密钥',
  },
  'report.formats': {
    en: 'report format, with a path if you like: html, md, json, junit, csv',
    zh: '报告格式，可带路径：html、md、json、junit、csv',
  },
  'report.lang': { en: 'language of the report', zh: '报告语言' },
  'report.dir': { en: 'directory for reports', zh: '报告目录' },
}
