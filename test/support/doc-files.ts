import { checks } from '../../checks/index.ts'
import { catalogue } from '../../src/assess/catalogue.ts'
import { fallbackText, settingKeys, settingRow, settingText } from '../../src/cli/settings.ts'
import { collectors } from '../../src/facts/index.ts'
import type { CheckInfo } from '../../src/model/assessment.ts'
import { domains } from '../../src/model/check.ts'
import type { Language, Text } from '../../src/model/text.ts'
import { toFix } from '../../src/report/remedy-text.ts'
import { domainWords, say, severityWords } from '../../src/report/words.ts'
import { clusterRoleFile } from './cluster-role.ts'

/** Every generated file of `docs`: checks, facts and settings in both languages, and the rights in a cluster. */
export function docFiles(): { name: string; content: string }[] {
  return [
    { name: 'checks.md', content: checksPage('en') },
    { name: 'checks.zh-CN.md', content: checksPage('zh-CN') },
    { name: 'facts.md', content: factsPage('en') },
    { name: 'facts.zh-CN.md', content: factsPage('zh-CN') },
    { name: 'settings.md', content: settingsPage('en') },
    { name: 'settings.zh-CN.md', content: settingsPage('zh-CN') },
    { name: 'cluster-role.yaml', content: clusterRoleFile(regenerate) },
  ]
}

const regenerate = 'node test/support/generate-docs.ts'

function checksPage(language: Language): string {
  const infos = catalogue(checks)
  const t = (text: Text): string => say(text, language)
  const areas = domains
    .map((domain) => ({ domain, rows: infos.filter((info) => info.domain === domain) }))
    .filter(({ rows }) => rows.length > 0)
  return [
    `# ${t({ en: 'Catalogue of checks', zh: '检查目录' })}`,
    `<!-- ${t({ en: 'Generated', zh: '自动生成' })}: ${regenerate} -->`,
    t({
      en: `${infos.length} built-in checks. \`osferry checks list\` prints the same list, \`osferry checks explain ID\` one entry with how to waive it.`,
      zh: `共 ${infos.length} 项内置检查。\`osferry checks list\` 输出同样的列表，\`osferry checks explain ID\` 输出单项说明及豁免方法。`,
    }),
    ...areas.flatMap(({ domain, rows }) => [
      `## ${t(domainWords[domain])}`,
      ...rows.map((info) => checkEntry(info, language)),
    ]),
    '',
  ].join('\n\n')
}

function checkEntry(info: CheckInfo, language: Language): string {
  const t = (text: Text): string => say(text, language)
  const fixes = info.remedies
    .map((remedy) => toFix(remedy, language))
    .map(
      ({ text, command }) =>
        `  - ${plain(text)}${command === null ? '' : `${text === '' ? '' : ' '}\`${command}\``}`,
    )
  return [
    `### \`${info.id}\``,
    '',
    `**${plain(t(info.title))}**. ${plain(t(info.what))}`,
    '',
    `- ${t({ en: 'Severity', zh: '严重程度' })}: ${t(severityWords[info.severity])} (\`${info.severity}\`)`,
    `- ${t({ en: 'Targets', zh: '目标' })}: ${info.targets.join(', ')}`,
    `- ${t({ en: 'Needs facts', zh: '所需事实' })}: ${[...info.needs, ...info.uses.map((fact) => `${fact} (${t({ en: 'optional', zh: '可选' })})`)].join(', ') || '-'}`,
    ...(info.lists === undefined
      ? []
      : [`- ${t({ en: 'Needs of the cluster', zh: '所需集群信息' })}: ${info.lists.join(', ')}`]),
    ...(fixes.length === 0 ? [] : [`- ${t({ en: 'Fix', zh: '处理方法' })}:`, ...fixes]),
    `- ${t({ en: 'Sources', zh: '来源' })}: ${info.sources.map(plain).join('; ')}`,
  ].join('\n')
}

function factsPage(language: Language): string {
  const t = (text: Text): string => say(text, language)
  const rows = collectors.map(({ fact, set, command }) => `| \`${fact}\` | ${set} | ${cell(command)} |`)
  return [
    `# ${t({ en: 'What is read on a host', zh: '在主机上读取的内容' })}`,
    `<!-- ${t({ en: 'Generated', zh: '自动生成' })}: ${regenerate} -->`,
    t({
      en: `${collectors.length} facts, all read by one script over one connection. \`basic\` facts are read with every \`--set\`, \`full\` ones with \`--set full\` (the default) and \`deep\`, \`deep\` ones with \`--deep\` only. \`osferry inventory script\` prints the script itself. Passwords, private keys, tokens, password hashes and kubeconfig credentials are never read; secret-looking values on command lines and in files are replaced by \`***\` on the host, before they are sent.`,
      zh: `共 ${collectors.length} 项事实，全部由同一个脚本通过单次连接读取。\`basic\` 在任何 \`--set\` 下读取；\`full\` 在 \`--set full\`（默认）和 \`deep\` 下读取；\`deep\` 仅在 \`--deep\` 下读取。\`osferry inventory script\` 可输出该脚本。密码、私钥、令牌、密码哈希和 kubeconfig 凭据绝不读取；命令行和文件中疑似机密的值在主机上、发送之前就已替换为 \`***\`。`,
    }),
    [
      `| ${t({ en: 'Fact', zh: '事实' })} | ${t({ en: 'Set', zh: '集合' })} | ${t({ en: 'Read with', zh: '读取方式' })} |`,
      '| --- | --- | --- |',
      ...rows,
    ].join('\n'),
    '',
  ].join('\n\n')
}

function settingsPage(language: Language): string {
  const t = (text: Text): string => say(text, language)
  const rows = settingKeys.map((key) => {
    const { flags, env } = settingRow(key)
    const fallback = fallbackText(settingRow(key))
    const value = fallback === undefined ? '' : `\`${fallback}\``
    const flag = flags === undefined ? '' : `\`${flags}\``
    return `| \`${key}\` | ${flag} | \`${env}\` | ${value} | ${plain(t(settingText(key)))} |`
  })
  return [
    `# ${t({ en: 'Settings', zh: '配置项' })}`,
    `<!-- ${t({ en: 'Generated', zh: '自动生成' })}: ${regenerate} -->`,
    t({
      en: 'A flag wins over the variable, the variable over `osferry.yaml`, that over `$XDG_CONFIG_HOME/osferry/config.yaml` (`~/.config` when unset), and that over the default. `osferry config view --origin` shows what is in force. For `ssh.` settings the inventory stands between the variable and `osferry.yaml`.',
      zh: '优先级：命令行参数 > 环境变量 > `osferry.yaml` > `$XDG_CONFIG_HOME/osferry/config.yaml`（未设置时为 `~/.config`）> 默认值。`osferry config view --origin` 显示生效值及其来源。`ssh.` 配置项中，主机清单的设置介于环境变量与 `osferry.yaml` 之间。',
    }),
    [
      t({
        en: '| Key | Flag | Variable | Default | Meaning |',
        zh: '| 键 | 参数 | 环境变量 | 默认值 | 含义 |',
      }),
      '| --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
    '',
  ].join('\n\n')
}

function cell(command: string): string {
  return `\`${command.replaceAll('|', '\\|').replaceAll('`', "'")}\``
}

/** Words as Markdown takes them literally. */
function plain(text: string): string {
  return text.replace(/[*<>]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, String.raw`\$&`)
}
