import { defineNodeCheck, pass, unknown } from '../src/model/check.ts'
import { nameSome } from '../src/model/excerpt.ts'
import { clusterEvidence } from '../src/model/node-evidence.ts'
import type { NodeWebhook } from '../src/model/node-view.ts'
import { severities, type Severity } from '../src/model/target.ts'
import { coversEveryNewPod, coversVital, ruleText } from '../src/model/webhook-rules.ts'

/** Webhooks that only this node answers: while it is away, the API server refuses what they cover. */
export const webhookServedHere = defineNodeCheck({
  id: 'webhook-served-here',
  domain: 'kubernetes',
  targets: ['anolis-rhck', 'anolis-anck', 'containeros'],
  lists: ['nodes', 'webhooks', 'services'],
  severity: 'high',
  worstSeverity: 'block',
  title: { en: 'Only this node answers an admission webhook', zh: '准入 webhook 仅由本节点提供服务' },
  what: {
    en: 'With failurePolicy Fail the API server refuses what a webhook covers while nobody answers it. When all of its ready endpoints are on this node, that is so from its drain until it is ready elsewhere; when it covers every new pod, its own are refused too, and it never is. With Ignore the webhook is skipped meanwhile. Webhooks that nobody answers already are not looked for here. One that is called at an address that is no node’s, or whose Service has addresses without a node, is not decided: the snapshot does not say who is behind it, and a note says so.',
    zh: 'failurePolicy 为 Fail 的 webhook 无人应答时，API server 会拒绝其覆盖的请求。若其就绪端点全部在本节点，从排空起直到在其他节点就绪为止都会如此；若它覆盖所有新建的 Pod，则自身的 Pod 也会被拒绝，从而无法恢复。策略为 Ignore 时，其间会跳过该 webhook。目前已无人应答的 webhook 不在此检查之列。若调用的地址不属于任何节点，或其 Service 的地址没有所属节点，则不作判断：快照无法说明由谁提供服务，仅给出提示。',
  },
  remedies: [
    {
      kind: 'hint',
      text: {
        en: 'Run two or more replicas on different nodes, with a budget. With one replica: cordon the node, restart the rollout, and drain when the new pod is ready elsewhere.',
        zh: '在不同节点运行两个及以上副本并设置中断预算。仅有一个副本时：先封锁节点，再重启发布，待新 Pod 在其他节点就绪后再排空。',
      },
    },
    {
      kind: 'hint',
      text: {
        en: 'Exclude the webhook’s own namespace and kube-system by its namespaceSelector (label kubernetes.io/metadata.name), so that its own pods can always be created.',
        zh: '通过 namespaceSelector（标签 kubernetes.io/metadata.name）排除 webhook 自身所在的命名空间和 kube-system，保证其 Pod 始终可以创建。',
      },
    },
  ],
  effort: { onceMinutes: 20, perHostMinutes: 0 },
  sources: [
    'https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/',
    'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy',
    'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#avoiding-deadlocks-in-self-hosted-webhooks',
  ],
  evaluate({ node }) {
    const here = node.webhooks.filter(({ served }) => served === 'here')
    const refusing = node.webhooks.filter(mayRefuse)
    const unsure = refusing.filter(({ served }) => served === 'unknown')
    const outside = refusing.filter(({ served }) => served === 'outside')
    const severity = gravest(here.map(severityOf))
    const evidence = clusterEvidence([...here, ...unsure, ...outside].map(evidenceLine))
    // What is not known may be the worst.
    if (unsure.length > 0 && severity !== 'block') {
      return unknown(
        `The snapshot does not say which nodes answer ${names(unsure)}.`,
        `快照未说明哪些节点应答 ${names(unsure)}。`,
        evidence,
      )
    }
    if (here.length > 0) return { status: 'fail', severity, here: hereText(here), evidence }
    if (outside.length === 0) return pass
    return {
      status: 'fail',
      severity: 'info',
      here: {
        en: `Not decided, as the snapshot does not say who is behind the address: ${names(outside)}.`,
        zh: `未作判断，快照无法说明该地址由谁提供服务：${names(outside)}。`,
      },
      evidence,
    }
  },
})

/** The server's default since v1 is Fail. */
function mayRefuse({ failurePolicy }: NodeWebhook): boolean {
  return failurePolicy !== 'Ignore'
}

function severityOf(webhook: NodeWebhook): Severity {
  if (!mayRefuse(webhook)) return 'low'
  if (coversEveryNewPod(webhook)) return 'block'
  return coversVital(webhook) ? 'high' : 'medium'
}

function gravest(found: readonly Severity[]): Severity {
  return severities.find((severity) => found.includes(severity)) ?? 'info'
}

function hereText(here: readonly NodeWebhook[]): { en: string; zh: string } {
  const refusing = here.filter(mayRefuse)
  const skipped = here.filter((webhook) => !mayRefuse(webhook))
  const closed = refusing.filter(coversEveryNewPod)
  const parts = [
    refusing.length === 0
      ? { en: '', zh: '' }
      : {
          en: `Only this node answers ${names(refusing)}; what they cover is refused while it is away.`,
          zh: `仅本节点应答 ${names(refusing)}；节点离线期间其覆盖的请求会被拒绝。`,
        },
    closed.length === 0
      ? { en: '', zh: '' }
      : {
          en: `New pods of ${names(closed)} itself are refused then, too.`,
          zh: `届时 ${names(closed)} 自身的新 Pod 也会被拒绝。`,
        },
    skipped.length === 0
      ? { en: '', zh: '' }
      : {
          en: `Skipped while it is away: ${names(skipped)}.`,
          zh: `节点离线期间会被跳过：${names(skipped)}。`,
        },
  ]
  return {
    en: parts.flatMap(({ en }) => (en === '' ? [] : [en])).join(' '),
    zh: parts.map(({ zh }) => zh).join(''),
  }
}

/** `guard.example.com (shop/guard)`. */
function names(webhooks: readonly NodeWebhook[]): string {
  return nameSome([...new Set(webhooks.map(({ name, by }) => `${name} (${by})`))])
}

function evidenceLine({
  kind,
  configuration,
  name,
  failurePolicy,
  by,
  served,
  ready,
  rules,
}: NodeWebhook): string {
  const where = served === 'here' ? `${ready} ready, all here` : served
  return `${kind} ${configuration}/${name} ${failurePolicy ?? 'Fail'}: ${by}: ${where}: ${rules.map(ruleText).join('; ')}`
}
