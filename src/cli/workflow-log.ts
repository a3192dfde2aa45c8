import type { Folding } from './job-log.ts'

/** Groups of a job of GitHub Actions, whose log takes lines for commands. Source: workflow commands, escaping of data. */
export const githubFolding: Folding = {
  clean: withoutCommands,
  begin: (title) => `::group::${title.replaceAll('%', '%25')}\n`,
  end: () => '::endgroup::\n',
}

/**
 * Text in which the runner finds no command: `::name::` begins a line, `##[name]` stands anywhere. Source:
 * ActionCommand.TryParseV2 and TryParse in actions/runner.
 */
export function withoutCommands(text: string): string {
  return text.replaceAll('##[', '# #[').replace(/^([^\S\n]*):(?=:)/gm, '$1: ')
}
