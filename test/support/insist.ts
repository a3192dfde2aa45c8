import type { OsferryOptions, OsferryRun } from './osferry.ts'

/** Runs the built command line in the directory of a project. */
export interface ProjectRuns {
  run(args: readonly string[], options?: Partial<OsferryOptions>): Promise<OsferryRun>
}

/** Begins a run with the words, and goes on with it after every kill; gives how the last process ended. */
export async function insist(
  project: ProjectRuns,
  apply: readonly string[],
  one: (args: readonly string[]) => Promise<OsferryRun>,
): Promise<OsferryRun> {
  const known = new Set((await runsOf(project)).map(({ id }) => id))
  let end = await one(apply)
  const [begun] = (await runsOf(project)).filter(({ id }) => !known.has(id))
  if (begun === undefined) return end
  while (end.exitCode === null) end = await one(['runs', 'resume', begun.id, '-o', 'ndjson'])
  return end
}

/** All runs of the journal. */
export async function runsOf(project: ProjectRuns): Promise<{ id: string; status: string }[]> {
  const { stdout } = await project.run(['runs', 'list', '-o', 'json'])
  return (JSON.parse(stdout) as { items: { id: string; status: string }[] }).items
}
