import type { Text } from '../model/text.ts'
import type { CommandFor, HostResult, WizardActions } from './actions.ts'
import {
  collectScreen,
  failureGroups,
  failureScreen,
  resultsScreen,
  type FailureGroup,
  type ResultsOptions,
} from './screen-hosts.ts'
import { fleetScreen, guessSource, sourcesScreen } from './screen-sources.ts'
import { commandsOf, hostsOf, type StageMove, type WizardState } from './state.ts'
import type { Terminal } from './terminal.ts'

/** Where are the hosts: finds sources, loads the chosen one. */
export async function stageSources(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<StageMove> {
  const title = { en: 'Looking for hosts', zh: '查找主机来源' }
  const commandFor = commandsOf(state, actions)
  const command = (): string => commandFor({ do: 'load' })
  const found = await terminal.work({ stage: 'sources', title, command }, ({ signal }) =>
    actions.discover({ signal }),
  )
  const sources = found?.value ?? []
  const choice = await terminal.choose('sources', () =>
    sourcesScreen(sources, terminal.language(), commandFor),
  )
  if (choice.kind !== 'row') return 'stay'
  const chosen = choice.id === 'other' ? await askPath(terminal, commandFor) : sources[Number(choice.id)]
  if (chosen === undefined) return 'stay'
  const { kind, path } = chosen
  const reading = { en: `Reading ${path}`, zh: `读取 ${path}` }
  const loading = (): string => commandFor({ do: 'load', source: { kind, path } })
  const what = { stage: 'sources', title: reading, command: loading } as const
  const loaded = await terminal.work(what, ({ signal }) => actions.load({ kind, path }, { signal }))
  if (loaded === undefined) return 'stay'
  state.source = { kind, path }
  state.fleet = loaded.value
  state.skipped = new Set()
  delete state.access
  delete state.assessed
  delete state.cluster
  return 'next'
}

/** Tests the way to every host; failures are shown by kind. */
export async function stageAccess(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<StageMove> {
  const { fleet } = state
  if (fleet === undefined) return 'back'
  const commandFor = commandsOf(state, actions)
  const command = (): string => commandFor({ do: 'test' })
  if (state.access === undefined) {
    const choice = await terminal.choose('access', () => fleetScreen(fleet, terminal.language(), commandFor))
    if (choice.kind === 'back') return 'back'
    if (choice.kind === 'row' && choice.id === 'skip') return 'next'
    const results = await testHosts(hostsOf(state), { terminal, actions, command })
    if (results === undefined) return 'stay'
    state.access = results
  }
  const move = await showResults(state.access, {
    state,
    terminal,
    stage: 'access',
    actions,
    command,
    next: (failed) => commandFor({ do: 'collect', without: failed }),
    retry: (hosts) => testHosts(hosts, { terminal, actions, command }),
  })
  if (Array.isArray(move)) state.access = move
  if (move === 'back') delete state.access
  return move === 'next' ? 'next' : 'stay'
}

/** Collects facts from the hosts that were not left out. */
export async function stageCollect(
  state: WizardState,
  terminal: Terminal,
  actions: WizardActions,
): Promise<StageMove> {
  const hosts = hostsOf(state)
  const collected = await actions.collected()
  const missing = hosts.filter((name) => !collected.has(name))
  const commandFor = commandsOf(state, actions)
  const counts = { hosts: hosts.length, missing: missing.length }
  const choice = await terminal.choose('collect', () =>
    collectScreen(counts, terminal.language(), commandFor),
  )
  if (choice.kind === 'back') return 'back'
  if (choice.kind === 'row' && choice.id === 'skip') return 'next'
  const onlyMissing = choice.kind === 'row' && choice.id === 'missing'
  const command = (): string => commandFor({ do: 'collect', onlyMissing })
  const collect = async (names: readonly string[]): Promise<readonly HostResult[] | undefined> => {
    const title = { en: 'Collecting facts, read only', zh: '采集信息（只读）' }
    const done = await terminal.work({ stage: 'collect', title, command }, (work) =>
      actions.collect({ hosts: names, ...work }),
    )
    return done?.value
  }
  let results = await collect(onlyMissing ? missing : hosts)
  while (results !== undefined) {
    const move = await showResults(results, {
      state,
      terminal,
      stage: 'collect',
      actions,
      command,
      next: () => commandFor({ do: 'assess' }),
      retry: collect,
    })
    if (move === 'next') return 'next'
    results = Array.isArray(move) ? move : undefined
  }
  return 'stay'
}

interface ResultsContext {
  state: WizardState
  terminal: Terminal
  stage: 'access' | 'collect'
  actions: WizardActions
  command: () => string
  /** The command that goes on from here, when these hosts have failed. */
  next: (failed: readonly string[]) => string
  retry: (hosts: readonly string[]) => Promise<readonly HostResult[] | undefined>
}

/** Shows results until the reader goes on or back, or they change (then the new ones). */
async function showResults(
  results: readonly HostResult[],
  context: ResultsContext,
): Promise<'next' | 'back' | HostResult[]> {
  const { state, terminal, stage } = context
  const groups = failureGroups(results)
  const choice = await terminal.choose(stage, () => resultsScreen(results, optionsOf(results, context)))
  if (choice.kind === 'back') return 'back'
  if (choice.kind === 'row' && choice.id === 'next') {
    if (stage === 'access') for (const name of failedHosts(results)) state.skipped.add(name)
    return 'next'
  }
  if (choice.kind === 'key') return again(results, failedHosts(results), context)
  const group = choice.kind === 'row' ? groups[Number(choice.id)] : undefined
  return group === undefined ? [...results] : onFailure(results, group, context)
}

function optionsOf(results: readonly HostResult[], context: ResultsContext): ResultsOptions {
  const { terminal, stage, actions, command, next } = context
  return {
    stage,
    language: terminal.language(),
    command: command(),
    next: next(failedHosts(results)),
    errorWords: (code) => actions.errorWords(code),
  }
}

async function onFailure(
  results: readonly HostResult[],
  group: FailureGroup,
  context: ResultsContext,
): Promise<HostResult[]> {
  const { state, terminal, stage } = context
  const choice = await terminal.choose(stage, () => failureScreen(group, optionsOf(results, context)))
  if (choice.kind !== 'key') return [...results]
  if (choice.key === 'r') return again(results, group.hosts, context)
  for (const name of group.hosts) state.skipped.add(name)
  return results.filter(({ host }) => !group.hosts.includes(host))
}

async function again(
  results: readonly HostResult[],
  hosts: readonly string[],
  { retry }: ResultsContext,
): Promise<HostResult[]> {
  const fresh = await retry(hosts)
  if (fresh === undefined) return [...results]
  const byHost = new Map(fresh.map((result) => [result.host, result]))
  return results.map((result) => byHost.get(result.host) ?? result)
}

function failedHosts(results: readonly HostResult[]): string[] {
  return results.filter(({ status }) => status === 'failed').map(({ host }) => host)
}

async function testHosts(
  hosts: readonly string[],
  { terminal, actions, command }: { terminal: Terminal; actions: WizardActions; command: () => string },
): Promise<readonly HostResult[] | undefined> {
  const title = { en: 'Testing access', zh: '测试连通性' }
  const done = await terminal.work({ stage: 'access', title, command }, (work) =>
    actions.testAccess({ hosts, ...work }),
  )
  return done?.value
}

async function askPath(
  terminal: Terminal,
  commandFor: CommandFor,
): Promise<ReturnType<typeof guessSource> | undefined> {
  const { say } = terminal
  const needed: Text = { en: 'Name a file or a directory.', zh: '请输入文件或目录。' }
  const typed = await terminal.ask({
    stage: 'sources',
    body: [
      say({
        en: 'An Ansible inventory (file or directory), a CSV file, an ssh_config or an inventory.yaml.',
        zh: 'Ansible 清单（文件或目录）、CSV 文件、ssh_config 或 inventory.yaml。',
      }),
      say({
        en: 'Say the kind with a prefix when the name does not: csv:FILE, ansible:PATH, ssh-config:FILE.',
        zh: '文件名无法判断类型时请加前缀：csv:文件、ansible:路径、ssh-config:文件。',
      }),
    ],
    help: [
      say({
        en: 'Names ending in .csv are CSV files, .ssh/config and ssh_config are ssh_config files, inventory.yaml is an osferry inventory; anything else is read as an Ansible inventory.',
        zh: '.csv 结尾的是 CSV 文件，.ssh/config 和 ssh_config 是 ssh_config 文件，inventory.yaml 是 osferry 清单；其余一律按 Ansible 清单读取。',
      }),
      say({
        en: 'A relative path starts at the working directory; ~/ is your home. Nothing in the file is executed or changed.',
        zh: '相对路径从当前工作目录开始，~/ 表示主目录。不会执行或修改文件中的任何内容。',
      }),
    ],
    label: say({ en: 'Path', zh: '路径' }),
    initial: '',
    check: (answer) => (answer === '' ? needed : undefined),
    command: (answer) =>
      commandFor(answer === '' ? { do: 'load' } : { do: 'load', source: guessSource(answer) }),
  })
  return typed === undefined ? undefined : guessSource(typed)
}
