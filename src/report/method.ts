import type { Text } from '../model/text.ts'

/** How the answers came about and how far they reach; printed at the end of every report. */
export const method: readonly Text[] = [
  {
    en: 'Facts were read from each host over one SSH connection by one read-only script, or from bundles made by the same script; nothing was written, installed or started on a host.',
    zh: '事实数据由同一个只读脚本通过单次 SSH 连接从每台主机读取，或来自该脚本生成的离线数据包；未在主机上写入、安装或启动任何内容。',
  },
  {
    en: 'Every check was applied to every host and target it concerns. READY: nothing to do, at most notes. READY_WITH_ACTIONS: nothing blocks, but there are findings to act on, accepted risks, or minor questions open. BLOCKED: at least one blocking check failed. UNKNOWN: no usable facts, a check crashed, or a check of severity high or above could not tell.',
    zh: '每项检查都应用于其所涉及的每台主机和每个目标。READY：无需处理，至多有提示；READY_WITH_ACTIONS：没有阻断项，但存在需处理的发现、已接受的风险或次要疑问；BLOCKED：至少一项阻断级检查未通过；UNKNOWN：没有可用的事实、检查运行出错，或严重程度为“高”及以上的检查无法判定。',
  },
  {
    en: 'Unknown never counts as ready: hosts that could not be reached and facts that could not be read stay in every denominator and lower the confidence grade (A = every fact the checks needed was seen, F = none).',
    zh: '“未知”绝不计为就绪：无法连接的主机和无法读取的事实始终保留在分母中，并降低可信度等级（A 表示检查所需事实全部获得，F 表示全部缺失）。',
  },
  {
    en: 'The leading target is the one most hosts are ready for; it is a count and not a recommendation for any single host. Other targets and kernel lines are judged side by side.',
    zh: '“领先目标”是就绪主机最多的目标，只是统计结果，不代表对某台主机的建议；其他目标与内核线同时并列评估。',
  },
  {
    en: '"Fix k things, n hosts" is computed from the sets of blockers of the hosts, not added up: a host counts only when all its blockers are fixed.',
    zh: '“解决 k 个问题，解放 n 台主机”由每台主机的阻断项集合计算得出，而非简单相加：只有全部阻断项都解决的主机才计入。',
  },
  {
    en: 'Limits: the answers describe the moment of collection. Applications were not started or tested on the target. Kernel answers come from published kernel data; where the data is silent, the answer is unknown. Effort figures are assumptions of the catalogue, not measurements.',
    zh: '局限：结论仅描述采集时刻的状态；未在目标系统上启动或测试应用。内核结论来自公开的内核数据，数据未覆盖之处一律为未知。工作量为检查目录中的假设值，而非实测值。',
  },
]
