import type { Text } from '../model/text.ts'
import { bootUrlsIn, type BootUrl } from '../provision/boot-urls.ts'
import type { KeptStage } from '../provision/boot-progress.ts'
import type { CommandContext } from './context.ts'
import { defineCommand, done } from './define-command.ts'
import { printList, type Column } from './output.ts'
import { bootPath } from './state-paths.ts'

type AddressState = 'open' | 'used' | 'over'

interface Row {
  url: BootUrl
  state: AddressState
  stages: readonly KeptStage[]
}

const stateTexts: Readonly<Record<AddressState, Text>> = {
  open: { en: 'open', zh: '未使用' },
  used: { en: 'used', zh: '已使用' },
  over: { en: 'over', zh: '已过期' },
}

/** `osferry boot list`: addresses of `boot url` and `boot ipxe`, and what their machines have told. */
export const bootList = defineCommand({
  path: 'boot list',
  details: {
    en: 'Lists the addresses that osferry boot url and osferry boot ipxe have made, the newest last: whether their configuration was fetched, and how far their machines say they are. Machines can be wrong about it, and nothing rests on it.',
    zh: '列出 osferry boot url 和 osferry boot ipxe 生成的地址，最新的在最后：其配置是否已被获取，以及机器自报的进度。机器自报的进度可能有误，不据此作任何判断。',
  },
  examples: ['osferry boot list', 'osferry boot list -o json'],
  async run(context) {
    await printList(context, {
      columns: columnsFor(context),
      items: await rowsOf(context),
      name: ({ url }) => url.id,
      data: ({ url: { id, node, mintedAt, expiresAt, network }, state, stages }) => ({
        id,
        node,
        mintedAt,
        expiresAt,
        state,
        network: network?.over ?? null,
        stages,
      }),
      exit: done,
    })
    return done
  },
})

function columnsFor({ say }: CommandContext): readonly Column<Row>[] {
  return [
    { key: 'node', title: { en: 'NODE', zh: '节点' }, value: ({ url }) => url.node },
    { key: 'made', title: { en: 'MADE', zh: '生成时间' }, value: ({ url }) => url.mintedAt },
    { key: 'until', title: { en: 'UNTIL', zh: '截止' }, value: ({ url }) => url.expiresAt },
    {
      key: 'state',
      title: { en: 'CONFIGURATION', zh: '配置' },
      value: ({ state }) => say(stateTexts[state]),
    },
    { key: 'stage', title: { en: 'STAGE', zh: '阶段' }, value: ({ stages }) => stages.at(-1)?.stage ?? '-' },
    { key: 'told', title: { en: 'TOLD', zh: '回报时间' }, value: ({ stages }) => stages.at(-1)?.at ?? '-' },
  ]
}

async function rowsOf(context: CommandContext): Promise<Row[]> {
  const urls = bootUrlsIn(bootPath(context, 'urls'))
  const nowMs = Date.parse(context.clock.now())
  const rows: Row[] = []
  for (const url of await urls.all()) {
    const unused = Date.parse(url.expiresAt) <= nowMs ? 'over' : 'open'
    const state = (await urls.isClaimed(url.id)) ? 'used' : unused
    rows.push({ url, state, stages: await urls.stages(url.id) })
  }
  return rows.toSorted((a, b) => Date.parse(a.url.mintedAt) - Date.parse(b.url.mintedAt))
}
