/** Rows of a module table: an option, then the modules that it builds, separated by spaces. */
export interface ModuleRows {
  source: string
  rows: readonly string[]
}

/** Module name (with `_`) -> the options that build it. */
export type ModuleTable = ReadonlyMap<string, readonly string[]>

/** Turns rows around: which options build a module in any of the tables. */
export function buildModuleTable(tables: readonly ModuleRows[]): ModuleTable {
  const optionsOf = new Map<string, string[]>()
  for (const { rows } of tables) {
    for (const row of rows) {
      const [option = '', ...modules] = row.split(' ')
      for (const name of modules) {
        const options = optionsOf.get(name)
        if (options === undefined) optionsOf.set(name, [option])
        else if (!options.includes(option)) options.push(option)
      }
    }
  }
  return optionsOf
}

/** Module names as the kernel compares them: `-` and `_` are the same. */
export function moduleKey(name: string): string {
  return name.includes('-') ? name.replaceAll('-', '_') : name
}
